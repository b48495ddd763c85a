import type { Columns } from '../kit/columns/columns.ts';
import { columnsOf } from '../kit/columns/named-ends.ts';
import type { AnyControl } from '../kit/control/define.ts';
import { countersOf, readingColumns } from '../kit/control/readings.ts';
import { jsonSchema } from '../kit/output/schema.ts';
import { print } from '../kit/say.ts';
import type { AnyTool } from '../kit/tool/any.ts';
import { type OptionSpecs, type OptionsOf, withDefaults } from '../kit/tool/options.ts';
import { idleRun } from '../kit/tool/run.ts';
import { recordsOf } from '../kit/top/tables.ts';
import { loadTool } from '../registry.ts';

/** `ebpf-kit schema TOOL`: the JSON Schema of its records. @param name of a tool */
export async function schema(name: string): Promise<void> {
  const tool = await loadTool(name);
  const options = { ...withDefaults(tool.options, {}), resolve: 'resolve' in tool.options };
  const columns: Columns<never> = columnsOf(tool, options, idleRun);
  const more = furtherRecords(tool, options, columns);
  const text = JSON.stringify(jsonSchema({ name, summary: tool.summary, type: tool.type, columns, more }), null, 2);
  print(`${text}\n`);
}

function furtherRecords(tool: AnyTool, options: OptionsOf<OptionSpecs>, columns: Columns<never>) {
  switch (tool.shape) {
    case 'control':
      return counterRecords(tool);
    case 'top':
      return recordsOf(tool, columns);
    case 'stream':
      return tool.counts ? [{ type: tool.counts.type, columns: tool.counts.columns(options) }] : [];
  }
}

function counterRecords(tool: AnyControl) {
  const counters = countersOf(tool);
  return counters ? [{ type: counters.type, columns: readingColumns(counters, idleRun) }] : [];
}
