import { type Columns, type NamedColumn, pickColumns } from '../columns/columns.ts';
import { compileFilter } from '../filter/filter.ts';
import { defaultColumns, type StreamTool } from '../tool/define.ts';
import type { OptionSpecs, OptionsOf } from '../tool/options.ts';
import type { Run } from '../tool/run.ts';
import type { Part, View } from './parts.ts';

export interface Choice {
  /** As --columns takes them; left out: all columns, or the tool's default where `usual` is set. */
  readonly columns?: string;
  readonly usual?: boolean;
  /** A CEL expression over the columns. */
  readonly filter?: string;
}

/** Which of a tool's events are wanted, and what is told of them. */
export interface Selected<E> {
  /** The columns that were picked. */
  readonly columns: readonly NamedColumn<E>[];
  /** Whether anybody reads a column: what nobody wants need not be collected. */
  wants(column: string): boolean;
  /** Shows a batch to the parts that see all, and leaves out what is not wanted. Asked once the run has begun. */
  readonly keeper: () => (batch: readonly E[]) => readonly E[];
}

type Teller<E extends object, O extends OptionSpecs> = Pick<
  StreamTool<E, O>,
  'name' | 'type' | 'event' | 'counting' | 'openWriter' | 'defaults' | 'heads' | 'keep'
>;

/**
 * Picks columns, compiles the filter and makes the parts.
 * @param all the columns that there are
 * @param warn told, one line each, of what is worth knowing but no error
 * @param makeParts the parts of the run, which only `seen` is told of here
 * @throws UsageError
 */
export async function select<E extends object, O extends OptionSpecs>(
  tool: Teller<E, O>,
  options: OptionsOf<O>,
  choice: Choice,
  all: Columns<E>,
  run: Run,
  warn: (message: string) => void,
  makeParts: (view: View<E>) => Promise<readonly Part<E>[]>,
): Promise<Selected<E>> {
  const defaults = choice.usual ? defaultColumns(tool, options) : Object.keys(all);
  const picked = pickColumns(all, defaults, choice.columns);
  const filter = choice.filter === undefined ? undefined : await compileFilter(choice.filter, all, warn);
  const shown = new Set(picked.map(({ name }) => name));
  const heads = tool.heads?.(shown) ?? {};
  const columns = picked.map((column) => ({ ...column, head: heads[column.name] ?? column.head }));
  const { name, type, counting = false, openWriter } = tool;
  const fields = counting ? undefined : tool.event?.fields;
  const usual = new Set(defaultColumns(tool, options));
  const view = { tool: name, type, counting, openWriter, all, columns, usual, fields, options, clock: run.clock };
  const parts = await makeParts(view);
  const used = [shown, filter?.uses, ...parts.map(({ uses }) => uses)];
  const witnesses = parts.filter(({ seen }) => seen);
  return {
    columns,
    wants: (column) => used.some((names) => names?.has(column)),
    keeper() {
      const keep = tool.keep?.(options, run);
      const tests = [keep, filter && ((event: E) => filter.matches(event))].filter((test) => !!test);
      return (batch) => {
        for (const part of witnesses) part.seen?.(batch);
        return tests.length ? batch.filter((event) => tests.every((test) => test(event))) : batch;
      };
    },
  };
}
