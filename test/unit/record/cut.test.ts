import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { completePart } from '../../../src/kit/stream/complete-part.ts';
import { header, recordingOf, replayed, temporary } from './file.ts';

const fields = [
  { name: 'pid', type: 'int', meaning: 'pid' },
  { name: 'comm', type: 'string', meaning: 'comm' },
];
const end = { events: 5, lost: 0, duration_ms: 1500 };
const blocks = [
  [header, { fields, resolved: [] }, { clock: { boot: 4e9, real: 1e15 } }],
  [
    { events: [[1, 'a']] },
    {
      events: [
        [2, 'b'],
        [3, 'c'],
      ],
    },
  ],
  [{ events: [[4, 'd']] }],
  [{ events: [[5, 'e']] }, { end }],
];
const OTHER = 'recorded by blinksnoop of ebpf-kit 0.1.0, whose events were others: shown as they are';

describe('a recording', () => {
  it('is told from its first event to its last one', async () => {
    const { status, said, rows } = await replayed(temporary(await recordingOf(...blocks)));
    expect({ status, said }).toEqual({ status: 0, said: [OTHER] });
    expect(rows).toEqual(['a', 'b', 'c', 'd', 'e'].map((comm, i) => ({ pid: i + 1, comm })));
  });

  it('that is cut anywhere is told up to there, and that is said', async () => {
    const bytes = await recordingOf(...blocks);
    const { rows: all } = await replayed(temporary(bytes));
    const sizes = await Promise.all(blocks.map(async (block) => (await recordingOf(block)).length));
    const ends = sizes.map((_, i) => sizes.slice(0, i + 1).reduce((sum, size) => sum + size, 0));
    const inBlocks = [0, 3, 4, 5];
    let before = 0;
    for (let length = sizes[0]; length < bytes.length; length++) {
      const { status, said, rows } = await replayed(temporary(bytes.subarray(0, length)));
      const whole = ends.findLastIndex((at) => at <= length);
      expect({ length, status, rows }).toEqual({ length, status: 0, rows: all.slice(0, rows.length) });
      expect(said.slice(1)).toEqual([
        expect.stringMatching(new RegExp(`run\\.ekr is cut off at byte ${length}: what followed is not in it$`)),
      ]);
      // what is in whole blocks, and of the next one what was seen when less of it was there
      expect(rows.length).toBeGreaterThanOrEqual(Math.max(inBlocks[whole], before));
      expect(rows.length).toBeLessThanOrEqual(inBlocks[whole + 1]);
      before = rows.length;
    }
    // of the last one just gzip's sum is missing
    expect(before).toBe(all.length);
  });

  it('that is cut in a block is told up to the last line that is whole', async () => {
    const bytes = await recordingOf(blocks[0], [...blocks[1], ...blocks[2], { events: [[5, 'x'.repeat(99)]] }]);
    const told = async (cut: number) => (await replayed(temporary(bytes.subarray(0, -cut)))).rows.length;
    // the sum and the length, which are 8 bytes, and then what says that the block ends
    expect([await told(8), await told(12)]).toEqual([5, 4]);
  });

  it('that is cut before its first line is whole is none yet', async () => {
    const bytes = await recordingOf(...blocks);
    const { length } = await recordingOf(blocks[0]);
    const outcomes: string[] = [];
    for (let cut = 1; cut < length; cut++) {
      const outcome = replayed(temporary(bytes.subarray(0, cut))).then(
        ({ rows }) => `${rows.length} rows`,
        (error: Error) => error.message.replace(/.*\.ekr: /, ''),
      );
      outcomes.push(await outcome);
    }
    const unknown = outcomes.filter((outcome) => outcome === 'it is cut off before its beginning is complete');
    expect(unknown.length).toBeGreaterThan(0);
    expect(new Set(outcomes.slice(unknown.length))).toEqual(new Set(['0 rows']));
  });

  it('that is cut is not complete', async () => {
    const bytes = await recordingOf(...blocks);
    const { status, said } = await replayed(temporary(bytes.subarray(0, -1)), undefined, [completePart()]);
    expect(status).toBe(91);
    expect(said.at(-1)).toBe('incomplete: the end of the recording');
  });

  it('in which a byte is wrong never tells of other events', async () => {
    const bytes = await recordingOf(...blocks);
    const { length } = await recordingOf(blocks[0]);
    const { rows: all } = await replayed(temporary(bytes));
    for (let at = length; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at] ^= 0xff;
      const path = temporary(damaged);
      // the time and the name of the system in gzip's header are not looked at
      const outcome = await replayed(path).catch((error: Error) => error.message);
      if (typeof outcome === 'string') expect(outcome).toMatch(/is damaged at byte \d+: what follows is not shown$/);
      else expect(outcome.rows).toEqual(all.slice(0, outcome.rows.length));
    }
  });
});

describe('what is no recording', () => {
  it.each<[string, () => Buffer | Promise<Buffer>]>([
    ['nothing', () => Buffer.alloc(0)],
    ['text', () => Buffer.from('PCOMM PID PPID RET ARGS\n')],
    ['a gzip file', () => gzipSync('hello')],
    ['JSON', () => recordingOf([{ v: 1, type: 'exec' }])],
    ['a word', () => recordingOf(['recording' as never])],
  ])('%s', async (_, bytes) => {
    await expect(replayed(temporary(await bytes()))).rejects.toMatchObject({
      message: expect.stringMatching(/^reading .*\/run\.ekr: it is no recording of ebpf-kit$/),
      exitCode: 1,
    });
  });

  it('no file, and a folder', async () => {
    await expect(replayed('/nowhere/run.ekr')).rejects.toThrow('reading /nowhere/run.ekr: no such file or directory');
    await expect(replayed('/tmp')).rejects.toThrow('reading /tmp: is a directory');
  });

  it('one of a newer version, which it names', async () => {
    const bytes = await recordingOf([{ ...header, recording: 2, ebpf_kit: '3.1.4' }]);
    await expect(replayed(temporary(bytes))).rejects.toMatchObject({
      message: expect.stringContaining('it was made by ebpf-kit 3.1.4, in format 2; this version knows up to 1'),
      remedy: expect.stringContaining('install ebpf-kit 3.1.4 or newer'),
      exitCode: 1,
    });
  });
});

it('two recordings in one file are not taken for one', async () => {
  const bytes = await recordingOf(...blocks);
  const other = await recordingOf([
    { ...header, tool: 'other' },
    { fields: fields.toReversed() },
    { events: [['f', 6]] },
  ]);
  const path = temporary(Buffer.concat([bytes, other]));
  await expect(replayed(path)).rejects.toThrow(`${path} holds a second recording, which is not shown`);
});

describe('what the recorder has lost', () => {
  it('is said where it was lost, and is not complete', async () => {
    const bytes = await recordingOf([header, { fields }], [{ events: [[1, 'a']] }, { lost: 7 }, { lost: 2 }, { end }]);
    const { status, said, lost } = await replayed(temporary(bytes), undefined, [completePart()]);
    expect({ status, lost }).toEqual({ status: 91, lost: [7, 2] });
    expect(said.slice(1)).toEqual([
      'lost 7 events: so far 7 while it was recorded',
      'lost 2 events: so far 9 while it was recorded',
      'incomplete: 9 events lost',
    ]);
  });
});
