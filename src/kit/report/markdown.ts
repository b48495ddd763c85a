import { headline, type RunReport, resultOf, totals } from './model.ts';

/** The one cell that has markup. */
const FAILED = '**failed**';

/** A table of what was checked, and one of the first events: for a step summary, a comment, or a page. */
export function markdownReport(report: RunReport): string {
  const { outcomes, columns, rows, events, missing } = report;
  const checks = outcomes.map((each) => [each.status === 0 ? 'passed' : FAILED, each.name, resultOf(each)]);
  const more = events - rows.length;
  return [
    `### ${plain(headline(report))}\n`,
    ...(checks.length > 0 ? [table(['', 'check', 'what came of it'], checks)] : []),
    `${plain([totals(report), ...missing].join(', '))}\n`,
    ...(rows.length > 0 ? [table(columns, rows)] : []),
    ...(more > 0 ? [`and ${more} more\n`] : []),
  ].join('\n');
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const body = rows.map((row) => line(row.map((cell) => (cell === FAILED ? cell : plain(cell)))));
  return [line(heads.map(plain)), line(heads.map(() => '---')), ...body].join('');
}

/** Text that Markdown leaves as it is: no markup, no HTML, no end of a cell, no link, and nobody is notified by his name. */
function plain(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;')
    .replace(/[\\`*_{}[\]#|~]/g, '\\$&')
    .replace(/(https?|ftp|www)([:.])/gi, '$1&#8203;$2')
    .replace(/[\r\n]+/g, ' ');
}
