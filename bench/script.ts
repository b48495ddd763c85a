import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Run } from './part.ts';
import { endWithUs } from './process.ts';

interface Manner {
  /** Words before its command. */
  readonly before?: readonly string[];
  /** The most rounds: such parts take long. */
  readonly most?: number;
}

/**
 * Runs a part that is a program of its own: it gets the options as its one argument, and prints one JSON object.
 * @param file beside this one
 */
export async function runScript<T>(
  file: string,
  { rounds, quick }: Run,
  { before = [], most = 3 }: Manner = {},
): Promise<T> {
  const options = JSON.stringify({ rounds: Math.min(rounds, most), quick, json: true });
  const words = [
    ...before,
    process.execPath,
    '--import',
    'tsx',
    fileURLToPath(new URL(file, import.meta.url)),
    options,
  ];
  const child = spawn(words[0], words.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
  endWithUs.add(child.pid ?? 0);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const [status] = await once(child, 'close');
  endWithUs.delete(child.pid ?? 0);
  if (status !== 0) throw new Error(`bench/${file} has ended with status ${status}`);
  return JSON.parse(text);
}
