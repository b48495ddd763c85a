// Rings every doorbell again and again and prints how memory went: `node --expose-gc --import tsx doorbells.ts COUNT`.
import { setImmediate } from 'node:timers/promises';
import { readClocks } from '../../../src/bpf/clock.ts';
import { openRing } from '../../../src/bpf/ring.ts';
import { maps } from '../../gen/maps.ts';
import { openFixture } from '../loader/fixtures.ts';

const count = Number(process.argv[2]);
using object = openFixture(maps);
object.load();
using ring = openRing(object, () => {});
const flow = { address: '10.0.0.1', port: 1, family: 2 };

function ringAll(turn: number): void {
  ring.drain(() => {});
  ring.arm();
  object.update('flows', flow, { bytes: 1, packets: 1 });
  object.lookup('flows', flow);
  if (turn % 10 === 0) object.readMap('flows');
  object.delete('flows', flow);
  readClocks();
}

const samples: number[] = [];
for (let tenth = 0; tenth < 10; tenth++) {
  for (let i = 0; i < count / 10; i++) {
    ringAll(i);
    // what the FFI library gives back, it gives back between two turns of the event loop
    if (i % 100 === 0) await setImmediate();
  }
  globalThis.gc?.();
  samples.push(process.memoryUsage.rss());
}
console.log(JSON.stringify(samples));
