import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import { Argument, Command, CommanderError } from 'commander';
import { rawWords } from './host/raw-words.ts';
import { TRACED } from './kit/child/hold.ts';
import { reportFailure } from './kit/doctor/report.ts';
import { ExitCode } from './kit/errors.ts';
import { print, say } from './kit/say.ts';
import { GROUPS } from './kit/tool/define.ts';
import { joinTwoWords } from './kit/tool/two-words.ts';
import { loadTool, tools } from './registry.ts';
import { packageFile } from './root.ts';

const NAME = 'ebpf-kit';
const HELP_WIDTH = 80;

/** Runs one command line. The exit status is left in process.exitCode. @param line without node and script */
export async function main(line: readonly string[]): Promise<void> {
  const { args, traced } = splitLine(line);
  const words = joinTwoWords(args[0] === 'help' ? [...args.slice(1, 2), '--help'] : args.length ? args : ['--help']);
  const name = tools.find((tool) => tool.name === words[0])?.name ?? NAME;
  try {
    const program = await rootCommand(words, name);
    program.setOptionValue(TRACED, traced);
    await program.parseAsync(isUnknown(program, words[0]) ? words.slice(0, 1) : words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
    else process.exitCode = reportFailure(name, error, /^(-v|--verbose)$/m.test(words.join('\n')));
  }
}

/** What stands behind `--` is a command to trace, where there is something that traces. */
function splitLine(line: readonly string[]): { args: readonly string[]; traced?: readonly string[] } {
  const at = line.indexOf('--');
  const traces = line[0] === 'baseline' || tools.some(({ name }) => name === line[0]);
  return at < 0 || !traces ? { args: line } : { args: line.slice(0, at), traced: rawWords(line.slice(at + 1)) };
}

/** With options, above all --help, commander would forget to say so. */
function isUnknown(program: Command, word: string): boolean {
  return !word.startsWith('-') && !program.commands.some((command) => command.name() === word);
}

/** The whole program, with the options of just those tools that the words name: to load all would take long. */
async function rootCommand(words: readonly string[], name: string): Promise<Command> {
  const program = new Command(NAME)
    .description('eBPF tools for the command line, for scripts and for TypeScript')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .exitOverride()
    // an option behind a subcommand is the subcommand's
    .enablePositionalOptions()
    .configureOutput({ ...helpOutput, outputError: (text) => say(name, oneLine(text)) })
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', `\nRun '${NAME} <command> --help' for options, columns, examples and blind spots.`);
  await addTools(program, words);
  await addOwnCommands(program, words);
  return program;
}

async function addTools(program: Command, words: readonly string[]): Promise<void> {
  for (const group of GROUPS) {
    for (const { name, summary } of tools.filter((tool) => tool.group === group)) {
      const command = words.includes(name) ? await wholeCommand(name, words) : new Command(name).description(summary);
      for (const each of [command, ...command.commands]) each.copyInheritedSettings(program);
      program.addCommand(command.helpGroup(`${title(group)}:`));
    }
  }
}

async function wholeCommand(name: string, words: readonly string[]): Promise<Command> {
  const tool = await loadTool(name);
  const command = (await import('./kit/tool-command.ts')).toolCommand(tool);
  if (words[0] === 'complete') (await import('./commands/completion.ts')).suggestValues(command, tool);
  return command;
}

async function addOwnCommands(program: Command, words: readonly string[]): Promise<void> {
  program.commandsGroup('What tools have shown:');
  const replay = program.command('replay').description('show what a tool has kept with --record, on any machine');
  if (words.includes('replay')) (await import('./commands/replay.ts')).addReplay(replay);
  if (words[0] === 'complete') (await import('./commands/completion.ts')).suggestReports(replay);
  const baseline = program.command('baseline').description('keep what a command does, and tell when that changes');
  if (words.includes('baseline')) {
    const { addBaseline } = await import('./commands/baseline.ts');
    addBaseline(baseline, () => program.getOptionValue(TRACED));
    for (const each of baseline.commands) each.copyInheritedSettings(program);
  }
  program.commandsGroup('About ebpf-kit and this machine:');
  program
    .command('doctor')
    .description('what this machine can do, which way each tool would attach, and what to do where one cannot')
    .option('--json', 'one JSON object')
    .option('-v, --verbose', 'also show the ways that do not work, and why')
    .action(async (options) => (await import('./commands/doctor.ts')).doctor(options));
  program
    .command('list')
    .description('all tools')
    .option('--json', 'one JSON object per tool')
    .action(async (options) => (await import('./commands/list.ts')).list(options));
  program
    .command('schema')
    .description("JSON Schema of a tool's --json records")
    .addArgument(new Argument('<tool>', 'name of a tool').choices(tools.map((tool) => tool.name)))
    .action(async (name) => (await import('./commands/schema.ts')).schema(name));
  if (/^(completion|complete)$/.test(words[0] ?? '')) {
    await (await import('./commands/completion.ts')).addCompletion(program);
  } else {
    program
      .command('completion')
      .description('completion script for a shell')
      .addArgument(new Argument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish']));
  }
}

function version(): string {
  return (JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string }).version;
}

/** Without process.stdout, which would change a flag of the pipe that others share. */
const helpOutput = {
  writeOut: print,
  getOutHelpWidth: () => (isatty(1) ? Math.min(process.stdout.columns, HELP_WIDTH) : HELP_WIDTH),
  getErrHelpWidth: () => HELP_WIDTH,
  getOutHasColors: () => false,
  getErrHasColors: () => false,
};

const title = (word: string) => word[0].toUpperCase() + word.slice(1);

/** Commander's "error: unknown option '--x'\n(Did you mean --y?)". */
const oneLine = (text: string) =>
  text
    .replace(/^error: /, '')
    .trim()
    .replaceAll('\n', ' ');
