// Reads a storm and prints what it saw and how memory went: `node --expose-gc --import tsx child.ts '{"events": …}'`.
import { readStorm, type Storm } from './storm.ts';

const storm: Storm = JSON.parse(process.argv[2]);
const { events } = storm;
/** Memory while the collector has just run: what is left is kept, or leaked. */
const rss = () => {
  globalThis.gc?.();
  return process.memoryUsage.rss();
};
const samples: number[] = [];
const cpu = process.cpuUsage();
const seen = await readStorm({
  ...storm,
  onDrain: ({ records, lost }) => {
    if (records + lost >= ((samples.length + 1) * events) / 10) samples.push(rss());
  },
});
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ ...seen, samples, cpu: user + system }));
