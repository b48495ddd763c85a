import { failed, headline, type RunReport, totals } from './model.ts';

/**
 * Annotations of GitHub Actions: workflow commands, a line each. Every failed check is an error, lost events are a
 * warning, and where all is well, one notice says so.
 */
export function githubReport(report: RunReport): string {
  const title = `ebpf-kit ${report.tool}`;
  const bad = failed(report);
  const lines = bad.map(({ message }) => command('error', title, message));
  if (report.lost > 0)
    lines.push(command('warning', title, `${totals(report)}: what is said of them may be incomplete`));
  if (bad.length === 0) lines.push(command('notice', title, `${headline(report)}; ${totals(report)}`));
  return lines.join('');
}

function command(name: string, title: string, message: string): string {
  return `::${name} title=${property(title)}::${data(message)}\n`;
}

/** What the runner takes back: @actions/core does the same. */
const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
