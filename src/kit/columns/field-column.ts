import type { FieldLayout, ValueType } from '../../btf/layout.ts';
import type { Meaning } from '../../btf/meanings.ts';
import type { Column, ColumnType, Value } from './columns.ts';

/** How the values of a kind look in a table. */
interface Look {
  readonly width: number;
  readonly align: 'left' | 'right';
  /** Unit of the form in the table, which stands in the head. */
  readonly unit?: string;
  readonly text?: (value: Value) => string;
  readonly alert?: (value: Value) => boolean;
}

/** Widths are those of bcc's tools, where they have such a column. */
const MEANT: Readonly<Record<Exclude<Meaning, 'plain'>, Look>> = {
  comm: { width: 16, align: 'left' },
  time_ns: { width: 14, align: 'left', unit: 's', text: (value) => (Number(value) / 1e9).toFixed(6) },
  duration_ns: { width: 8, align: 'right', unit: 'ms', text: (value) => (Number(value) / 1e6).toFixed(3) },
  bytes: { width: 8, align: 'right' },
  uid: { width: 6, align: 'left' },
  gid: { width: 6, align: 'left' },
  pid: { width: 7, align: 'left' },
  errno: { width: 3, align: 'right', alert: (value) => Number(value) < 0 },
  port: { width: 5, align: 'left' },
  ifindex: { width: 5, align: 'left' },
  netns: { width: 10, align: 'left' },
  tcp_state: { width: 11, align: 'left' },
  flag: { width: 3, align: 'left' },
  cgroup_id: { width: 8, align: 'left' },
  cookie: { width: 12, align: 'left' },
  address: { width: 18, align: 'left' },
  ipaddr: { width: 15, align: 'left' },
  tail_str: { width: 24, align: 'left' },
  tail_argv: { width: 32, align: 'left' },
  tail_path: { width: 32, align: 'left' },
  tail_stack: { width: 32, align: 'left' },
};

/** Values that JSON, CSV and filters carry as one, of no particular meaning. */
const PLAIN = {
  int: { width: 7, align: 'right' },
  bool: { width: 3, align: 'left' },
  string: { width: 16, align: 'left' },
  strings: { width: 32, align: 'left' },
} as const satisfies Readonly<Partial<Record<ValueType & ColumnType, Look>>>;

/**
 * A column that shows field `name` of the event as its meaning says.
 * @param spec what differs from that; `doc` is always the tool's to say
 * @throws TypeError for a field that is an array of numbers or a struct: such a one needs a computed column
 */
export function fieldColumn<E extends object>(
  layout: FieldLayout<E>,
  name: keyof E & string,
  spec: Partial<Omit<Column<E>, 'value'>> & { readonly doc: string },
): Column<E> {
  const { meaning, type, get = (event) => event[name] } = layout;
  if (type === 'ints' || type === 'object') throw new TypeError(`field ${name} is no single value`);
  const { unit, ...look }: Look = meaning === 'plain' ? PLAIN[type] : MEANT[meaning];
  const head = unit && !spec.text ? `${name.toUpperCase()}(${unit})` : name.toUpperCase();
  return { head, ...look, type, value: get as (event: E) => Value, ...spec };
}
