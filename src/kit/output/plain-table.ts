import Table from 'cli-table3';

const WIDTH = 80;
/** Spaces between two columns. */
const GAP = 2;

/**
 * A table without lines, for what is complete at once. Columns are as wide as their text; the last one is wrapped to
 * what is left of 80 columns, between words.
 * @returns lines without blanks at their ends, each ended by a newline
 */
export function plainTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)) + GAP);
  const left = WIDTH - widths.slice(0, -1).reduce((sum, width) => sum + width, 0);
  // the library would cut a word that is longer than its column
  const longest = Math.max(...rows.flatMap((row) => row[row.length - 1].split(' ')).map((word) => word.length));
  widths[widths.length - 1] = Math.max(left, longest + GAP);
  const none = Object.fromEntries(LINES.map((name) => [name, '']));
  const table = new Table({
    chars: none,
    style: { 'padding-left': 0, 'padding-right': GAP, compact: true },
    colWidths: widths,
    wordWrap: true,
  });
  table.push(...rows.map((row) => [...row]));
  return `${table.toString().replace(/ +$/gm, '')}\n`;
}

const LINES = [
  ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
  ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
];
