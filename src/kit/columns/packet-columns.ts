import type { EventLayout } from '../../btf/layout.ts';
import type { Column } from './columns.ts';
import { endText, ipColumn } from './net-columns.ts';
import { column, fieldsOf } from './typed-columns.ts';

/** The fields that `struct flow;` of bpf/include/packet.h lends to an event. */
export interface Flow {
  readonly saddr: string;
  readonly daddr: string;
  readonly sport: number;
  readonly dport: number;
  readonly netns: number;
}

/** Where a packet comes from and goes to. */
export function flowColumns<E extends Flow>(event: EventLayout<E>) {
  const field = fieldsOf<Flow>(event as unknown as EventLayout<Flow>);
  return {
    ip: ipColumn(({ saddr }: Flow) => saddr),
    saddr: field('saddr', 'source address'),
    sport: field('sport', 'source port'),
    daddr: field('daddr', 'destination address'),
    dport: field('dport', 'destination port'),
    netns: field('netns', 'inode number of the network namespace'),
    source: column({
      head: 'SADDR:SPORT          >',
      width: 22,
      type: 'string',
      doc: 'source address and port',
      value: ({ saddr, sport }: Flow) => endText(saddr, sport),
      text: (end) => `${String(end).padEnd(20)} >`,
    }),
    destination: column({
      head: 'DADDR:DPORT',
      width: 20,
      type: 'string',
      doc: 'destination address and port',
      value: ({ daddr, dport }: Flow) => endText(daddr, dport),
    }),
  } satisfies Record<string, Column<Flow>>;
}

/** From the lowest bit on: RFC 9293, 3.1; RFC 3168. */
const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];

/** `SYN|ACK`, the highest bit last; bcc's order. */
export const tcpFlags = (flags: number): string => FLAGS.filter((_, bit) => (flags >> bit) & 1).join('|');
