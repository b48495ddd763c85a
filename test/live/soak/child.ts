// Reads a storm and prints what it saw and how memory went: `node --expose-gc --import tsx child.ts '{"events": …}'`.
import { readStorm } from './storm.ts';

const { events, gap, ringSize } = JSON.parse(process.argv[2]);
/** Memory while the collector has just run: what is left is kept, or leaked. */
const rss = () => {
  globalThis.gc?.();
  return process.memoryUsage.rss();
};
const samples: number[] = [];
const cpu = process.cpuUsage();
const seen = await readStorm({
  events,
  gap,
  ringSize,
  onDrain: ({ records, lost }) => {
    if (records + lost >= ((samples.length + 1) * events) / 10) samples.push(rss());
  },
});
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ ...seen, samples, cpu: user + system }));
