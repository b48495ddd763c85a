import { isatty } from 'node:tty';
import type { NamedColumn } from '../columns/columns.ts';
import { csvWriter } from './csv.ts';
import { jsonWriter } from './json.ts';
import { tableWriter } from './table.ts';
import { guardedWriter, leadsToWorkflowLog } from './workflow-commands.ts';
import type { Writer } from './writer.ts';

interface Form {
  readonly json: boolean;
  readonly csv: boolean;
  /** Where it will write: standard output, standard error, or a file. */
  readonly fd?: number;
}

/** The writer that the command line asks for. Only a table on a terminal is coloured and cut. */
export async function openWriter<E>(columns: readonly NamedColumn<E>[], type: string, form: Form): Promise<Writer<E>> {
  const writer = await makeWriter(columns, type, form);
  return leadsToWorkflowLog(form.fd ?? 1) ? guardedWriter(writer, form.json ? 'json' : 'text') : writer;
}

async function makeWriter<E>(
  columns: readonly NamedColumn<E>[],
  type: string,
  { json, csv, fd = 1 }: Form,
): Promise<Writer<E>> {
  if (json) return jsonWriter(columns, type);
  if (csv) return csvWriter(columns);
  // process.stdout would set O_NONBLOCK on a pipe that other processes share; see sink-device.ts.
  if (fd > 2 || !isatty(fd)) return tableWriter(columns);
  const { default: ofOutput, chalkStderr } = await import('chalk');
  const [chalk, terminal] = fd === 2 ? [chalkStderr, process.stderr] : [ofOutput, process.stdout];
  // chalk knows FORCE_COLOR and --no-color, but not NO_COLOR (no-color.org).
  const colour = chalk.level > 0 && !process.env.NO_COLOR;
  return tableWriter(columns, { width: () => terminal.columns, chalk: colour ? chalk : undefined });
}
