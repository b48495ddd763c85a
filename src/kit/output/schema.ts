import type { Column, Columns, ColumnType } from '../columns/columns.ts';
import { JSON_VERSION } from './json.ts';
import { summaryFields } from './writer.ts';

/** The tool whose records are described. */
export interface SchemaSource<E> {
  readonly name: string;
  readonly summary: string;
  /** The `type` of its event records. */
  readonly type: string;
  readonly columns: Columns<E>;
  /** Its records of other types: those of --count, of counters, of groups, of totals. */
  readonly more?: readonly { readonly type: string; readonly doc?: string; readonly columns: Columns<never> }[];
}

type Schema = Readonly<Record<string, unknown>>;

const text = { $ref: '#/$defs/text' };
const TYPES: Readonly<Record<ColumnType, Schema>> = {
  int: { type: 'integer' },
  float: { type: 'number' },
  bool: { type: 'boolean' },
  string: text,
  strings: { type: 'array', items: text },
};

/**
 * JSON Schema (2020-12) of every line that the tool writes with --json. All columns are described; which of them a
 * record has is the choice of --columns. Readers must allow for columns that they do not know: new ones may come
 * within a version.
 * @throws TypeError for a column whose name every record has already
 */
export function jsonSchema<E>({ name, summary, type, columns, more = [] }: SchemaSource<E>): Schema {
  const properties = (of: Columns<never>): Schema =>
    Object.fromEntries(
      Object.entries(of).map(([key, column]) => {
        if (key === 'v' || key === 'type') throw new TypeError(`${name}: no column may be called "${key}"`);
        return [key, columnSchema(column)];
      }),
    );
  const totals = Object.entries(summaryFields).map(([key, doc]) => [key, count(doc)] as const);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `ebpf-kit ${name}`,
    description: summary,
    oneOf: [
      record(type, 'one event', properties(columns), []),
      ...more.map((one) => record(one.type, one.doc ?? 'one row of what was counted', properties(one.columns), [])),
      record('lost', 'events were lost since the record before', { lost: count('how many events') }, ['lost']),
      record('summary', 'the last record', Object.fromEntries(totals), Object.keys(summaryFields)),
    ],
    $defs: { text: TEXT },
  };
}

const TEXT = {
  description: 'text, or the original bytes in base64 when they are not UTF-8',
  oneOf: [
    { type: 'string' },
    {
      type: 'object',
      properties: { b64: { type: 'string', contentEncoding: 'base64' } },
      required: ['b64'],
      additionalProperties: false,
    },
  ],
};

function columnSchema<E>({ type, nullable, doc }: Column<E>): Schema {
  const schema = TYPES[type];
  return { description: doc, ...(nullable ? { anyOf: [schema, { type: 'null' }] } : schema) };
}

function count(doc: string): Schema {
  return { description: doc, type: 'integer', minimum: 0 };
}

function record(type: string, doc: string, properties: Schema, required: readonly string[]): Schema {
  return {
    description: doc,
    type: 'object',
    properties: { v: { const: JSON_VERSION }, type: { const: type }, ...properties },
    required: ['v', 'type', ...required],
  };
}
