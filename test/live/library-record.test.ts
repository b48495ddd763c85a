// @module-tag anywhere
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { type EventOf, replay, type Trace, trace } from '../../src/index.ts';
import { testFolder } from './harness/folder.ts';
import { collect, leavesNothing } from './harness/library.ts';
import { openStage, type Stage } from './harness/stage.ts';

let stage: Stage;
beforeAll(() => {
  stage = openStage();
});
afterAll(() => stage.close());

const program = (mark: string) => stage.run({ file: '/bin/true', args: ['true', mark] });

describe('the library', () => {
  it('asserts, ends with an event, and keeps what replay shows', async () => {
    const record = `${testFolder()}/run.ekr`;
    const warnings: string[] = [];
    await leavesNothing(async () => {
      const execs = trace('execsnoop', {
        ppid: stage.pid,
        columns: ['args'],
        until: 'args[1] == "c"',
        failIf: ['args[1] == "b"'],
        expect: ['exe.endsWith("true")'],
        record,
        onWarning: (line) => warnings.push(line),
      });
      await execs.ready;
      expect(execs.outcomes).toEqual([]);
      for (const mark of ['a', 'b', 'c', 'd']) await program(mark);
      expect((await collect(execs)).map(({ args }) => args[1])).toEqual(['a', 'b', 'c']);
      expect(execs.outcomes.map(({ status }) => status)).toEqual([90, 0]);
    });
    expect(warnings).toEqual(['failed: --fail-if args[1] == "b": args=true b']);

    const again = replay('execsnoop', record, { columns: ['args', 'user', 'time'], filter: 'args[1] != "a"' });
    expectTypeOf(again).toExtend<Omit<Trace<Pick<EventOf<'execsnoop'>, 'args' | 'user' | 'time'>>, 'command'>>();
    const rows = await collect(again);
    expect(rows.slice(0, 2)).toMatchObject([
      { args: ['true', 'b'], user: 'root' },
      { args: ['true', 'c'], user: 'root' },
    ]);
    expect(again.lost).toBe(0);
  });

  it('keeps all that was seen also where nobody iterates to the end', async () => {
    const record = `${testFolder()}/run.ekr`;
    const execs = trace('execsnoop', { ppid: stage.pid, record });
    await execs.ready;
    for (const mark of ['a', 'b']) await program(mark);
    for await (const { args } of execs) if (args[1] === 'a') break;
    const rows = await collect(replay('execsnoop', record, { maxEvents: 1, expectCount: [] }));
    expect(rows.map(({ args }) => args[1])).toEqual(['a']);
  });

  it('says of a recording what is wrong with it', async () => {
    const record = `${testFolder()}/run.ekr`;
    await collect(trace('execsnoop', { ppid: stage.pid, record, duration: 1 }));
    await expect(collect(replay('tcplife', record))).rejects.toThrow(
      `${record} is a recording of execsnoop, not of tcplife`,
    );
    await expect(replay('execsnoop', '/nowhere').ready).rejects.toThrow('reading /nowhere: no such file or directory');
    expect(await collect(replay('execsnoop', record))).toEqual([]);
  });
});
