import { isatty } from 'node:tty';
import type { NamedColumn } from '../columns/columns.ts';
import { openWriter } from '../output/open.ts';
import type { Writer } from '../output/writer.ts';

/**
 * A writer of whole tables, one per batch: on a terminal each in the place of the one before, else one below the
 * other. JSON and CSV are records, as ever.
 */
export async function openTables<E>(
  columns: readonly NamedColumn<E>[],
  type: string,
  form: { readonly json: boolean; readonly csv: boolean },
): Promise<Writer<E>> {
  const writer = await openWriter(columns, type, form);
  if (form.json || form.csv) return writer;
  return isatty(1) ? redrawn(writer) : apart(writer);
}

function apart<E>(writer: Writer<E>): Writer<E> {
  let first = true;
  return {
    ...writer,
    bytes: undefined,
    header: () => '',
    rows(batch) {
      const gap = first ? '' : '\n';
      first = false;
      return gap + writer.header() + writer.rows(batch);
    },
  };
}

/** ECMA-48 8.3.22 (up so many lines) and 8.3.39 (erase what is below). */
const back = (lines: number) => (lines > 0 ? `\x1b[${lines}A\r\x1b[J` : '');

/** The lines that do not fit are left out: those that have scrolled out of sight could not be written over. */
function redrawn<E>(writer: Writer<E>): Writer<E> {
  let drawn = 0;
  return {
    ...writer,
    bytes: undefined,
    header: () => '',
    rows(batch) {
      const room = Math.max(3, (process.stdout.rows || 24) - 2);
      const lines = (writer.header() + writer.rows(batch)).trimEnd().split('\n');
      const shown = lines.length <= room ? lines : [...lines.slice(0, room - 1), `… ${lines.length - room + 1} more`];
      const text = `${back(drawn)}${shown.join('\n')}\n`;
      drawn = shown.length;
      return text;
    },
  };
}
