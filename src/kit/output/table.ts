import type { ChalkInstance } from 'chalk';
import type { NamedColumn, Value } from '../columns/columns.ts';
import { cutText, displayWidth, escapeText } from '../text.ts';
import { linesBelow } from './lines-below.ts';
import type { RowBytes } from './row-bytes.ts';
import { type Cell, rowsOf } from './row-cells.ts';
import type { Writer } from './writer.ts';

export interface TableOptions {
  /** Width of the terminal, asked for before each row: the last column is cut to it. Left out: nothing is cut. */
  readonly width?: () => number | undefined;
  /** Left out: no colour. */
  readonly chalk?: ChalkInstance;
}

/**
 * Rows for people, as printf writes them in bcc's tools: a blank between columns, each padded to its width, a longer
 * value pushing the rest aside, the last one free. Every cell is escaped here, so that no column can forget to.
 */
export function tableWriter<E>(picked: readonly NamedColumn<E>[], options: TableOptions = {}): Writer<E> {
  const { width, chalk } = options;
  const columns = picked.filter((column) => !column.below);
  const below = picked.filter((column) => column.below);
  const last = columns.length - 1;
  // A terminal that does not know its size says 0.
  const limit = () => width?.() || Infinity;
  const plain = !width && !chalk;
  const cells = plain ? columns.map((column, i) => cellOf(column, i === last)) : [wholeRow(columns, limit, chalk)];
  const lines = linesBelow(below);
  const more = below.length > 0 ? [textCell((event: E) => lines(event, limit()))] : [];

  return {
    header() {
      const heads = columns.map((column, i) =>
        i === last ? column.head : pad(column, column.head, column.head.length),
      );
      if (last < 0) heads.push(...below.map(({ head }) => head));
      return `${chalk ? chalk.bold(heads.join(' ')) : heads.join(' ')}\n`;
    },
    ...rowsOf([...cells, ...more]),
    lost: () => '',
    summary: () => '',
  };
}

function cellOf<E>(column: NamedColumn<E>, isLast: boolean): Cell<E> {
  const content = contentOf(column);
  const put = (rows: RowBytes, content: Value) => {
    const text = show(content);
    rows.text(isLast ? `${text}\n` : `${pad(column, text, displayWidth(text))} `);
  };
  if (column.key) return { key: column.key, put: (rows, _, event) => put(rows, content(event)) };
  return { key: content, put: put as Cell<E>['put'] };
}

function textCell<E>(text: (event: E) => string): Cell<E> {
  return { key: text, put: (rows, text) => rows.text(text as string) };
}

/** On a terminal, what a cell looks like depends on those before it, and on the event. */
function wholeRow<E>(columns: readonly NamedColumn<E>[], width: () => number, chalk?: ChalkInstance): Cell<E> {
  const last = columns.length - 1;
  const texts = columns.map(cellText);
  return textCell((event) => {
    const limit = width();
    let line = '';
    let used = 0;
    for (let i = 0; i <= last; i++) {
      const column = columns[i];
      const whole = texts[i](event);
      const text = i < last ? whole : cut(whole, Math.max(limit - used, column.head.length));
      const cells = displayWidth(text);
      const alert = chalk && column.alert?.(column.value(event), event);
      const painted = alert ? chalk.red(text) : text;
      line += i < last ? `${pad(column, painted, cells)} ` : `${painted}\n`;
      used += Math.max(widthOf(column), cells) + 1;
    }
    return line;
  });
}

function cut(text: string, limit: number): string {
  return limit === Infinity ? text : cutText(text, limit);
}

/** @param cells that the text covers */
function pad<E>(column: NamedColumn<E>, text: string, cells: number): string {
  const gap = Math.max(0, widthOf(column) - cells);
  return column.align === 'left' ? text + blanks(gap) : blanks(gap) + text;
}

function widthOf<E>({ width, head }: NamedColumn<E>): number {
  return Math.max(width, head.length);
}

/** How a cell of the column is written: escaped, or of a kind that has nothing to escape. */
export function cellText<E>(column: NamedColumn<E>): (event: E) => string {
  const content = contentOf(column);
  return (event) => show(content(event));
}

/** What is in a cell of the column: its value, or the form of it for tables. */
function contentOf<E>({ value, text }: NamedColumn<E>): (event: E) => Value {
  if (!text) return value;
  return (event) => {
    const raw = value(event);
    return raw === null ? null : text(raw, event);
  };
}

function show(content: Value): string {
  if (content === null) return '-';
  if (typeof content === 'number') return `${content}`;
  if (typeof content === 'boolean') return content ? 'yes' : 'no';
  return escapeText(typeof content === 'string' ? content : content.join(' '));
}

const BLANKS = Array.from({ length: 128 }, (_, length) => ' '.repeat(length));

function blanks(length: number): string {
  return BLANKS[length] ?? ' '.repeat(length);
}
