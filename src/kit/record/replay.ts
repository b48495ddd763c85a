import { openClock } from '../../host/clock.ts';
import type { Columns, NamedColumn } from '../columns/columns.ts';
import { columnsOf } from '../columns/named-ends.ts';
import type { Begun, PartMaker, View } from '../stream/parts.ts';
import { runParts, type Source } from '../stream/run-parts.ts';
import type { Running } from '../stream/running.ts';
import { type Choice, select } from '../stream/select.ts';
import { useParts } from '../stream/stream-parts.ts';
import type { AnyTool } from '../tool/any.ts';
import { counting } from '../tool/counts.ts';
import { type OptionSpecs, type OptionsOf, withDefaults } from '../tool/options.ts';
import type { Run } from '../tool/run.ts';
import { optionsFromJson } from './options-text.ts';
import { fits, plainColumns, type Recorded, recordedColumns } from './recorded-columns.ts';
import { RecordedNames } from './recorded-names.ts';
import type { Recording } from './recording.ts';
import { replaySource } from './replay-source.ts';

/** A recording that can be told. */
export interface Replay {
  readonly all: Columns<Recorded>;
  /** The columns that were picked. */
  readonly columns: readonly NamedColumn<Recorded>[];
  readonly source: Source<Recorded>;
  readonly begun: Begun;
}

/**
 * Shows a recording to the parts of a run, as if it happened now.
 * @param tool the one that has made it, if there still is such a tool
 * @param makers of the parts
 * @returns the exit status
 * @throws KitError
 */
export async function replayRecording(
  recording: Recording,
  tool: AnyTool | undefined,
  choice: Choice,
  makers: readonly PartMaker<Recorded>[],
  running: Running<Recorded>,
): Promise<number> {
  const { source, begun } = await openReplay(recording, tool, choice, makers, running);
  return await runParts(source, running, begun);
}

/** The same, up to where its events begin. */
export async function openReplay(
  recording: Recording,
  tool: AnyTool | undefined,
  choice: Choice,
  makers: readonly PartMaker<Recorded>[],
  running: Running<Recorded>,
): Promise<Replay> {
  const { start, began, plan } = recording.header;
  const clock = openClock();
  const date = new Date(began);
  clock.hold({ boot: start, real: date.getTime() * 1e3 });
  const names = new RecordedNames(new Set(recording.resolved.map(({ name }) => name)));
  const run: Run = { clock, start, ended: new AbortController().signal, names };
  const { teller, options, all } = tellerOf(recording, tool, run, running.tell);
  const makeParts = (view: View<Recorded>) => useParts(running, makers, view);
  const { columns, keeper } = await select(teller, options, choice, all, run, running.tell, makeParts);
  const source = replaySource(recording, { clock, names, wanted: keeper() }, running);
  return { all, columns, source, begun: { start, date, plan } };
}

/** Who tells what the events are: the tool, or, where it has changed too much or is gone, the recording itself. */
function tellerOf(
  { header, fields, resolved }: Recording,
  tool: AnyTool | undefined,
  run: Run,
  tell: Running<never>['tell'],
) {
  if (tool && (fields.length === 0 || fits(tool, header, fields))) {
    const teller = header.counting && tool.shape === 'stream' ? counting(tool, 1) : tool;
    const options: OptionsOf<OptionSpecs> = withDefaults(tool.options, optionsFromJson(header.options));
    return {
      teller: teller as unknown as RecordedTool,
      options,
      all: recordedColumns(columnsOf(teller, options, run) as Columns<never>, resolved),
    };
  }
  tell(`recorded by ${header.tool} of ebpf-kit ${header.ebpf_kit}, whose events were others: shown as they are`);
  const all = plainColumns(fields, resolved);
  const teller: RecordedTool = {
    name: header.tool,
    type: header.type,
    event: { fields: Object.fromEntries(fields.map((field) => [field.name, field])) } as never,
    defaults: () => Object.keys(all),
  };
  return { teller, options: {}, all };
}

type RecordedTool = Parameters<typeof select<Recorded, OptionSpecs>>[0];
