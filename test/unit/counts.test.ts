import { describe, expect, it } from 'vitest';
import { column } from '../../src/kit/columns/typed-columns.ts';
import { streamCommand } from '../../src/kit/command.ts';
import { toolHelp } from '../../src/kit/help.ts';
import { jsonSchema } from '../../src/kit/output/schema.ts';
import { readCounts } from '../../src/kit/stream/read-counts.ts';
import { countColumn, counting } from '../../src/kit/tool/counts.ts';
import type { AnyStream } from '../../src/kit/tool/define.ts';
import { idleRun } from '../../src/kit/tool/run.ts';
import { sampleTool } from './sample-tool.ts';

const blinks: AnyStream = {
  ...sampleTool,
  keep: () => () => false,
  heads: () => ({ pid: 'WHO' }),
  counts: {
    doc: 'blinks by process',
    type: 'blinks',
    columns: () => ({
      pid: column({ head: 'PID', width: 7, type: 'int', doc: 'process id', value: ({ pid }: { pid: number }) => pid }),
      blinks: countColumn('blinks'),
    }),
    defaults: () => ['pid', 'blinks'],
  },
};

describe('a tool that counts', () => {
  it('shows its counts instead of its events, all of them', () => {
    const tool = counting(blinks, 100);
    expect([tool.type, Object.keys(tool.columns({}, idleRun)), tool.defaults({})]).toEqual([
      'blinks',
      ['pid', 'blinks'],
      ['pid', 'blinks'],
    ]);
    expect([tool.keep, tool.heads]).toEqual([undefined, undefined]);
  });

  it('observes what it would observe otherwise, with room for so many', () => {
    expect(counting(blinks, 100).setup({}, () => true)).toEqual({ constants: {}, observe: ['blink'], maxCounts: 100 });
  });

  it('has options for that, which others have not', () => {
    const flags = (tool: AnyStream) => streamCommand(tool).options.map(({ long }) => long);
    expect(flags(blinks)).toEqual(expect.arrayContaining(['--count', '--max-counts']));
    expect(flags(sampleTool)).not.toContain('--count');
    expect(() => counting(sampleTool, 1)).toThrow('blinksnoop does not count');
  });

  it('tells of its columns in its help and schema', () => {
    expect(toolHelp(blinks)).toContain(
      'Columns with --count (default: pid,blinks):\n  pid     process id\n  blinks  number of blinks\n',
    );
    const counts = { type: 'blinks', doc: 'one row of --count', columns: blinks.counts?.columns({}) ?? {} };
    const { oneOf } = jsonSchema({ name: 'x', summary: '', type: 'blink', columns: {}, more: [counts] });
    expect(oneOf).toContainEqual(
      expect.objectContaining({
        properties: expect.objectContaining({
          type: { const: 'blinks' },
          blinks: { description: 'number of blinks', type: 'integer' },
        }),
      }),
    );
  });
});

it('the largest number comes first', () => {
  const readMap = () => [
    [{ pid: 1 }, 3],
    [{ pid: 2 }, 5],
  ];
  expect(readCounts({ readMap } as never)).toEqual([
    { pid: 2, count: 5 },
    { pid: 1, count: 3 },
  ]);
});
