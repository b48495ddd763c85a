import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { testProgram } from '../build.ts';
import type { TestCgroup } from '../cgroup.ts';
import { type Ask, type Calls, calls, type Words } from './calls.ts';
import type { Host, Net } from './hosts.ts';

/** Who a peer is. */
export interface PeerOptions {
  /** Its name, up to 15 bytes without spaces. */
  readonly comm?: string;
  readonly uid?: number;
  /** Where it lives from its first socket on. */
  readonly cgroup?: TestCgroup;
  /** Words before its command line, that run it: then `pid` is theirs. */
  readonly under?: readonly string[];
}

/** A process, or a thread of one, that uses sockets as a test tells it to: one call after the other. */
export interface Peer extends Calls, AsyncDisposable {
  readonly pid: number;
  readonly tid: number;
  readonly comm: string;
  readonly uid: number;
  /** A thread, which has the same sockets. Its calls and its maker's wait for each other. */
  thread(comm?: string): Promise<Peer>;
  /** A child, which has copies of the sockets of this moment. Its calls and its maker's wait for each other. */
  fork(comm?: string): Promise<Peer>;
  /** Ends it, with all its sockets, threads and children; whatever it is doing. */
  close(): Promise<void>;
}

/** @param host where it is; undefined: where the test itself is */
export async function openPeer(host: Host | undefined, options: PeerOptions = {}): Promise<Peer> {
  const { comm = 'peer', uid = 0, cgroup, under = [] } = options;
  const [program, ...args] = [...under, ...(host?.inside ?? []), testProgram('peer'), 'serve', comm, `${uid}`];
  const process = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], env: globalThis.process.env });
  const ended = once(process, 'exit');
  const answers = createInterface(process.stdout)[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const { value, done } = await answers.next();
    if (done) throw new Error(`the peer ${comm} has ended`);
    return value;
  };
  await answer();
  if (cgroup) writeFileSync(join(cgroup.directory, 'cgroup.procs'), `${process.pid}`);
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  const ask: Ask = (line) => {
    waiting++;
    const said = last.then(() => {
      process.stdin.write(`${line}\n`);
      return answer();
    });
    last = said.catch(() => undefined).finally(() => waiting--);
    return said;
  };
  const pid = process.pid ?? 0;
  return peer({ pid, tid: pid, comm, uid }, ask, async () => {
    // in a call that does not end, it does not hear
    if (waiting) process.kill('SIGKILL');
    process.stdin.end();
    await ended;
  });
}

/** The same, for one test: it ends with it. */
export async function testPeer(host: Host | undefined, options?: PeerOptions): Promise<Peer> {
  const peer = await openPeer(host, options);
  onTestFinished(() => peer.close());
  return peer;
}

/** A client on the near side and a server on the far one, of users 1001 and 1002, for one test. */
export async function testPair({ near, far }: Net): Promise<{ client: Peer; server: Peer }> {
  const client = await testPeer(near, { comm: 'client', uid: 1001 });
  return { client, server: await testPeer(far, { comm: 'server', uid: 1002 }) };
}

function peer(who: Pick<Peer, 'pid' | 'tid' | 'comm' | 'uid'>, ask: Ask, close: () => Promise<void>): Peer {
  const own = calls(ask);
  const worker = async (verb: string, comm: string): Promise<Peer> => {
    const [number, pid, tid] = (await own.call(verb, { comm })).map(Number);
    const dismiss = async () => void (await own.call('dismiss', { worker: number } satisfies Words));
    return peer({ ...who, pid, tid, comm }, (line) => ask(`for ${number} ${line}`), dismiss);
  };
  return {
    ...who,
    ...own,
    thread: (comm = who.comm) => worker('thread', comm),
    fork: (comm = who.comm) => worker('fork', comm),
    close,
    [Symbol.asyncDispose]: close,
  };
}
