import type { Columns } from './columns.ts';

export interface SchemaSource<E> {
  /** Name of the tool. */
  readonly name: string;
  readonly summary: string;
  /** The `type` of its event records. */
  readonly type: string;
  readonly columns: Columns<E>;
}

/** JSON Schema 2020-12 of every record that --json writes. */
export declare function jsonSchema<E>(source: SchemaSource<E>): Readonly<Record<string, unknown>>;
