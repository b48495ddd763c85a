import { bestPeer, type Comparison, type Measure, overall, ratio } from './figures.ts';

/** In Markdown: a row for each contender, a column for each measure. */
export function formatComparison(comparison: Comparison): string {
  const { rows, measures, title, traced, without = {} } = comparison;
  const heads = ['', ...measures.map(({ label }) => label)];
  const lines = rows
    .filter((name) => !(name in without))
    .map((name) => [name, ...measures.map((each) => cell(each, name) + beside(comparison, each, name))]);
  const missing = Object.entries(without).map(([name, why]) => `Without ${name}: ${why}`);
  return [`**${title}**`, '', [traced, ...missing].join('  \n'), '', formatTable([heads, ...lines])].join('\n');
}

/** The first column is text, the others are numbers. */
export function formatTable([heads, ...lines]: readonly (readonly string[])[]): string {
  const widths = heads.map((head, i) => Math.max(3, head.length, ...lines.map((line) => line[i].length)));
  const row = (cells: readonly string[]) =>
    `| ${cells.map((text, i) => (i ? text.padStart(widths[i]) : text.padEnd(widths[i]))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (i ? `${'-'.repeat(width + 1)}:` : '-'.repeat(width + 2))).join('|')}|`;
  return [row(heads), rule, ...lines.map(row)].join('\n');
}

/** The one number of all rounds, with the least and the greatest of them. */
function cell(of: Measure, name: string): string {
  const value = overall(of, name);
  if (value === undefined) return '';
  const { digits, over } = of;
  const [least, most] = [Math.min(...of.values[name]), Math.max(...of.values[name])].map((each) =>
    format(each, digits),
  );
  const spread = over === 'median' && least !== most ? ` (${least}–${most})` : '';
  return format(value, digits) + spread;
}

const beside = (comparison: Comparison, of: Measure, name: string) => {
  const text = bestPeer(comparison, of) === undefined ? '' : ratio(comparison, of, name);
  return text && ` ${text}`;
};

/** Groups of thousands are told apart by a thin space. */
export function format(value: number, digits: number): string {
  return value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))/g, digits ? '' : ' ');
}
