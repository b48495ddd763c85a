import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { causeOf } from '../host/errno.ts';
import { added, type Baseline, describeDifference } from '../kit/baseline/baseline.ts';
import { formatBaseline, parseBaseline } from '../kit/baseline/lock-file.ts';
import { reportFailure } from '../kit/doctor/report.ts';
import { ExitCode, KitError, UsageError } from '../kit/errors.ts';
import { count, say } from '../kit/say.ts';
import { escapeText } from '../kit/text.ts';
import { type Watched, watchCommand } from './baseline-watch.ts';

const NAME = 'baseline';
const tell = (message: string) => say(NAME, message);

interface Options {
  readonly allowIncomplete?: boolean;
}

/** What each of the subcommands makes of a run. @returns the exit status, where all was seen */
const ACTIONS = {
  save: {
    summary: 'write what the command does into the file',
    judge({ baseline }: Watched, file: string) {
      write(file, formatBaseline(baseline));
      const { programs, writes, connects } = baseline;
      const sums = [
        count(programs.length, 'program'),
        count(writes.length, 'write'),
        count(connects.length, 'connect'),
      ];
      tell(`saved ${sums.join(', ')} to ${escapeText(file)}`);
      return ExitCode.ok;
    },
  },
  check: {
    summary: 'exit with 90 if the command does what is not in the file',
    judge({ baseline }: Watched, file: string, before: Baseline) {
      const news = added(before, baseline);
      for (const difference of news) tell(`new: ${describeDifference(difference)}`);
      for (const difference of added(baseline, before)) tell(`gone: ${describeDifference(difference)}`);
      if (news.length === 0) tell(`nothing that is not in ${escapeText(file)}`);
      return news.length > 0 ? ExitCode.assertion : ExitCode.ok;
    },
  },
  diff: {
    summary: 'say what is new and what is gone, and exit with the status of the command',
    judge({ baseline }: Watched, file: string, before: Baseline) {
      for (const difference of added(before, baseline)) tell(`+ ${describeDifference(difference)}`);
      for (const difference of added(baseline, before)) tell(`- ${describeDifference(difference)}`);
      if (added(before, baseline).length + added(baseline, before).length === 0) tell(`as in ${escapeText(file)}`);
      return ExitCode.ok;
    },
  },
} as const;
type Action = keyof typeof ACTIONS;

/** `ebpf-kit baseline save|check|diff FILE -- COMMAND`. @param words of the command */
export function addBaseline(command: Command, words: () => readonly string[] | undefined): void {
  command.addHelpText('after', HELP);
  for (const action of Object.keys(ACTIONS) as Action[]) {
    command
      .command(action)
      .description(ACTIONS[action].summary)
      .usage('[options] <file> -- <command> [arguments]')
      .argument('<file>', 'the baseline: text for people to review and for version control')
      .option('--allow-incomplete', 'go on though events were lost')
      .action(async (file: string, options: Options) => {
        try {
          process.exitCode = await run(action, file, words(), options);
        } catch (error) {
          process.exitCode = reportFailure(NAME, error, false);
        }
      });
  }
}

const HELP = `
A baseline lists which programs a command and its descendants execute, which
files outside the current folder they open for writing, cut, or make by a rename
or a link, and which addresses they connect to over TCP. So that it is the same
for every run, these stand for what changes: <tmp> for anything in a folder for
temporary files, <hash> for hexadecimal names, <uuid>, <time>, <version>, <pid>,
<n> for numbers of three digits and more, <ephemeral> for ports from 32768 on, ~
for the home folder, and names for the addresses that the command had looked up.

Not seen: folders that are made, and files that are removed; UDP; and what
opensnoop, execsnoop and tcpconnect do not see, see their help.

Examples:
  ebpf-kit baseline save ci.baseline -- npm test
  ebpf-kit baseline check ci.baseline -- npm test`;

async function run(action: Action, file: string, words: readonly string[] | undefined, options: Options) {
  if (!words) throw new UsageError('there is no command', `write: ${NAME} ${action} ${escapeText(file)} -- COMMAND`);
  const before = action === 'save' ? undefined : read(file);
  const watched = await watchCommand(words, tell);
  const { status, lost } = watched;
  if (lost) tell(`lost ${count(lost, 'event')}: what the command does is not known completely`);
  if (status !== 0) tell(`the command has failed with status ${status}`);
  const lacks = lost > 0 && !options.allowIncomplete;
  if (action === 'save' && (lacks || status !== 0)) tell(`${escapeText(file)} is not written`);
  else {
    const judged = ACTIONS[action].judge(watched, file, before as Baseline);
    if (status === 0 && judged !== ExitCode.ok) return judged;
  }
  return status || (lacks ? ExitCode.incomplete : ExitCode.ok);
}

function read(file: string): Baseline {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const remedy = `ebpf-kit ${NAME} save makes one`;
    throw new KitError(`reading ${escapeText(file)}: ${causeOf(error)}`, ExitCode.failure, remedy);
  }
  return parseBaseline(text, file);
}

/** As a whole, or not at all. */
function write(file: string, text: string): void {
  const next = `${file}.${process.pid}`;
  try {
    writeFileSync(next, text);
    renameSync(next, file);
  } catch (error) {
    rmSync(next, { force: true });
    throw new KitError(`writing to ${escapeText(file)}: ${causeOf(error)}`, ExitCode.failure);
  }
}
