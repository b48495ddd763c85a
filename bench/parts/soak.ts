import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { text } from '../contenders.ts';
import { add, measure } from '../figures.ts';
import { linesWith } from '../output.ts';
import type { Part } from '../part.ts';
import { start } from '../process.ts';
import { opens } from '../storms.ts';

const RATE = 50_000;
/** With --quick, how long a minute is, ms. */
const SHORT = 1000;

/** Its rows go to a pipe, where they are counted, and not kept: there are millions. */
const part: Part = async ({ stage, minutes, quick }) => {
  const [count, length] = quick ? [2, SHORT] : [minutes, 60_000];
  const times = (RATE * count * length) / 1000;
  const storm = opens(stage, times, RATE);
  const memory = measure('memory', 'memory, MB', { digits: 1 });
  const cpu = measure('cpu', 'CPU per event, µs', { digits: 2 });
  const lost = measure('lost', 'lost in all', { over: 'sum' });
  await using tool = start(text.command(storm.subject), 'pipe');
  const seen = countLines(tool.process.stdout, storm);
  while (seen.warm === 0) await storm.warm(100);
  await tool.quiet();
  const before = tool.cpu();
  add(memory, 'before', tool.memory() / 1e6);
  const happened = storm.happen(times);
  for (let minute = 1; minute <= count; minute++) {
    await setTimeout(length);
    add(memory, `minute ${minute}`, tool.memory() / 1e6);
  }
  await happened;
  await tool.quiet();
  const last = `minute ${count}`;
  add(cpu, last, (tool.cpu() - before) / times);
  await tool.stop();
  add(lost, last, times - seen.storm);
  return [
    {
      part: 'soak',
      title: `A soak: ${RATE} events per second`,
      traced: `${times} failing opens under opensnoop in ${quick ? `${(count * length) / 1000} s` : `${count} min`}, to a pipe.`,
      rows: Object.keys(memory.values),
      peers: [],
      measures: [memory, lost, cpu],
      charts: ['memory'],
    },
  ];
};
export default part;

/** Rows of both kinds so far. */
function countLines(stream: Readable | null, { mark, warmMark }: { mark: string; warmMark: string }) {
  const seen = { storm: 0, warm: 0 };
  let rest = Buffer.alloc(0);
  stream?.on('data', (chunk: Buffer) => {
    const all = Buffer.concat([rest, chunk]);
    const end = all.lastIndexOf('\n') + 1;
    const lines = all.subarray(0, end);
    seen.storm += linesWith(mark, lines);
    seen.warm += linesWith(warmMark, lines);
    rest = all.subarray(end);
  });
  return seen;
}
