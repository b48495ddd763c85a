import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { type Capture, capture } from '../capture.ts';
import type { Host } from './hosts.ts';

/** A ping command that runs. */
export interface Pinging {
  readonly stdout: Capture;
  /** Until so many pings have been sent, answered or not. */
  sent(count: number): Promise<void>;
  /** Ends it. @returns the sequence numbers that were answered */
  end(): Promise<readonly number[]>;
}

/**
 * Pings another host, ten times a second, and says of each one whether it was answered (-O).
 * @param words further options of ping
 */
export function ping(from: Host, to: string, ...words: readonly string[]): Pinging {
  const [program, ...args] = [...from.inside, 'ping', '-O', '-i', '0.1', '-W', '1', ...words, to];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const stdout = capture(child.stdout);
  const closed = once(child, 'close');
  return {
    stdout,
    sent: (count) => stdout.until(new RegExp(`icmp_seq=${count}\\b`)),
    async end() {
      child.kill('SIGINT');
      await closed;
      return answered(stdout.text);
    },
  };
}

/** Sends so many pings, one after the other, and waits for their end. @returns the sequence numbers that were answered */
export function pings(from: Host, to: string, count: number, ...words: readonly string[]): readonly number[] {
  // its status is 1 when none is answered
  return answered(from.run('sh', '-c', `ping -c ${count} -i 0.02 -W 0.3 ${words.join(' ')} ${to} || true`));
}

const answered = (text: string) => [...text.matchAll(/bytes from .*icmp_seq=(\d+)/g)].map(([, seq]) => Number(seq));
