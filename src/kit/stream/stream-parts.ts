import { assertionsPart } from '../assert/assertions.ts';
import { untilPart, waitForPart } from '../assert/until.ts';
import type { Destination } from '../output/destination.ts';
import { recordPart } from '../record/recorder.ts';
import { reportPart } from '../report/report-part.ts';
import type { OptionsOf } from '../tool/options.ts';
import type { streamOptions } from '../tool/stream-options.ts';
import { completePart } from './complete-part.ts';
import { durationPart, maxEventsPart, readyFdPart, readyFilePart } from './limit-parts.ts';
import { outputPart } from './output-part.ts';
import type { Part, PartMaker, View } from './parts.ts';
import { timeProgress } from './progress-part.ts';
import type { Running } from './running.ts';

export type StreamOptions = OptionsOf<typeof streamOptions>;

/** What is wanted of events, wherever they come from. */
export type EventOptions = Pick<
  StreamOptions,
  | 'json'
  | 'csv'
  | 'output'
  | 'maxEvents'
  | 'until'
  | 'waitFor'
  | 'failIf'
  | 'expect'
  | 'expectCount'
  | 'requireComplete'
> &
  Partial<Pick<StreamOptions, 'timeout' | 'record' | 'report' | 'readyFd' | 'readyFile' | 'duration' | 'verbose'>>;

/**
 * The parts that the options of a stream ask for, in their order: what makes a batch shorter stands before those that
 * are only to be told of what is left.
 * @param to where rows go
 * @param more parts that the options say nothing of; they are ready last
 * @param goesOn the run is there for more than its rows, which are not what is on standard output
 */
export function streamParts<E extends object>(
  options: EventOptions,
  to: Destination,
  more: readonly PartMaker<E>[] = [],
  goesOn = false,
): readonly PartMaker<E>[] {
  const { maxEvents, until, waitFor, timeout, readyFd, readyFile, duration, record, report = [] } = options;
  const quiet = goesOn && to.isFile && !options.verbose;
  const silent = to.fd === 1 && report.some(({ file }) => file === undefined);
  return [
    ...(record === undefined ? [] : [recordPart<E>(record)]),
    ...(maxEvents === undefined ? [] : [maxEventsPart<E>(maxEvents)]),
    ...(until === undefined ? [] : [untilPart<E>(until)]),
    ...(waitFor === undefined ? [] : [waitForPart<E>(waitFor, timeout)]),
    assertionsPart<E>(options),
    outputPart<E>({ ...options, to, goesOn, silent, quiet }),
    ...(readyFile === undefined ? [] : [readyFilePart<E>(readyFile)]),
    ...(readyFd === undefined ? [] : [readyFdPart<E>(readyFd)]),
    ...(duration === undefined ? [] : [durationPart<E>(duration)]),
    // a command has the terminal for itself
    ...(goesOn ? [] : [timeProgress<E>(duration ?? timeout, silent ? undefined : to.fd)]),
    ...more,
    ...(options.requireComplete ? [completePart<E>()] : []),
    ...(report.length > 0 ? [reportPart<E>(report)] : []),
  ];
}

/** The parts of a view that writes its rows by itself, once per interval. */
export function rowParts<E extends object>(
  options: Omit<EventOptions, 'json' | 'csv' | 'output' | 'maxEvents' | 'duration'>,
): readonly PartMaker<E>[] {
  const { until, waitFor, timeout, readyFd, readyFile, record, report = [], requireComplete } = options;
  return [
    ...(record === undefined ? [] : [recordPart<E>(record)]),
    ...(until === undefined ? [] : [untilPart<E>(until)]),
    ...(waitFor === undefined ? [] : [waitForPart<E>(waitFor, timeout)]),
    assertionsPart<E>(options),
    ...(readyFile === undefined ? [] : [readyFilePart<E>(readyFile)]),
    ...(readyFd === undefined ? [] : [readyFdPart<E>(readyFd)]),
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
