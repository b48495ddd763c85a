// @module-tag anywhere
import { execFileSync } from 'node:child_process';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linesOf, observe, type Row, recordsOf } from './harness/observe.ts';
import { openStage, type Stage } from './harness/stage.ts';
import { command } from './harness/tool.ts';

let stage: Stage;
let validate: ReturnType<Ajv2020['compile']>;
/** All that an event may have, in order. */
let columns: readonly string[];

beforeAll(async () => {
  stage = openStage();
  const schema = JSON.parse(execFileSync(command, ['schema', 'execsnoop'], { encoding: 'utf8' }));
  validate = new Ajv2020({ strict: false }).compile(schema);
  const [event] = schema.oneOf;
  columns = Object.keys(event.properties).slice(['v', 'type'].length);
});
afterAll(() => stage.close());

async function records(...options: readonly string[]): Promise<Row[]> {
  const { stdout } = await observe('execsnoop', ['--json', '-P', `${stage.pid}`, ...options], async () => {
    await stage.run({ file: '/bin/true', args: ['true', Buffer.of(0xff), ''] });
    await stage.run({ file: '/nothing', args: ['nothing'], terminal: true });
  });
  return recordsOf(stdout);
}

describe('records of --json', () => {
  it('are what the schema says', async () => {
    const all = await records('-x');
    expect(all.map(({ type }) => type)).toEqual(['exec', 'exec', 'summary']);
    for (const record of [...all, { v: 1, type: 'lost', lost: 3 }]) {
      expect(validate(record), JSON.stringify([record, validate.errors])).toBe(true);
    }
  });

  it('have all columns of the schema, in its order', async () => {
    const [record] = await records();
    expect(Object.keys(record)).toEqual(['v', 'type', ...columns]);
  });

  it.each([
    ['another version', { v: 2 }],
    ['another type', { type: 'open' }],
    ['a number as text', { pid: '1' }],
    ['text as a number', { comm: 1 }],
    ['a column without a value that always has one', { comm: null }],
    ['arguments in one piece', { args: 'true' }],
    ['no base64', { comm: { b64: 1 } }],
  ])('the schema refuses %s', (_, change) => {
    expect(validate({ v: 1, type: 'exec', pid: 1, comm: 'a', args: ['a'] })).toBe(true);
    expect(validate({ v: 1, type: 'exec', pid: 1, comm: 'a', args: ['a'], ...change })).toBe(false);
  });

  it('have just the columns that were asked for, in that order', async () => {
    const [record] = await records('--columns', 'args,pid,ret');
    expect(Object.keys(record)).toEqual(['v', 'type', 'args', 'pid', 'ret']);
  });

  it('have all but those that were not wanted', async () => {
    const [record] = await records('--columns', '-args,-cwd,-exe');
    const kept = columns.filter((name) => !['args', 'cwd', 'exe'].includes(name));
    expect(Object.keys(record)).toEqual(['v', 'type', ...kept]);
  });

  it('end with a summary', async () => {
    const begun = performance.now();
    const [last] = (await records('-x')).slice(-1);
    expect(last).toEqual({ v: 1, type: 'summary', events: 2, lost: 0, duration_ms: expect.any(Number) });
    expect(last.duration_ms).toBeGreaterThan(0);
    expect(last.duration_ms).toBeLessThan(performance.now() - begun);
  });

  it('leave the closing words to standard error', async () => {
    const { stderr } = await observe('execsnoop', ['--json', '-P', `${stage.pid}`], () =>
      stage.run({ file: '/bin/true', args: [''] }),
    );
    expect(stderr).toMatch(/^execsnoop: 1 event in \d+\.\d s, none lost\n$/);
  });
});

describe('--csv', () => {
  it('has all columns of the schema in its head', async () => {
    const { stdout } = await observe('execsnoop', ['--csv', '-P', `${stage.pid}`], async () => undefined);
    expect(linesOf(stdout)).toEqual([columns.join(',')]);
  });

  it('has raw values, and nothing where there is none', async () => {
    const picked = 'uid,user,comm,ppid,cpu,ret,error,exe,cwd,tty,container_id,args_truncated,args';
    const { stdout } = await observe('execsnoop', ['--csv', '-P', `${stage.pid}`, '--columns', picked], async () => {
      await stage.run({ file: '/bin/true', args: ['true', 'comma, "quote"'], uid: 65534, cpu: 0, cwd: '/usr' });
    });
    const args = '"true ""comma, \\""quote\\"""""';
    const row = `65534,nobody,true,${stage.pid},0,0,,/usr/bin/true,/usr,,,false,${args}`;
    expect(linesOf(stdout)).toEqual([picked, row]);
  });

  it('has the columns that were asked for', async () => {
    const { stdout } = await observe('execsnoop', ['--csv', '-P', `${stage.pid}`, '--columns', 'comm,tty,args'], () =>
      stage.run({ file: '/bin/true', args: ['true', 'one'] }),
    );
    expect(linesOf(stdout)).toEqual(['comm,tty,args', 'true,,true one']);
  });
});
