import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { AttachTarget } from '../../../src/bpf/target.ts';
import type { HookName } from './hits.ts';
import type { Witnessed } from './witness.ts';

const script = fileURLToPath(new URL('holder.ts', import.meta.url));

/** Another process that holds attached programs. */
export interface Holder {
  readonly held: readonly Witnessed[];
  /** How often each program has run. */
  hits(): Promise<readonly number[]>;
  /** Ends it, by default in the way that leaves no chance to clean up. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/**
 * @param netns name of the network namespace to run in
 * @throws Error with what the other process said, when it could not attach
 */
export async function hold(
  wanted: readonly { program: HookName; target?: AttachTarget }[],
  netns?: string,
): Promise<Holder> {
  const node = [process.execPath, '--import', 'tsx', script, JSON.stringify(wanted)];
  const [command, ...args] = netns === undefined ? node : ['ip', 'netns', 'exec', netns, ...node];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`the holder has ended: ${errors}`);
    return JSON.parse(value);
  };
  return {
    held: await answer(),
    hits() {
      child.stdin.write('\n');
      return answer();
    },
    async kill(signal = 'SIGKILL') {
      const ended = child.exitCode !== null || child.signalCode !== null;
      const exited = ended || once(child, 'exit');
      child.kill(signal);
      await exited;
    },
  };
}
