import { UsageError } from '../errors.ts';
import { suggestion } from '../nearest.ts';
import { escapeText } from '../text.ts';
import { several } from '../tool/options.ts';

/** The forms of reports. */
export const REPORT_KINDS = ['github', 'junit', 'sarif', 'markdown'] as const;

export interface ReportTarget {
  readonly kind: (typeof REPORT_KINDS)[number];
  /** Left out: standard output, in the place of the rows. */
  readonly file?: string;
}

export const reportOptions = {
  report: several(
    '--report <kind>',
    'report at the end instead of the rows: github, junit, sarif or markdown; or beside them, into a file: junit=FILE',
    (text) => [parseReport(text)],
  ),
};

/** `junit`, `junit=report.xml` @throws UsageError */
export function parseReport(text: string): ReportTarget {
  const [, name = '', equals, file] = /^([^=]*)(=)?(.*)$/s.exec(text) ?? [];
  const kind = REPORT_KINDS.find((each) => each === name);
  const remedy = `write --report ${REPORT_KINDS.join(', --report ')}, or --report junit=FILE`;
  if (!kind) throw new UsageError(`unknown report "${escapeText(name)}"${suggestion(name, REPORT_KINDS)}`, remedy);
  if (equals && !file) throw new UsageError(`--report ${kind}=: the name of the file is missing`, remedy);
  return equals ? { kind, file } : { kind };
}
