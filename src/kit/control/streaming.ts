import { type AnyStream, defaultColumns } from '../tool/define.ts';
import type { AnyControl, Interface } from './define.ts';
import type { Fleet } from './fleet.ts';

/**
 * The tool as a stream of its events.
 * @param open attaches to the interfaces
 */
export function streaming(
  { judge, counters, ...tool }: AnyControl,
  interfaces: readonly Interface[],
  open: (ringSize?: number) => Fleet,
): AnyStream {
  return {
    ...tool,
    shape: 'stream',
    // where there are several, a row says which
    defaults: (options) => [...(interfaces.length > 1 ? ['interface'] : []), ...defaultColumns(tool, options)],
    setup: () => ({
      constants: {},
      observe: [],
      attach(ringSize) {
        const object = open(ringSize);
        const modes = object.held.map(({ at, attached }) => [`interface ${at.name}`, attached.mode]);
        return { object, chosen: Object.fromEntries(modes), attempts: [], found: Buffer.alloc(0) };
      },
    }),
  };
}
