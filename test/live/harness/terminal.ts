import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { testFolder } from './folder.ts';

/** How long the screen may take to show what is waited for, ms. */
const WAIT = 40_000;

/** A terminal with a shell in it, as a person has one. */
export interface Terminal {
  /** What the screen shows, without the blanks at the ends of lines. */
  lines(): Promise<readonly string[]>;
  /** The same with colours and the like, as sequences. */
  painted(): Promise<readonly string[]>;
  /** Types text (ASCII), as it is. */
  type(text: string): Promise<void>;
  /** Presses keys by tmux's names: 'Up', 'C-c', 'Enter', 'q'. */
  press(...keys: readonly string[]): Promise<void>;
  /** Types a command, and Enter. */
  enter(command: string): Promise<void>;
  /**
   * Waits until the screen shows it: looks whenever something was written to it.
   * @throws Error with what the screen shows instead
   */
  until(wanted: RegExp | ((lines: readonly string[]) => boolean)): Promise<readonly string[]>;
  resize(columns: number, rows: number): Promise<void>;
  /** Whether a program has its alternate screen. */
  alternate(): Promise<boolean>;
  /** Whether the cursor is seen. */
  cursor(): Promise<boolean>;
  /** Id of the process that has it. */
  server(): Promise<number>;
  /** Id of the process that runs in it: the shell's child, or that one's, and so on. */
  program(): Promise<number>;
}

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** The prompt of the shell. */
export const PROMPT = '$';

/**
 * Opens a terminal: tmux has it, in control mode, where it says what is written and does what it is told. Its server is
 * one of its own, on a socket in a folder of the test, and ends with the test.
 */
export async function openTerminal({ columns = 80, rows = 24, env }: TerminalOptions = {}): Promise<Terminal> {
  const socket = join(testFolder(), 'tmux');
  // a shell that is not interactive, as tmux starts commands with, takes PS1 out of the environment
  const shell = `exec env 'PS1=${PROMPT} ' bash --noprofile --norc`;
  const args = ['-u', '-S', socket, '-f', '/dev/null', '-C', 'new-session', '-x', `${columns}`, '-y', `${rows}`, shell];
  const client = spawn('tmux', args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TERM: 'xterm', LANG: 'C.UTF-8', ...env },
  });
  const { run, written } = converse(client.stdin, createInterface(client.stdout));
  onTestFinished(async () => {
    if (client.exitCode !== null) return;
    const ended = once(client, 'exit');
    client.stdin.write('kill-server\n');
    await ended;
  });

  const lines = async () => (await run('capture-pane -p')).map((text) => text.trimEnd());
  const until: Terminal['until'] = async (wanted) => {
    const fits = (shown: readonly string[]) =>
      wanted instanceof RegExp ? wanted.test(shown.join('\n')) : wanted(shown);
    const end = AbortSignal.timeout(WAIT);
    for (;;) {
      const more = written(end);
      const shown = await lines();
      if (fits(shown)) return shown;
      await more;
      if (end.aborted) throw new Error(`the screen does not show ${wanted} but:\n${shown.join('\n')}`);
    }
  };
  const press = async (...keys: readonly string[]) =>
    void (await run(`send-keys ${keys.map((key) => `'${key}'`).join(' ')}`));
  const type = async (text: string) => {
    const codes = [...Buffer.from(text)].map((byte) => byte.toString(16));
    if (codes.length > 0) await press('-H', ...codes);
  };
  const number = async (name: string) => Number((await run(`display-message -p '#{${name}}'`))[0]);
  const flag = async (name: string) => (await number(name)) === 1;
  const terminal: Terminal = {
    lines,
    painted: () => run('capture-pane -p -e'),
    type,
    press,
    until,
    async enter(command) {
      await type(command);
      await press('Enter');
    },
    resize: async (width, height) => void (await run(`resize-window -x ${width} -y ${height}`)),
    alternate: () => flag('alternate_on'),
    cursor: () => flag('cursor_flag'),
    server: () => number('pid'),
    program: async () => innermost(await number('pane_pid')),
  };
  // it also ends with a test that is killed
  await run('set-option -s exit-unattached on');
  await until(new RegExp(`^\\${PROMPT}$`, 'm'));
  return terminal;
}

function innermost(pid: number): number {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
  return child === '' ? pid : innermost(Number(child));
}

/** tmux(1), CONTROL MODE: each command is answered by a block of lines; what is written to the terminal comes between. */
function converse(input: NodeJS.WritableStream, output: NodeJS.EventEmitter) {
  const answers: { resolve(lines: string[]): void; reject(error: Error): void }[] = [];
  const looks = new Set<() => void>();
  let block: { id: string; ours: boolean; lines: string[] } | undefined;
  output.on('line', (text: string) => {
    const [word, , id, flags] = text.split(' ');
    if (!block && word === '%begin') block = { id, ours: flags === '1', lines: [] };
    else if (block && (word === '%end' || word === '%error') && id === block.id) {
      const answer = block.ours ? answers.shift() : undefined;
      if (word === '%end') answer?.resolve(block.lines);
      else answer?.reject(new Error(block.lines.join('\n')));
      block = undefined;
    } else if (block) block.lines.push(text);
    else if (word === '%output') for (const look of looks) look();
  });
  return {
    run(command: string): Promise<string[]> {
      input.write(`${command}\n`);
      return new Promise((resolve, reject) => answers.push({ resolve, reject }));
    },
    /** Resolves when something is written to the terminal, or at the end of the wait. */
    written(end: AbortSignal): Promise<void> {
      return new Promise((resolve) => {
        const look = () => {
          looks.delete(look);
          end.removeEventListener('abort', look);
          resolve();
        };
        looks.add(look);
        end.addEventListener('abort', look);
      });
    },
  };
}
