// More than ten million events and a million drains: tsx bench/soak.ts [events] [gap in ms]. Shows how memory goes on.
import { readStorm } from '../test/live/soak/storm.ts';

const [events = 25_000_000, gap = 0] = process.argv.slice(2).map(Number);
const mebibytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(1).padStart(7);
const started = performance.now();
const cpuBefore = process.cpuUsage();
let next = 0;

console.log('seconds    events    drains   rss MiB  heap MiB  external MiB');

function report({ records, drains }: { records: number; drains: number }): void {
  const { rss, heapUsed, external } = process.memoryUsage();
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(7);
  const counts = `${String(records).padStart(9)} ${String(drains).padStart(9)}`;
  console.log(`${seconds} ${counts} ${mebibytes(rss)} ${mebibytes(heapUsed)} ${mebibytes(external)}`);
}

const seen = await readStorm({
  events,
  gap,
  onDrain: (now) => {
    if (now.records < next) return;
    next = now.records + events / 20;
    report(now);
  },
});
report(seen);
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(cpuBefore);
console.log(JSON.stringify(seen));
console.log(
  `${Math.round(events / seconds)} events/s, ${((user + system) / events).toFixed(3)} µs of reader CPU per event`,
);
