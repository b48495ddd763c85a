import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EventOf, ExitCode, KitError, trace, UsageError } from '../../src/index.ts';
import { collect, leavesNothing } from './harness/library.ts';
import { openStage, type Stage } from './harness/stage.ts';

let stage: Stage;
let neighbour: Stage;
beforeAll(() => {
  stage = openStage();
  neighbour = openStage();
});
afterAll(() => Promise.all([stage.close(), neighbour.close()]));

const program = (mark: string) => ({ file: '/bin/true', args: ['true', mark] });

describe('trace', () => {
  it('hands over events, fully typed', async () => {
    await using events = trace('execsnoop', { ppid: stage.pid, maxEvents: 2 });
    await events.ready;
    await neighbour.run(program('neighbour'));
    const { pid } = await stage.run(program('first'));
    await stage.run(program('second'));
    const seen: EventOf<'execsnoop'>[] = [];
    for await (const event of events) seen.push(event);
    expect(seen.map(({ args }) => args[1])).toEqual(['first', 'second']);
    expect(seen[0]).toMatchObject({
      comm: 'true',
      pid,
      ppid: stage.pid,
      ret: 0,
      error: null,
      exe: '/usr/bin/true',
      tty: null,
      args_truncated: false,
    });
    expect(events.lost).toBe(0);
  });

  it('takes the options of the tool and of all tools', async () => {
    const filter = 'args[1] != "not this"';
    await using events = trace('execsnoop', {
      ppid: stage.pid,
      line: /this$/,
      filter,
      columns: ['args', 'ret'],
      fails: true,
    });
    await events.ready;
    await stage.run({ file: '/nothing', args: ['nothing', 'this'] });
    for (const mark of ['this', 'not this', 'that', 'also this']) await stage.run(program(mark));
    const seen: unknown[] = [];
    for await (const event of events) {
      seen.push(event);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual([
      { args: ['nothing', 'this'], ret: -2 },
      { args: ['true', 'this'], ret: 0 },
      { args: ['true', 'also this'], ret: 0 },
    ]);
  });

  it('counts what was lost while nobody took anything', async () => {
    const abort = new AbortController();
    const events = trace('execsnoop', { ppid: stage.pid, ringSize: 4096, signal: abort.signal, columns: ['pid'] });
    await events.ready;
    await stage.run({ ...program('many'), times: 200 });
    abort.abort();
    const seen = (await collect(events)).length;
    expect(seen).toBeGreaterThan(0);
    expect(events.lost).toBeGreaterThan(0);
    expect(seen + events.lost).toBe(200);
  });

  it('two at once do not disturb each other', async () => {
    await using own = trace('execsnoop', { ppid: stage.pid, maxEvents: 1 });
    await using other = trace('execsnoop', { ppid: neighbour.pid, maxEvents: 1, columns: ['args'] });
    await Promise.all([own.ready, other.ready]);
    await Promise.all([neighbour.run(program('neighbour')), stage.run(program('own'))]);
    const [[first], [second]] = await Promise.all([collect(own), collect(other)]);
    expect(first).toMatchObject({ args: ['true', 'own'], ppid: stage.pid });
    expect(second).toEqual({ args: ['true', 'neighbour'] });
  });
});

describe('errors', () => {
  const failure = async (events: { ready: Promise<void> }) => {
    const error = await events.ready.then(() => undefined).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(KitError);
    return error as KitError;
  };

  it('are KitErrors with the exit status of the command, from `ready` and from the loop', async () => {
    await leavesNothing(async () => {
      const events = trace('execsnoop', { filter: 'pdi == 1' });
      expect(await failure(events)).toBeInstanceOf(UsageError);
      await expect(collect(events)).rejects.toMatchObject({
        exitCode: ExitCode.usage,
        message: 'filter: unknown variable "pdi" at column 1 (did you mean "pid"?)',
        remedy: '  pdi == 1\n  ^^^',
      });
    });
  });

  it('a tool that does not exist', async () => {
    const events = trace('execsnop' as 'execsnoop');
    expect(await failure(events)).toMatchObject({
      message: 'unknown tool "execsnop" (did you mean "execsnoop"?)',
      exitCode: ExitCode.usage,
    });
  });

  it('a plan that no observation has', async () => {
    await leavesNothing(async () => {
      expect(await failure(trace('execsnoop', { plan: 'kprobe' }))).toMatchObject({
        message: 'unknown plan "kprobe"',
        exitCode: ExitCode.usage,
      });
    });
  });
});
