import type { Columns } from '../columns/columns.ts';
import { column } from '../columns/typed-columns.ts';
import { parseCount } from '../units.ts';
import type { StreamTool } from './define.ts';
import { flag, type OptionSpecs, type OptionsOf, setting } from './options.ts';

/** One entry of the map: its key, and how often that was counted. */
export type Counted<K> = K & { readonly count: number };

/**
 * What a tool shows with --count: no events, but at its end how often each key of the map in bpf/include/counts.h was
 * counted, the largest number first.
 */
export interface Counts<K, O extends OptionSpecs> {
  /** What is counted, by what: 'connects by destination'. */
  readonly doc: string;
  /** The `type` of these records in JSON. */
  readonly type: string;
  columns(options: OptionsOf<O>): Columns<Counted<K>>;
  /** The columns shown unless --columns says otherwise. */
  defaults(options: OptionsOf<O>): readonly string[];
}

/** The options of tools that can count. */
export const countOptions = ({ doc }: Pick<Counts<never, OptionSpecs>, 'doc'>) => ({
  count: flag('-c, --count', `count ${doc}, and show that at the end`),
  maxCounts: setting(
    '--max-counts <n>',
    'with --count: room for so many different ones (default: 65536)',
    (text) => parseCount(text, '--max-counts', { min: 1, max: 2 ** 22 }),
    65536,
  ),
});

/** The column of the number itself. @param what is counted: it makes the head, and JSON's key should be the same */
export const countColumn = (what: string) =>
  column({
    head: what.toUpperCase(),
    width: 8,
    type: 'int',
    doc: `number of ${what}`,
    value: ({ count }: Counted<unknown>) => count,
  });

/** The same tool, which counts: its events are the counts, and come in one batch at the end. */
export function counting<E extends object, O extends OptionSpecs, C extends Columns<E>>(
  tool: StreamTool<E, O, C>,
  maxCounts: number,
): StreamTool<object, O, Columns<object>> {
  const { counts } = tool;
  if (!counts) throw new TypeError(`${tool.name} does not count`);
  return {
    ...(tool as unknown as StreamTool<object, O, Columns<object>>),
    type: counts.type,
    counting: true,
    columns: (options) => counts.columns(options) as unknown as Columns<object>,
    defaults: (options) => counts.defaults(options),
    setup: (options) => ({ ...tool.setup(options, () => false), maxCounts }),
    keep: undefined,
    heads: undefined,
  };
}
