import type { xdpDrop } from '../gen/xdp-drop.ts';
import { column } from '../kit/columns/typed-columns.ts';
import type { Maps, Reading } from '../kit/control/define.ts';
import { DEFECTS } from '../rules/model.ts';
import { compiledOf, type DropState } from '../rules/state.ts';

/** What was dropped by one rule, or for one reason. */
export interface DropCount {
  /** The rule in canonical form; of a reason: 'malformed: land'. */
  readonly rule: string;
  readonly packets: number;
  readonly bytes: number;
}

type Traffic = readonly { readonly packets: number; readonly bytes: number }[];

const sum = (cpus: Traffic = []) => ({
  packets: cpus.reduce((total, { packets }) => total + packets, 0),
  bytes: cpus.reduce((total, { bytes }) => total + bytes, 0),
});

/** Of each rule, in the order in which they decide; then of each kind of malformed packet that has come. */
export function readCounts(
  maps: Pick<Maps<typeof xdpDrop>, 'lookup' | 'readMap'>,
  state: DropState,
): readonly DropCount[] {
  const byDefect = new Map(maps.readMap('defect_traffic'));
  // one by one: the map has a thousand slots, and most are unused
  const rules = compiledOf(state).groups.map(({ key }) => ({
    rule: key,
    ...sum(maps.lookup('rule_traffic', state.slots[key])),
  }));
  const kinds = DEFECTS.map((defect, number) => ({
    rule: `malformed: ${defect}`,
    ...sum(byDefect.get(number)),
  }));
  return [...rules, ...kinds.filter(({ packets }) => packets > 0)];
}

const perSecond = (reading: Reading<DropCount>, name: 'packets' | 'bytes') =>
  reading.seconds > 0 ? (reading.now[name] - (reading.before?.[name] ?? 0)) / reading.seconds : 0;

export const dropCounters = {
  type: 'counters',
  key: ({ rule }: DropCount) => rule,
  read: readCounts,
  columns: {
    interface: column({
      head: 'IFACE',
      width: 8,
      type: 'string',
      doc: 'interface that they came in by',
      value: (reading: Reading<DropCount>) => reading.interface,
    }),
    packets: column({
      head: 'PACKETS',
      width: 10,
      align: 'right',
      type: 'int',
      doc: 'packets dropped, or with --dry-run those that would have been',
      value: ({ now }: Reading<DropCount>) => now.packets,
    }),
    bytes: column({
      head: 'BYTES',
      width: 12,
      align: 'right',
      type: 'int',
      doc: 'their bytes, with Ethernet headers; not in expressions, as CEL has a type of that name',
      value: ({ now }: Reading<DropCount>) => now.bytes,
    }),
    packet_rate: column({
      head: 'PACKETS/s',
      width: 9,
      align: 'right',
      type: 'float',
      doc: 'packets per second since the last look',
      value: (reading: Reading<DropCount>) => perSecond(reading, 'packets'),
      text: (rate) => Number(rate).toFixed(0),
    }),
    byte_rate: column({
      head: 'BYTES/s',
      width: 10,
      align: 'right',
      type: 'float',
      doc: 'bytes per second since the last look',
      value: (reading: Reading<DropCount>) => perSecond(reading, 'bytes'),
      text: (rate) => Number(rate).toFixed(0),
    }),
    rule: column({
      head: 'RULE',
      width: 24,
      type: 'string',
      doc: 'the rule, or the kind of malformed packet',
      value: ({ now }: Reading<DropCount>) => now.rule,
    }),
  },
  defaults: ['interface', 'packets', 'bytes', 'packet_rate', 'rule'],
} as const;
