import type { NamedColumn } from '../columns.ts';
import type { Writer } from './writer.ts';

export declare function csvWriter<E>(columns: readonly NamedColumn<E>[]): Writer<E>;
