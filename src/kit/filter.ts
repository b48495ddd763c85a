import type { Columns } from './columns.ts';

/** A compiled --filter. */
export interface Filter<E> {
  /** Names of the columns it reads. */
  readonly uses: ReadonlySet<string>;
  /** Whether the event is wanted. An event on which the expression has no answer is not. */
  matches(event: E): boolean;
  /** On how many events so far the expression had no answer (index out of range, division by zero, …). */
  readonly failures: number;
}

/**
 * Compiles a CEL expression over the columns; loads the CEL library.
 * @param warn told of the first failure, one line
 * @throws UsageError naming the position of what is wrong
 */
export declare function compileFilter<E>(
  text: string,
  columns: Columns<E>,
  warn?: (message: string) => void,
): Promise<Filter<E>>;
