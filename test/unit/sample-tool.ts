import { column } from '../../src/kit/columns/typed-columns.ts';
import type { AnyStream } from '../../src/kit/tool/define.ts';
import { flag, option, parsePid, setting } from '../../src/kit/tool/options.ts';

/** A tool of which only what it says about itself counts. */
export const sampleTool: AnyStream = {
  shape: 'stream',
  name: 'blinksnoop',
  group: 'files',
  summary: 'who blinks',
  object: { name: 'blinksnoop', hash: '', programs: {}, maps: {}, constants: {}, events: {} },
  event: { map: 'events', size: 0, fields: {}, decode: () => ({}) },
  type: 'blink',
  options: {
    slow: flag('-s, --slow', 'slow ones, too'),
    pid: option('-p, --pid <pid>', 'only this process', parsePid, '-P'),
    maxEyes: setting('--max-eyes <n>', 'with at most so many eyes', Number, 2),
  },
  columns: ({ maxEyes }) => ({
    pid: column({ head: 'PID', width: 7, type: 'int', doc: 'process id', value: () => 1 }),
    comm: column({
      head: 'COMM',
      width: 16,
      type: 'string',
      doc: `command of the process that blinked with at most ${maxEyes} eyes, which is said at such length that it does not fit`,
      value: () => 'eye',
    }),
  }),
  plan: { blink: { fentry: ['on_fentry'], tracepoint: ['on_tracepoint'] }, wink: { kprobe: ['on_kprobe'] } },
  setup: () => ({ constants: {}, observe: ['blink'] }),
  defaults: ({ slow }) => [slow === true && 'pid', 'comm'],
  examples: [['blinksnoop -s', 'all of them']],
  blindSpots: [
    'Who sleeps does not blink.',
    'A blink of less than a nanosecond, which is shorter than most, goes unseen.',
  ],
};
