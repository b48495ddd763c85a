import type { NamedColumn } from '../columns.ts';
import type { Writer } from './writer.ts';

/** NDJSON: {"v":1,"type":<type>, …columns in order…}. */
export declare function jsonWriter<E>(columns: readonly NamedColumn<E>[], type: string): Writer<E>;
