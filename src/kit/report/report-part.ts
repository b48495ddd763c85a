import { appendFileSync, closeSync, openSync, writeFileSync } from 'node:fs';
import { emptyFile } from '../../host/empty-file.ts';
import { causeOf } from '../../host/errno.ts';
import { valueText } from '../assert/event-text.ts';
import { ExitCode, KitError } from '../errors.ts';
import { openSink } from '../output/sink.ts';
import { leadsToWorkflowLog, withoutCommands } from '../output/workflow-commands.ts';
import { ownVersion } from '../record/machine.ts';
import { writeAll } from '../stream/output-part.ts';
import type { Control, PartMaker } from '../stream/parts.ts';
import { githubReport } from './github.ts';
import { junitReport } from './junit.ts';
import { markdownReport } from './markdown.ts';
import type { RunReport } from './model.ts';
import type { ReportTarget } from './report-options.ts';
import { sarifReport } from './sarif.ts';

/** Events that a report shows. */
const SHOWN = 100;

const WRITERS: Readonly<Record<ReportTarget['kind'], (report: RunReport) => string | Promise<string>>> = {
  github: githubReport,
  junit: junitReport,
  sarif: sarifReport,
  markdown: markdownReport,
};

/** Writes reports at the end. Their files are opened before anything is attached, and hold what they held until then. */
export function reportPart<E>(targets: readonly ReportTarget[]): PartMaker<E> {
  return ({ tool, columns }, control) => {
    const files = targets.map((target) => ({ ...target, fd: openFile(target) }));
    const told = columns.filter(({ below }) => !below);
    const rows: string[][] = [];
    let began = new Date();
    return {
      ready({ date }) {
        began = date;
      },
      events(batch) {
        for (let i = 0; i < batch.length && rows.length < SHOWN; i++)
          rows.push(told.map(({ value }) => valueText(value(batch[i]))));
        return undefined;
      },
      async report(ended, outcomes) {
        const names = told.map(({ name }) => name);
        const { missing } = control;
        const report = { ...ended, tool, version: ownVersion(), began, outcomes, missing, columns: names, rows };
        for (const { kind, fd, file } of files) {
          const text = await WRITERS[kind](report);
          if (fd === undefined) await print(guarded(text, kind), control);
          else attempt(`--report ${kind}=${file}`, () => rewrite(fd, text));
          if (kind === 'github') addSummary(report);
        }
      },
      close() {
        for (const { fd } of files) if (fd !== undefined) closeSync(fd);
      },
    };
  };
}

/** Where the report itself is not made of workflow commands, or of what cannot be one. */
const FORMS = { junit: 'xml', sarif: 'json' } as const;

const guarded = (text: string, kind: ReportTarget['kind']) =>
  kind in FORMS && leadsToWorkflowLog(1) ? withoutCommands(text, FORMS[kind as keyof typeof FORMS]) : text;

/** To standard output, whose reader may take its time. */
async function print(text: string, control: Control): Promise<void> {
  let failure: KitError | undefined;
  using sink = openSink(1, { onEnd: (error) => (failure = error) });
  sink.write(text);
  await writeAll(sink, control);
  if (failure) throw failure;
}

function rewrite(fd: number, text: string): void {
  emptyFile(fd);
  writeFileSync(fd, text);
}

function openFile({ kind, file }: ReportTarget): number | undefined {
  return file === undefined ? undefined : attempt(`--report ${kind}=${file}`, () => openSync(file, 'a'));
}

/** What GitHub shows on the page of the run. */
function addSummary(report: RunReport): void {
  const file = process.env.GITHUB_STEP_SUMMARY;
  if (file) attempt(`the step summary ${file}`, () => appendFileSync(file, `${markdownReport(report)}\n`));
}

function attempt<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new KitError(`writing ${what}: ${causeOf(error)}`, ExitCode.failure);
  }
}
