// @module-tag anywhere
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linesOf, recordsOf } from './harness/observe.ts';
import { openStage, type Stage } from './harness/stage.ts';
import { run, start } from './harness/tool.ts';

let stage: Stage;
beforeAll(() => {
  stage = openStage();
});
afterAll(() => stage.close());

/** execsnoop with these options, until it has seen programs with these arguments, the last of which is `end`. */
async function watched(options: readonly string[], ...marks: readonly string[]) {
  const own = ['--ready-fd', '3', '-P', `${stage.pid}`, '--columns', 'args', '--until', 'args[1] == "end"'];
  const tool = start(['execsnoop', ...own, ...options]);
  await tool.ready;
  for (const mark of [...marks, 'end']) await stage.run({ file: '/bin/true', args: ['true', mark] });
  const { status, stdout, stderr } = await tool.end;
  return { status, rows: linesOf(stdout).slice(1), said: linesOf(stderr).slice(1) };
}

describe('assertions over real events', () => {
  it('that hold say nothing', async () => {
    const all = ['--fail-if', 'ret < 0', '--expect', 'args[1] == "a"', '--expect-count', 'args[1] == "b"', '2'];
    expect(await watched([...all, '--require-complete'], 'a', 'b', 'b')).toEqual({
      status: 0,
      rows: ['true a', 'true b', 'true b', 'true end'],
      said: [],
    });
  });

  it('that fail show the event which broke each, and exit with 90', async () => {
    const all = [
      '--fail-if',
      'args[1] == "b"',
      '--expect',
      'args[1] == "c"',
      '--expect-count',
      'args.size() == 2',
      '..2',
    ];
    expect(await watched(all, 'a', 'b', 'b')).toMatchObject({
      status: 90,
      said: [
        'execsnoop: failed: --fail-if args[1] == "b": args=true b (and 1 more)',
        'execsnoop: failed: --expect args[1] == "c": no event of 4',
        'execsnoop: failed: --expect-count args.size() == 2 ..2: 4 events, the first one too many: args=true b (and 1 more)',
      ],
    });
  });

  it('also see what a filter leaves', async () => {
    const { status, rows } = await watched(['--filter', 'args[1] != "a"', '--fail-if', 'args[1] == "a"'], 'a');
    expect({ status, rows }).toEqual({ status: 0, rows: ['true end'] });
  });

  it('name a field that does not exist, before anything is attached', async () => {
    const end = await run(['execsnoop', '--fail-if', 'parent_com == "make"']);
    expect(end).toMatchObject({ status: 2, stdout: '' });
    expect(linesOf(end.stderr)[0]).toBe(
      'execsnoop: fail-if: unknown variable "parent_com" at column 1 (did you mean "parent_comm"?)',
    );
  });

  it('collect what only they read', async () => {
    const { status, said } = await watched(['--expect', 'exe.endsWith("/true")'], 'a');
    expect({ status, said }).toEqual({ status: 0, said: [] });
  });

  it.each([
    [['--expect-count', 'pid > 0'], '--expect-count: "pid > 0" is not followed by a number of events'],
    [['--expect-count', 'pid > 0', '5..2'], '--expect-count: "5..2" is no number of events'],
    [['--timeout', '1s'], '--timeout needs --wait-for'],
    [['--wait-for', 'pid >'], 'wait-for: the expression ends too early at column 6'],
  ])('%j is refused', async (options, line) => {
    const end = await run(['execsnoop', ...options]);
    expect(end.status).toBe(2);
    expect(linesOf(end.stderr)[0]).toBe(`execsnoop: ${line}`);
  });
});

describe('--require-complete', () => {
  it('is 91 where a command line was cut', async () => {
    const { status, said } = await watched(['--require-complete', '--max-args-bytes', '8'], 'a-long-word', 'b');
    expect(status).toBe(91);
    expect(said).toEqual([expect.stringMatching(/^execsnoop: incomplete: [12] events? cut$/)]);
  });
});

describe('--wait-for', () => {
  it('ends well as soon as it happens', async () => {
    const options = ['--json', '--ready-fd', '3', '-P', `${stage.pid}`];
    const tool = start(['execsnoop', ...options, '--wait-for', 'args[1] == "now"', '--timeout', '1m']);
    await tool.ready;
    for (const mark of ['a', 'now', 'b']) await stage.run({ file: '/bin/true', args: ['true', mark] });
    const { status, stdout } = await tool.end;
    expect(status).toBe(0);
    expect(recordsOf(stdout).flatMap(({ args }) => (args ? [(args as string[])[1]] : []))).toEqual(['a', 'now']);
  });

  it('is 124, as timeout(1), when the time is over', async () => {
    const end = await run(['execsnoop', '-P', `${stage.pid}`, '--wait-for', 'pid == 1', '--timeout', '50ms']);
    expect(end.status).toBe(124);
    expect(linesOf(end.stderr).slice(1)).toEqual(['execsnoop: --wait-for pid == 1: did not happen within 50ms']);
  });

  it('is 124 when a signal ends it before', async () => {
    const tool = start(['execsnoop', '--ready-fd', '3', '-P', `${stage.pid}`, '--wait-for', 'pid == 1']);
    await tool.ready;
    const { status, stderr } = await tool.stop('SIGTERM');
    expect(status).toBe(124);
    expect(stderr).toContain('--wait-for pid == 1: did not happen before the end\n');
  });

  it('waits until somebody listens, and until somebody connects', async () => {
    const { createServer, connect } = await import('node:net');
    const listens = ['tcpstates', '--ready-fd', '3', '-p', `${process.pid}`, '--wait-for', 'newstate == "LISTEN"'];
    const waiting = start(listens);
    await waiting.ready;
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    expect((await waiting.end).status).toBe(0);
    const { port } = server.address() as { port: number };
    const connects = start(['tcpconnect', '--ready-fd', '3', '-P', `${port}`, '--wait-for', 'result == "established"']);
    await connects.ready;
    connect(port, '127.0.0.1').resume();
    expect((await connects.end).status).toBe(0);
    server.close();
  });
});
