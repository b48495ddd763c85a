import { MEANINGS, type Meaning } from '../../btf/meanings.ts';
import type { Clock } from '../../host/clock.ts';
import { monotonic } from '../../host/monotonic.ts';
import type { Column } from '../columns/columns.ts';
import type { Begun, PartMaker, View } from '../stream/parts.ts';
import { type FieldInfo, FORMAT, type Header, type Line } from './format.ts';
import { ownVersion, thisMachine } from './machine.ts';
import { optionsToJson } from './options-text.ts';
import { RecordingFile } from './recording-file.ts';

/** How often the clocks are compared anew, ms: the wall clock may have been set since. */
const COMPARE = 1000;

/**
 * Records every event, as it came, before any filter: with what its fields meant on this machine, so that it can be
 * shown anywhere.
 */
export function recordPart<E extends object>(path: string): PartMaker<E> {
  return async (view, control) => {
    const file = await RecordingFile.open(path, (error) => control.fail(error));
    const columns = Object.entries(view.all);
    const resolved = columns.filter(([, { resolved }]) => resolved);
    const clocks = clockLines(view.clock);
    const write = (line: Line) => file.write(JSON.stringify(line));
    let valuesOf: ((event: E) => unknown[]) | undefined;
    let events = 0;
    let lost = 0;

    return {
      uses: new Set(columns.map(([name]) => name)),
      ready(begun) {
        file.begin();
        // at once: whatever is cut off later, it is known what this is
        file.write(JSON.stringify(headerOf(view, begun)), true);
      },
      seen(batch) {
        if (batch.length === 0) return;
        if (!valuesOf) {
          const fields = view.fields ? fieldsOf(view.fields) : guessFields(batch[0]);
          write({ fields, resolved: resolved.map(([name, column]) => infoOf(name, column)) });
          valuesOf = readerOf(fields, resolved);
        }
        const clock = clocks();
        if (clock) write(clock);
        if (write({ events: batch.map(valuesOf) })) events += batch.length;
        else {
          lost += batch.length;
          control.lose(batch.length, 'because the recording could not be written as fast');
        }
      },
      lost(_, atSource) {
        lost += atSource;
        if (atSource > 0) write({ lost: atSource });
      },
      settled: () => file.flush(),
      async end({ duration }) {
        write({ end: { events, lost, duration_ms: Math.round(duration) } });
        await file.end();
        return [];
      },
      close: () => file.close(),
    };
  };
}

/** The clock stands still between the lines that this returns: so a reader computes the same times. */
function clockLines(clock: Clock): () => Line | undefined {
  let compared = -Infinity;
  return () => {
    if (monotonic() - compared < COMPARE) return undefined;
    compared = monotonic();
    return { clock: clock.hold() };
  };
}

function headerOf<E>({ tool, type, counting, options }: View<E>, { start, date, plan }: Begun): Header {
  return {
    recording: FORMAT,
    ebpf_kit: ownVersion(),
    tool,
    type,
    counting,
    options: optionsToJson(options),
    machine: thisMachine(),
    began: date.toISOString(),
    start,
    plan,
  };
}

function fieldsOf(fields: NonNullable<View<object>['fields']>): readonly FieldInfo[] {
  return Object.entries(fields).map(([name, { type, meaning }]) => ({ name, type, meaning, ...docOf(meaning) }));
}

const docOf = (meaning: Meaning) => (meaning === 'plain' ? {} : { doc: MEANINGS[meaning].doc });

const infoOf = <E>(name: string, { type, doc }: Column<E>): FieldInfo => ({ name, type, doc });

/** Of rows whose fields nobody has declared; those that their class has for them, too. */
function guessFields<E extends object>(row: E): readonly FieldInfo[] {
  const fields: FieldInfo[] = [];
  for (const name in row) fields.push({ name, type: typeOf(row[name]) });
  return fields;
}

function typeOf(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (typeof value === 'boolean') return 'bool';
  if (Array.isArray(value)) return value.every((each) => typeof each === 'string') ? 'strings' : 'ints';
  return typeof value === 'object' ? 'object' : 'string';
}

/** The values of an event, in the order of the recording. */
function readerOf<E>(fields: readonly FieldInfo[], resolved: readonly (readonly [string, Column<E>])[]) {
  const names = fields.map(({ name }) => name as keyof E);
  const values = resolved.map(([, { value }]) => value);
  return (event: E): unknown[] => {
    const all: unknown[] = [];
    for (const name of names) all.push(event[name]);
    for (const value of values) all.push(value(event));
    return all;
  };
}
