import { UsageError } from '../kit/errors.ts';
import { escapeText } from '../kit/text.ts';

/** Errors of the action begin with the place in the file: 'rules.txt:7: …'. */
export function atLine<T, A extends unknown[]>(name: string, line: number, action: (...args: A) => T, ...args: A): T {
  try {
    return action(...args);
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(placed(name, line, error.message), error.remedy);
    throw error;
  }
}

export const placed = (name: string, line: number, message: string): string =>
  `${escapeText(name)}:${line}: ${message}`;
