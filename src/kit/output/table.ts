import type { ChalkInstance } from 'chalk';
import type { NamedColumn } from '../columns.ts';
import type { Writer } from './writer.ts';

export interface TableOptions {
  /** Width of the terminal, asked for each batch: the last column is cut to it. Left out: nothing is ever cut. */
  readonly width?: () => number | undefined;
  /** Left out: no colour. */
  readonly chalk?: ChalkInstance;
}

export declare function tableWriter<E>(columns: readonly NamedColumn<E>[], options?: TableOptions): Writer<E>;
