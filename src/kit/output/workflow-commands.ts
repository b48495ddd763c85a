import { fstatSync } from 'node:fs';
import type { Writer } from './writer.ts';

/** How `:` and `[` are written so that nothing but a reader of the form takes them for themselves. */
const ESCAPES = {
  text: ['\\x3a', '\\x5b'],
  json: ['\\u003a', '\\u005b'],
  xml: ['&#58;', '&#91;'],
} as const;
type Form = keyof typeof ESCAPES;

/** `::error title=x::`, behind blanks, too; no IPv6 address. */
const COMMAND = /^(\s*):(?=:[a-z][\w-]*(?: .*)?::)/gim;

/**
 * Text for the log of a job of GitHub Actions, whose runner obeys lines that begin so, and `##[…]` anywhere in a line
 * (actions/runner, ActionCommand.cs): what a traced program calls itself must not become such a command.
 */
export function withoutCommands(text: string, form: Form = 'text'): string {
  const [colon, bracket] = ESCAPES[form];
  return text.replace(COMMAND, `$1${colon}`).replaceAll('##[', `##${bracket}`);
}

/** Whether a descriptor may lead to the log of such a job. */
export const leadsToWorkflowLog = (fd: number): boolean =>
  process.env.GITHUB_ACTIONS === 'true' && fd <= 2 && !fstatSync(fd).isFile();

/** The same writer, for such a log. */
export function guardedWriter<E>(writer: Writer<E>, form: Form): Writer<E> {
  // each by its name: no other way to write rows, such as `bytes`, gets past this
  return {
    header: () => writer.header(),
    rows: (events) => withoutCommands(writer.rows(events), form),
    lost: (lost) => writer.lost(lost),
    summary: (summary) => writer.summary(summary),
  };
}
