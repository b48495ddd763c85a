import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectGone, linesOf, observe, recordsOf } from './harness/observe.ts';
import { openStage, type Stage } from './harness/stage.ts';
import { start } from './harness/tool.ts';
import { heldBy } from './loader/witness.ts';

let stage: Stage;
beforeAll(() => {
  stage = openStage();
});
afterAll(() => stage.close());

const program = (mark: string) => ({ file: '/bin/true', args: ['true', mark] });

describe('--max-events', () => {
  it('ends after exactly so many', async () => {
    const tool = start(['execsnoop', '--json', '--ready-fd', '3', '-P', `${stage.pid}`, '--max-events', '3']);
    await tool.ready;
    const held = heldBy(tool.pid);
    for (const mark of ['a', 'b', 'c', 'd', 'e']) await stage.run(program(mark));
    const { stdout, status } = await tool.end;
    const records = recordsOf(stdout);
    expect(records.slice(0, -1).map(({ args }) => (args as string[])[1])).toEqual(['a', 'b', 'c']);
    expect(records.at(-1)).toMatchObject({ type: 'summary', events: 3, lost: 0 });
    expect(status).toBe(0);
    await expectGone(held);
  });

  it('also when many more come at once', async () => {
    const tool = start([
      'execsnoop',
      '--ready-fd',
      '3',
      '-P',
      `${stage.pid}`,
      '--max-events',
      '7',
      '--columns',
      'args',
    ]);
    await tool.ready;
    tool.process.kill('SIGSTOP');
    await stage.run({ ...program('many'), times: 100 });
    tool.process.kill('SIGCONT');
    const { stdout, stderr, status } = await tool.end;
    expect(linesOf(stdout)).toEqual(['ARGS', ...Array(7).fill('true many')]);
    expect(stderr).toMatch(/^execsnoop: 7 events in /);
    expect(status).toBe(0);
  });

  it('counts only those that are shown', async () => {
    const options = ['--max-events', '1', '-l', 'last', '--columns', 'args'];
    const tool = start(['execsnoop', '--ready-fd', '3', '-P', `${stage.pid}`, ...options]);
    await tool.ready;
    for (const mark of ['first', 'second', 'last']) await stage.run(program(mark));
    expect((await tool.end).stdout).toBe('ARGS\ntrue last\n');
  });
});

describe('--duration', () => {
  it('ends after that time, counted from the moment when everything was attached', async () => {
    const tool = start(['execsnoop', '--json', '--ready-fd', '3', '-P', `${stage.pid}`, '--duration', '1s']);
    await tool.ready;
    const held = heldBy(tool.pid);
    await stage.run(program('in time'));
    const { stdout, status } = await tool.end;
    const [event, summary, ...more] = recordsOf(stdout);
    expect(event.args).toEqual(['true', 'in time']);
    expect(summary).toMatchObject({ type: 'summary', events: 1 });
    expect(summary.duration_ms).toBeGreaterThanOrEqual(999);
    expect(more).toEqual([]);
    expect(status).toBe(0);
    await expectGone(held);
  });
});

describe('-v', () => {
  it('says which way each thing is observed', async () => {
    const { stderr } = await observe('execsnoop', ['-v', '-x'], async () => undefined);
    const through = linesOf(stderr).filter((line) => line.includes(': through '));
    expect(through).toEqual([
      expect.stringMatching(/^execsnoop: exec: through (tp_btf|raw_tp)$/),
      expect.stringMatching(/^execsnoop: failed: through (tracepoint|raw_tp)$/),
    ]);
  });

  it('says that of a way that was insisted on', async () => {
    const { stderr } = await observe('execsnoop', ['-v', '-x', '--plan', 'raw_tp'], async () => undefined);
    expect(linesOf(stderr).filter((line) => line.includes(': through '))).toEqual([
      'execsnoop: exec: through raw_tp',
      'execsnoop: failed: through raw_tp',
    ]);
  });

  it('without it nothing is said but the summary', async () => {
    const { stderr } = await observe('execsnoop', ['-P', `${stage.pid}`], async () => undefined);
    expect(stderr).toMatch(/^execsnoop: 0 events in \d+\.\d s, none lost\n$/);
  });
});
