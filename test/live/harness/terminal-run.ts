import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { testFolder } from './folder.ts';
import type { Terminal } from './terminal.ts';

/** A command that runs on a terminal. */
export interface OnTerminal {
  /** What the screen showed when it had begun. */
  readonly shown: readonly string[];
  /**
   * Waits for its end, and looks that the terminal is as it was before: its settings, its screen and its cursor.
   * @returns what the screen shows then, which ends in `status N`
   */
  ended(): Promise<readonly string[]>;
}

/** Starts a command, by a shell that does not set the terminal itself. @param begun what the screen shows then */
export async function runOn(terminal: Terminal, command: string, begun: RegExp): Promise<OnTerminal> {
  const folder = testFolder();
  const settings = (when: string) => readFileSync(join(folder, when), 'utf8');
  // what Ctrl-C sends comes to the shell, too
  const script = `trap : INT QUIT; stty -a >${folder}/before; ${command}; echo "status $?"; stty -a >${folder}/after`;
  await terminal.enter(`sh -c '${script}'`);
  return {
    shown: await terminal.until(begun),
    async ended() {
      const lines = await terminal.until(/^status \d+\n(.*\n)*\$$/m);
      expect(settings('after')).toBe(settings('before'));
      expect([await terminal.alternate(), await terminal.cursor()]).toEqual([false, true]);
      return lines;
    },
  };
}
