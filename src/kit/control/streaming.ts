import { readClocks } from '../../bpf/clock.ts';
import type { Attached } from '../tool/attach-plan.ts';
import { type AnyStream, defaultColumns } from '../tool/define.ts';
import type { AnyControl, Interface } from './define.ts';
import type { Fleet } from './fleet.ts';
import { type AnyCounters, everyInterval, reader, readingColumns } from './readings.ts';
import { openTables } from './table-writer.ts';

type Open = (ringSize?: number) => Fleet;

/**
 * The tool as a stream of its events.
 * @param open attaches to the interfaces
 */
export function streaming(
  { judge: _, counters: __, ...tool }: AnyControl,
  interfaces: readonly Interface[],
  open: Open,
): AnyStream {
  return {
    ...tool,
    shape: 'stream',
    // where there are several, a row says which
    defaults: (options) => [...(interfaces.length > 1 ? ['interface'] : []), ...defaultColumns(tool, options)],
    setup: () => ({ constants: {}, observe: [], attach: (ringSize) => attached(open(ringSize)) }),
  };
}

/**
 * The tool as a stream of its counters, all of them once per interval.
 * @param interval in ms
 */
export function tabling(
  { judge: _, counters: __, keep: ___, ...tool }: AnyControl,
  counters: AnyCounters,
  interval: number,
  open: Open,
): AnyStream {
  return {
    ...tool,
    shape: 'stream',
    type: counters.type,
    counting: true,
    openWriter: openTables,
    columns: (_, run) => readingColumns(counters, run) as never,
    defaults: () => counters.defaults,
    heads: undefined,
    setup: () => ({
      constants: {},
      observe: [],
      attach(ringSize) {
        const fleet = open(ringSize);
        const read = reader(counters, readClocks().boot);
        const look = (end: boolean) => {
          if (end) fleet.detach();
          return read(fleet.held.map(({ at, maps, state }) => ({ dev: at.name, maps, state })));
        };
        return { ...attached(fleet), batches: (signal) => everyInterval(interval, signal, look) };
      },
    }),
  };
}

function attached(fleet: Fleet): Attached {
  const modes = fleet.held.map(({ at, attached }) => [`interface ${at.name}`, attached.mode]);
  return { object: fleet, chosen: Object.fromEntries(modes), attempts: [], found: Buffer.alloc(0) };
}
