import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { column } from '../../../src/kit/columns/typed-columns.ts';
import { optionsFromJson, optionsToJson } from '../../../src/kit/record/options-text.ts';
import { recordPart } from '../../../src/kit/record/recorder.ts';
import { noLosses } from '../../../src/kit/stream/loss-report.ts';
import type { AnyEventTool } from '../../../src/kit/tool/any.ts';
import { type Blink, blink, blinkColumns, blinkView, runBlinks } from '../parts.ts';
import { sampleTool } from '../sample-tool.ts';
import { replayed, temporary } from './file.ts';

let asked = 0;
const columns = {
  ...blinkColumns,
  user: column({
    head: 'USER',
    width: 8,
    type: 'string',
    doc: 'the user, as this machine calls it',
    resolved: true,
    value: ({ pid }: Blink) => `user${pid} ${asked}`,
  }),
};
const view = blinkView({ all: columns, options: { name: /^e/, eyes: 2 } });

/** The tool of these events, whose columns mean something else when a recording is shown. */
const tool = {
  ...sampleTool,
  type: 'blink',
  event: { ...sampleTool.event, fields: view.fields },
  options: {},
  columns: () => columns,
  defaults: () => ['pid', 'user'],
  keep: undefined,
} as unknown as AnyEventTool;

const linesOf = (path: string) =>
  gunzipSync(readFileSync(path))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('--record', () => {
  it('keeps every event, and what only this machine could make of it', async () => {
    const path = temporary();
    asked = 1;
    const hostile = blink(2, 'e\n\udcff\x1b', ['', 'ä', '\udc80']);
    const batches = [[blink(1), hostile], [blink(3)]];
    expect(await runBlinks([recordPart(path)], batches, {}, view)).toEqual({ status: 0, said: [] });
    asked = 2;
    const { rows, said } = await replayed(path, tool);
    expect(said).toEqual([]);
    expect(rows).toEqual(batches.flat().map(({ pid, comm, args }) => ({ pid, comm, args, user: `user${pid} 1` })));
  });

  it('tells what it is: zcat shows lines of JSON, in a file for its owner', async () => {
    const path = temporary();
    await runBlinks([recordPart(path)], [[blink(1)]], {}, view);
    const [header, { fields, resolved }, clock, events, end, ...more] = linesOf(path);
    expect(header).toMatchObject({ recording: 1, tool: 'blinksnoop', type: 'blink', counting: false, start: 4e9 });
    expect(header).toMatchObject({ options: { name: { $regex: '^e' }, eyes: 2 }, plan: { blink: 'fentry' } });
    expect(header.machine).toMatchObject({ system: 'Linux', arch: process.arch });
    expect(fields[0]).toEqual({ name: 'pid', type: 'int', meaning: 'pid', doc: 'process or thread id' });
    expect(resolved).toEqual([{ name: 'user', type: 'string', doc: 'the user, as this machine calls it' }]);
    expect(clock).toEqual({ clock: { boot: 5e9, real: 1e15 } });
    expect(events).toEqual({ events: [[1, 'eye', [], null, expect.stringMatching(/^user1 /)]] });
    expect(end).toEqual({ end: { events: 1, lost: 0, duration_ms: expect.any(Number) } });
    expect(more).toEqual([]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('keeps also what the filter leaves out, and how much was lost before', async () => {
    const path = temporary();
    const losses = { losses: () => ({ ...noLosses, ring: 5 }) };
    const picky = () => ({ events: () => [] });
    await runBlinks([recordPart<Blink>(path), picky], [[blink(1)], [blink(2)]], losses, view);
    expect(linesOf(path).slice(-4)).toEqual([
      { events: [expect.any(Array)] },
      { events: [expect.any(Array)] },
      { lost: 5 },
      { end: { events: 2, lost: 5, duration_ms: expect.any(Number) } },
    ]);
  });

  it('replaces what was there, once everything is attached', async () => {
    const path = temporary(Buffer.from('precious'));
    const fails = () => {
      throw new Error('no');
    };
    await expect(runBlinks([recordPart<Blink>(path), fails], [], {}, view)).rejects.toThrow('no');
    expect(readFileSync(path, 'utf8')).toBe('precious');
    await runBlinks([recordPart(path)], [], {}, view);
    expect(linesOf(path)).toHaveLength(2);
  });

  it('says why it cannot', async () => {
    await expect(runBlinks([recordPart('/nowhere/run.ekr')], [])).rejects.toMatchObject({
      message: 'recording to /nowhere/run.ekr: no such file or directory',
      exitCode: 1,
    });
    await expect(runBlinks([recordPart('/dev/full')], [[blink(1)]])).rejects.toMatchObject({
      message: 'recording to /dev/full: no space left on device',
      exitCode: 1,
    });
  });

  it('has room for a little only where the disk is slow, and says what is lost', async () => {
    const path = temporary();
    const long = [blink(1, 'x'.repeat(9_000_000))];
    // nothing can be written while no turn of the event loop ends
    const source = {
      async *batches() {
        for (const batch of [long, long]) yield batch;
      },
      patient: false,
    };
    const seen = recordPart<Blink>(path);
    const both = async (...args: Parameters<typeof seen>) => {
      const part = await seen(...args);
      return part && { ...part, events: (batch: readonly Blink[]) => part.seen?.(batch) as undefined };
    };
    const { said } = await runBlinks([both], [], source, view);
    expect(said).toEqual(['lost 1 event: so far 1 because the recording could not be written as fast']);
    expect(linesOf(path).at(-1)).toEqual({ end: { events: 1, lost: 1, duration_ms: expect.any(Number) } });
  });
});

describe('replay', () => {
  it('shows what no tool of this version fits by its fields', async () => {
    const path = temporary();
    await runBlinks([recordPart(path)], [[blink(7, 'eye', ['a'])]], {}, view);
    const other = { ...tool, event: { ...tool.event, fields: { eyes: { meaning: 'plain', type: 'int' } } } };
    for (const changed of [undefined, other as unknown as AnyEventTool]) {
      const { rows, said } = await replayed(path, changed);
      expect(said[0]).toMatch(/^recorded by blinksnoop of ebpf-kit .*, whose events were others: shown as they are$/);
      const user = expect.stringMatching(/^user7/);
      expect(rows).toEqual([{ pid: 7, comm: 'eye', args: ['a'], args_truncated: null, user }]);
    }
  });

  it('keeps what the options of the tool asked for', async () => {
    const path = temporary();
    await runBlinks([recordPart(path)], [[blink(1), blink(2, 'lid')]], {}, view);
    const keep =
      ({ name }: { name?: RegExp }) =>
      (event: Blink) =>
        name === undefined || name.test(event.comm);
    const { rows } = await replayed(path, {
      ...tool,
      options: { name: { flags: '--name <x>', doc: '' } },
      keep,
    } as never);
    expect(rows.map(({ pid }) => pid)).toEqual([1]);
  });

  it('does not leave out what a line has more than is known', async () => {
    const path = temporary();
    await runBlinks([recordPart(path)], [[blink(1)]], {}, view);
    const text = gunzipSync(readFileSync(path)).toString().replace('"boot":', '"leap":1,"boot":');
    const { encodeBlock } = await import('../../../src/kit/record/block.ts');
    writeFileSync(path, await encodeBlock(text.replace('{"end"', '{"weather":"fine"}\n{"end"')));
    expect((await replayed(path, tool)).rows).toHaveLength(1);
  });
});

it('options are kept as they are', () => {
  const options = { a: /x\/"/, b: 7n, c: [[80, 443]], d: null, e: { f: 'g' }, h: true };
  expect(optionsFromJson(JSON.parse(JSON.stringify(optionsToJson(options))))).toEqual(options);
});
