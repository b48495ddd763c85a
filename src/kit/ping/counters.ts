import { column } from '../columns/typed-columns.ts';
import type { Maps, Reading } from '../control/define.ts';

/** By the numbers that bpf/pingdrop.bpf.c has for them. */
const KINDS = ['IPv4 request', 'IPv4 reply', 'IPv6 request', 'IPv6 reply'] as const;

/** The same file's struct tally, for one kind of ping. */
export interface PingCount {
  readonly kind: (typeof KINDS)[number];
  readonly seen: number;
  readonly passed: number;
  readonly dropped: number;
  readonly bytes: number;
}

type Tally = Omit<PingCount, 'kind'>;

const number = (name: keyof Tally, doc: string) =>
  column({
    head: name.toUpperCase(),
    width: 8,
    align: 'right',
    type: 'int',
    doc,
    value: ({ now }: Reading<PingCount>) => now[name],
  });

/** How many pings of which kind there were. */
export const pingCounters = {
  type: 'counters',
  key: ({ kind }: PingCount) => kind,
  read(maps: Maps): readonly PingCount[] {
    const entries = maps.readMap('tallies') as unknown as [number, readonly Tally[]][];
    return entries.map(([kind, cpus]) => {
      const sum = (name: keyof Tally) => cpus.reduce((total, cpu) => total + cpu[name], 0);
      return {
        kind: KINDS[kind],
        seen: sum('seen'),
        passed: sum('passed'),
        dropped: sum('dropped'),
        bytes: sum('bytes'),
      };
    });
  },
  columns: {
    interface: column({
      head: 'IFACE',
      width: 8,
      type: 'string',
      doc: 'interface that they came in by',
      value: (reading: Reading<PingCount>) => reading.interface,
    }),
    kind: column({
      head: 'KIND',
      width: 12,
      type: 'string',
      doc: 'IP version, and request or reply',
      value: ({ now }: Reading<PingCount>) => now.kind,
    }),
    seen: number('seen', 'pings that came in'),
    passed: number('passed', 'those that were passed'),
    dropped: number('dropped', 'those that were dropped'),
    bytes: number('bytes', 'bytes of their ICMP messages'),
  },
  defaults: ['interface', 'kind', 'seen', 'passed', 'dropped'],
} as const;
