import { UsageError } from '../kit/errors.ts';
import { escapeText } from '../kit/text.ts';

/** Errors of the action begin with the place in the file: 'rules.txt:7: …'. */
export function atLine<T>(name: string, line: number, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(placed(name, line, error.message), error.remedy);
    throw error;
  }
}

export const placed = (name: string, line: number, message: string): string =>
  `${escapeText(name)}:${line}: ${message}`;
