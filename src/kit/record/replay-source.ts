import type { Clock } from '../../host/clock.ts';
import { ExitCode, KitError } from '../errors.ts';
import { noLosses } from '../stream/loss-report.ts';
import type { Control } from '../stream/parts.ts';
import type { Source } from '../stream/run-parts.ts';
import type { Running } from '../stream/running.ts';
import type { Tail } from './block.ts';
import type { Line } from './format.ts';
import { eventReader, type Recorded } from './recorded-columns.ts';
import type { RecordedNames } from './recorded-names.ts';
import type { Recording } from './recording.ts';

/** What the events of a recording are held against while they are read. */
export interface Setting {
  /** Held at the moments that were recorded. */
  readonly clock: Clock;
  readonly names: RecordedNames;
  readonly wanted: (batch: readonly Recorded[]) => readonly Recorded[];
}

/** The events of a recording as a run's source. Where it is cut off, that is said; where it is damaged, the run fails. */
export function replaySource(
  recording: Recording,
  { clock, names, wanted }: Setting,
  control: Running<Recorded>,
): Source<Recorded> {
  const { header, fields, resolved } = recording;
  const read = eventReader(fields, resolved);
  let duration = 0;
  let ended = false;

  const take = ({ clock: compared, lost, end, events = [] }: Line): readonly Recorded[] => {
    if (compared) clock.hold(compared);
    if (compared) duration = Math.max(duration, (compared.boot - header.start) / 1e6);
    if (lost) control.lose(lost, 'while it was recorded');
    if (lost) control.lost(noLosses);
    if (end) [ended, duration] = [true, end.duration_ms];
    const all = events.map(read);
    names.learn(all);
    return wanted(all);
  };
  return {
    patient: true,
    hungUp: false,
    losses: () => noLosses,
    get duration() {
      return duration;
    },
    async *batches(signal) {
      const lines = recording.lines();
      while (!signal.aborted) {
        const { value, done } = await lines.next();
        if (done) return sayTail(recording.path, value, ended, control);
        if (value.recording !== undefined) return control.fail(second(recording.path));
        const events = take(value);
        if (events.length > 0) yield events;
      }
    },
  };
}

function second(path: string): KitError {
  return new KitError(`${path} holds a second recording, which is not shown`, ExitCode.failure);
}

function sayTail(path: string, { state, at }: Tail, ended: boolean, control: Control): void {
  if (state === 'damaged')
    control.fail(new KitError(`${path} is damaged at byte ${at}: what follows is not shown`, ExitCode.failure));
  else if (state === 'cut' || !ended) {
    control.tell(`${path} is cut off at byte ${at}: what followed is not in it`);
    control.miss('the end of the recording');
  }
}
