// @module-tag anywhere
import { expect, it, vi } from 'vitest';
import { readClocks } from '../../src/bpf/clock.ts';
import { ManyMap } from '../../src/bpf/many.ts';
import { resolveCgroup } from '../../src/host/cgroups.ts';
import { FlowSource } from '../../src/kit/flows/source.ts';
import { attachTool } from '../../src/kit/tool/load.ts';
import { withDefaults } from '../../src/kit/tool/options.ts';
import flowtop from '../../src/tools/flowtop.ts';
import { testScene } from './harness/flows.ts';
import { PATIENCE } from './harness/tool.ts';

/** ns: after so much silence every flow is forgotten. */
const ALL = 700e9;
const MANY = 500;

/** What flowtop reads, without anything around it. */
async function testSource(maxFlows?: number) {
  const scene = await testScene();
  const options = withDefaults(flowtop.options, { cgroup: resolveCgroup(scene.cgroup.path), maxFlows } as never);
  const { object } = attachTool(flowtop as never, flowtop.setup(options as never), {});
  const start = readClocks().boot;
  const map = new ManyMap(object, 'flows');
  /** How many entries the kernel has. */
  const entries = () => {
    let count = 0;
    map.readFolded({ sums: 8, maxima: 1 }, () => count++);
    return count;
  };
  return { ...scene, source: new FlowSource(object, start), entries, [Symbol.dispose]: () => object.close() };
}

/** Waits for what becomes true when the last packets have come: they do after the calls have returned. */
const eventually = (look: () => void) => vi.waitFor(look, { timeout: PATIENCE, interval: 20 });

it('nothing is kept of thousands of short connections, here or in the kernel', async () => {
  using run = await testSource();
  const { net, client, server, source, entries } = run;
  const { port, fd, addr } = await server.listen({ addr: net.far.ipv4 });
  // A connection's last packet may come after everything has been forgotten: then it is known again, in the next round.
  const earlier = new Set<number | null>();
  for (let round = 1; round <= 4; round++) {
    const drained = server.drain({ fd, addr, port }, MANY);
    await client.storm({ addr, port, times: MANY });
    await drained;
    // at both ends
    const all = source.read(readClocks().boot, Infinity).rows;
    const rows = all.filter(({ lport, rport }) => !earlier.has(lport === port ? rport : lport));
    expect(rows).toHaveLength(2 * MANY);
    expect(new Set(rows.map(({ comm }) => comm))).toEqual(new Set(['client', 'server']));
    for (const { lport } of rows) earlier.add(lport);
    earlier.delete(port);
    await eventually(() => {
      const { evicted } = source.read(readClocks().boot + ALL, 0);
      expect([source.size, entries(), evicted]).toEqual([0, 0, 0]);
    });
  }
});

it('what the kernel evicts is forgotten here, too', async () => {
  using run = await testSource(256);
  const { net, client, server, source, entries } = run;
  const { port, fd, addr } = await server.listen({ addr: net.far.ipv4 });
  const drained = server.drain({ fd, addr, port }, MANY);
  await client.storm({ addr, port, times: MANY });
  await drained;
  await eventually(() => {
    const { evicted, totals } = source.read(readClocks().boot, 0);
    expect([source.size, totals.members]).toEqual([entries(), entries()]);
    expect(source.size).toBeLessThanOrEqual(256);
    // one that is evicted and goes on is counted again
    expect(evicted).toBeGreaterThanOrEqual(2 * MANY - source.size);
  });
  await eventually(() => {
    source.read(readClocks().boot + ALL, 0);
    expect([source.size, entries()]).toEqual([0, 0]);
  });
});
