import type { NamedColumn } from '../columns/columns.ts';
import { cutText, escapeText } from '../text.ts';

/** Cells from the beginning of a line to what stands behind a tab. */
const TAB = 8;

/**
 * What stands below a row of a table: the strings of lists, a line each, set off by a tab so that none can be taken for
 * a row. An empty line ends each list, as in bcc's tools.
 * @param limit width of the terminal, or Infinity
 */
export function linesBelow<E>(columns: readonly NamedColumn<E>[]): (event: E, limit: number) => string {
  const line = (text: string, limit: number) => `\t${limit === Infinity ? text : cutText(text, limit - TAB)}\n`;
  return (event, limit) => {
    let text = '';
    for (const { value } of columns) {
      const list = (value(event) ?? []) as readonly string[];
      for (const each of list) text += line(escapeText(each), Math.max(limit, TAB + 1));
      if (list.length > 0) text += '\n';
    }
    return text;
  };
}
