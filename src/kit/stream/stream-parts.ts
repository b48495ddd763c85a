import { assertionsPart } from '../assert/assertions.ts';
import { untilPart, waitForPart } from '../assert/until.ts';
import { recordPart } from '../record/recorder.ts';
import { reportPart } from '../report/report-part.ts';
import type { OptionsOf } from '../tool/options.ts';
import type { streamOptions } from '../tool/stream-options.ts';
import { completePart } from './complete-part.ts';
import { durationPart, maxEventsPart, readyFdPart } from './limit-parts.ts';
import { outputPart } from './output-part.ts';
import type { Part, PartMaker, View } from './parts.ts';
import { durationProgress } from './progress-part.ts';
import type { Running } from './running.ts';

export type StreamOptions = OptionsOf<typeof streamOptions>;

/** What is wanted of events, wherever they come from. */
export type EventOptions = Pick<
  StreamOptions,
  'json' | 'csv' | 'maxEvents' | 'until' | 'waitFor' | 'failIf' | 'expect' | 'expectCount' | 'requireComplete'
> &
  Partial<Pick<StreamOptions, 'timeout' | 'record' | 'report' | 'readyFd' | 'duration'>>;

/**
 * The parts that the options of a stream ask for, in their order: what makes a batch shorter stands before those that
 * are only to be told of what is left.
 * @param more parts that the options say nothing of; they are ready last
 */
export function streamParts<E extends object>(
  options: EventOptions,
  more: readonly PartMaker<E>[] = [],
): readonly PartMaker<E>[] {
  const { maxEvents, until, waitFor, timeout, readyFd, duration, record, report = [], requireComplete } = options;
  return [
    ...(record === undefined ? [] : [recordPart<E>(record)]),
    ...(maxEvents === undefined ? [] : [maxEventsPart<E>(maxEvents)]),
    ...(until === undefined ? [] : [untilPart<E>(until)]),
    ...(waitFor === undefined ? [] : [waitForPart<E>(waitFor, timeout)]),
    assertionsPart<E>(options),
    outputPart<E>({ ...options, quiet: report.some(({ file }) => file === undefined) }),
    ...(readyFd === undefined ? [] : [readyFdPart<E>(readyFd)]),
    ...(duration === undefined ? [] : [durationPart<E>(duration), durationProgress<E>(duration)]),
    ...more,
    ...(requireComplete ? [completePart<E>()] : []),
    ...(report.length > 0 ? [reportPart<E>(report)] : []),
  ];
}

/** Makes the parts, one after the other, and gives them to the run: it frees those that there are, also if one fails. */
export async function useParts<E>(
  running: Running<E>,
  makers: readonly PartMaker<E>[],
  view: View<E>,
): Promise<readonly Part<E>[]> {
  const parts: Part<E>[] = [];
  running.use(parts);
  for (const make of makers) {
    const part = await make(view, running);
    if (part) parts.push(part);
  }
  return parts;
}
