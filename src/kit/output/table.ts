import type { ChalkInstance } from 'chalk';
import type { NamedColumn, Value } from '../columns/columns.ts';
import { cutText, displayWidth, escapeText } from '../text.ts';
import { linesBelow } from './lines-below.ts';
import type { Writer } from './writer.ts';

export interface TableOptions {
  /** Width of the terminal, asked for before each batch: the last column is cut to it. Left out: nothing is cut. */
  readonly width?: () => number | undefined;
  /** Left out: no colour. */
  readonly chalk?: ChalkInstance;
}

/**
 * Rows for people, as printf writes them in bcc's tools: a blank between columns, each padded to its width, a longer
 * value pushing the rest aside, the last one free. Every cell is escaped here, so that no column can forget to.
 */
export function tableWriter<E>(picked: readonly NamedColumn<E>[], options: TableOptions = {}): Writer<E> {
  const { chalk } = options;
  const columns = picked.filter((column) => !column.below);
  const below = linesBelow(picked.filter((column) => column.below));
  const last = columns.length - 1;
  const texts = columns.map(cellText);
  const widths = columns.map((column) => Math.max(column.width, column.head.length));

  const paint = (text: string, column: NamedColumn<E>, event: E) =>
    chalk && column.alert?.(column.value(event), event) ? chalk.red(text) : text;

  const row = (event: E, limit: number): string => {
    if (last < 0) return '';
    let line = '';
    let used = 0;
    for (let i = 0; i < last; i++) {
      const column = columns[i];
      const text = texts[i](event);
      const cells = displayWidth(text);
      const gap = Math.max(0, widths[i] - cells);
      used += cells + gap + 1;
      const painted = chalk ? paint(text, column, event) : text;
      line += column.align === 'left' ? `${painted}${blanks(gap)} ` : `${blanks(gap)}${painted} `;
    }
    const text = texts[last](event);
    const shown = limit === Infinity ? text : cutText(text, Math.max(limit - used, columns[last].head.length));
    return `${line}${chalk ? paint(shown, columns[last], event) : shown}\n`;
  };

  return {
    header() {
      const heads = columns.map(({ head, align }, i) =>
        i === last ? head : align === 'left' ? head.padEnd(widths[i]) : head.padStart(widths[i]),
      );
      if (last < 0) heads.push(...picked.map(({ head }) => head));
      return `${chalk ? chalk.bold(heads.join(' ')) : heads.join(' ')}\n`;
    },
    rows(events) {
      // A terminal that does not know its size says 0.
      const limit = options.width?.() || Infinity;
      let text = '';
      for (const event of events) text += row(event, limit) + below(event, limit);
      return text;
    },
    lost: () => '',
    summary: () => '',
  };
}

/** How a cell of the column is written: escaped, or of a kind that has nothing to escape. */
export function cellText<E>({ value, text, type }: NamedColumn<E>): (event: E) => string {
  const show = text ?? (type === 'bool' ? yesOrNo : type === 'strings' ? words : String);
  return (event) => {
    const raw = value(event);
    if (raw === null) return '-';
    return typeof raw === 'number' && text === undefined ? `${raw}` : escapeText(show(raw, event));
  };
}

function yesOrNo(value: Value): string {
  return value ? 'yes' : 'no';
}

function words(value: Value): string {
  return (value as readonly string[]).join(' ');
}

const BLANKS = Array.from({ length: 128 }, (_, length) => ' '.repeat(length));

function blanks(length: number): string {
  return BLANKS[length] ?? ' '.repeat(length);
}
