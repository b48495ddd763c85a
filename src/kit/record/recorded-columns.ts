import type { FieldLayout } from '../../btf/layout.ts';
import { MEANINGS, type Meaning } from '../../btf/meanings.ts';
import type { Column, Columns, ColumnType, Value } from '../columns/columns.ts';
import { fieldColumn } from '../columns/field-column.ts';
import type { AnyTool } from '../tool/any.ts';
import type { FieldInfo, Header } from './format.ts';
import { ownVersion } from './machine.ts';

/** The values that a recording keeps beside the fields of an event. */
const RESOLVED = Symbol('resolved');

/** An event of a recording: its fields, and what they meant on the machine that recorded it. */
export type Recorded = Readonly<Record<string, unknown>> & { readonly [RESOLVED]: Readonly<Record<string, Value>> };

/** What the recording says of the event, by column. */
export const resolvedOf = (event: Recorded): Readonly<Record<string, Value>> => event[RESOLVED];

/** A function that makes events of their values. */
export function eventReader(fields: readonly FieldInfo[], resolved: readonly FieldInfo[]) {
  return (values: readonly unknown[]): Recorded => {
    const event: Record<string, unknown> = {};
    const more: Record<string, Value> = {};
    for (let i = 0; i < fields.length; i++) event[fields[i].name] = values[i];
    for (let i = 0; i < resolved.length; i++) more[resolved[i].name] = values[fields.length + i] as Value;
    return Object.assign(event, { [RESOLVED]: more }) as Recorded;
  };
}

/** Whether the tool, as it is now, finds in the recording all that its columns read. */
export function fits(tool: AnyTool, { counting, type, ebpf_kit }: Header, fields: readonly FieldInfo[]): boolean {
  // no layout tells what its rows have
  if (tool.shape === 'top') return ebpf_kit === ownVersion();
  if (counting) return tool.shape === 'stream' && tool.counts?.type === type;
  const types = new Map(fields.map((field) => [field.name, `${field.type} ${field.meaning}`]));
  const needed: [string, FieldLayout][] = Object.entries(tool.event.fields);
  return needed.every(([name, field]) => types.get(name) === `${field.type} ${field.meaning}`);
}

/** The tool's columns, with the values that the recording has for those which depend on the machine. */
export function recordedColumns(all: Columns<never>, resolved: readonly FieldInfo[]): Columns<Recorded> {
  const kept = new Set(resolved.map(({ name }) => name));
  const columns = Object.entries(all as Columns<Recorded>).map(([name, column]) => {
    const value = (event: Recorded) => event[RESOLVED][name];
    return [name, kept.has(name) ? { ...column, value } : column] as const;
  });
  return Object.fromEntries(columns);
}

/** Columns of a recording that no tool of this version fits: its fields as they are, and what was made of them. */
export function plainColumns(fields: readonly FieldInfo[], resolved: readonly FieldInfo[]): Columns<Recorded> {
  const columns: Record<string, Column<Recorded>> = {};
  for (const field of fields) {
    const column = plainColumn(field, (event) => (event[field.name] ?? null) as Value);
    if (column) columns[field.name] = column;
  }
  for (const field of resolved) {
    const column = plainColumn(field, (event) => event[RESOLVED][field.name] ?? null);
    if (column) columns[field.name] = column;
  }
  return columns;
}

const TYPES: ReadonlySet<string> = new Set(['int', 'float', 'bool', 'string', 'strings'] satisfies ColumnType[]);

function plainColumn(
  { name, type, meaning = 'plain', doc }: FieldInfo,
  value: (event: Recorded) => Value,
): Column<Recorded> | undefined {
  if (!TYPES.has(type)) return undefined;
  const known = Object.hasOwn(MEANINGS, meaning) ? (meaning as Meaning) : 'plain';
  const spec = { doc: doc ?? 'as it was recorded', nullable: true };
  if (type === 'float') return { head: name.toUpperCase(), width: 10, align: 'right', type, value, ...spec };
  return {
    ...fieldColumn<Recorded>({ meaning: known, type: type as 'int' }, name, spec),
    type: type as ColumnType,
    value,
  };
}
