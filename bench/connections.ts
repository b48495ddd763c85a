import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { testProgram } from '../test/live/harness/build.ts';
import { endWithUs } from './process.ts';

/** No ephemeral port, so that no row has it by chance. */
export const PORT = 61_999;
export const WARM_PORT = 61_998;

/** Someone who connects to himself, in a network namespace of his own that ends with him. */
export interface Connections extends AsyncDisposable {
  /** So many sessions, one after the other as fast as it goes, each closed by the accepting side first. */
  storm(port: typeof PORT | typeof WARM_PORT, times: number): Promise<void>;
}

export async function openConnections(): Promise<Connections> {
  const words = ['-n', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', testProgram('peer'), 'serve', 'bench', '0'];
  const child = spawn('unshare', words, { stdio: ['pipe', 'pipe', 'inherit'] });
  endWithUs.add(child.pid ?? 0);
  const ended = once(child, 'exit');
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await answers.next();
    if (done || !value.startsWith('ok')) throw new Error(`the connections have failed: ${value ?? 'no answer'}`);
    return value.split(' ');
  };
  const ask = (line: string) => {
    child.stdin.write(`${line}\n`);
    return answer();
  };
  await answer();
  const listeners = new Map<number, string>();
  for (const port of [PORT, WARM_PORT]) listeners.set(port, (await ask(`listen addr=127.0.0.1 port=${port}`))[1]);
  return {
    async storm(port, times) {
      await ask(`storm addr=127.0.0.1 port=${port} times=${times} accept_from=${listeners.get(port)}`);
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
      endWithUs.delete(child.pid ?? 0);
    },
  };
}
