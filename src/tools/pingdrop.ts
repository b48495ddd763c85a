import { type Ping, pingdrop } from '../gen/pingdrop.ts';
import { pingColumns } from '../kit/columns/ping-columns.ts';
import { elapsedColumn, timeAlways, timeColumn, timeOptions } from '../kit/columns/time.ts';
import { fieldsOf } from '../kit/columns/typed-columns.ts';
import { defineControl, verb } from '../kit/control/define.ts';
import { pingCounters } from '../kit/ping/counters.ts';
import { type PingSetting, passing } from '../kit/ping/model.ts';
import { changePings, describePings, pingOptions } from '../kit/ping/setting.ts';
import { readPings, writePings } from '../kit/ping/slot.ts';
import { WHOLE_PACKET } from '../xdp/whole.ts';

const event = pingdrop.events.ping;
const field = fieldsOf(event);

/** With nothing else said, as a key has it. */
const to = (mode: PingSetting['mode']) => (before: PingSetting) =>
  changePings(before, { mode, every: undefined, from: undefined, for: undefined });

export default defineControl({
  name: 'pingdrop',
  group: 'network',
  summary: 'pings that come in at an interface: shown, and passed or dropped',
  object: pingdrop,
  event,
  type: 'ping',
  program: 'ping_xdp',
  options: { ...timeOptions, ...pingOptions },
  columns: (_, run) => ({
    time: timeColumn<Ping>(run),
    elapsed: elapsedColumn<Ping>(run),
    interface: pingColumns.interface,
    saddr: field('saddr', 'source address'),
    daddr: field('daddr', 'destination address'),
    vlan: pingColumns.vlan,
    kind: pingColumns.kind,
    id: field('id', 'identifier: of one ping command, the same', { width: 5 }),
    seq: field('seq', 'sequence number', { width: 5 }),
    length: field('length', 'bytes of the ICMP message, as ping counts them', { width: 6 }),
    verdict: pingColumns.verdict,
  }),
  defaults: (o) => [...timeAlways(o), 'saddr', 'daddr', 'kind', 'id', 'seq', 'length', 'verdict'],
  state: (options) => changePings(passing, options),
  setup: (_, rows) => ({ constants: { with_rows: rows, ...WHOLE_PACKET } }),
  live: 'maps',
  write: writePings,
  read: readPings,
  describe: describePings,
  counters: pingCounters,
  verbs: {
    set: verb({
      summary: 'change what is done with pings, from the next one on',
      options: pingOptions,
      change: changePings,
    }),
  },
  keys: {
    p: { doc: 'pass', change: to('pass') },
    t: { doc: 'trace', change: to('trace') },
    d: { doc: 'drop', change: to('drop') },
  },
  examples: [
    ['pingdrop eth0', 'every ping that comes in; press d to drop, p to pass'],
    ['pingdrop eth0 --mode drop --every 3', 'drop one in three'],
    ['pingdrop eth0 --from 10.0.0.0/8 --for 10s', 'drop those from a network for ten seconds'],
    ['pingdrop set eth0 --mode drop', 'from another shell, while it runs'],
    ['pingdrop eth0 --pin --background --mode drop', 'without a process, until pingdrop stop eth0'],
    ['pingdrop status', 'where it runs, and what it does there'],
  ],
  blindSpots: [
    'XDP sees what comes in: requests of others, and the replies to our own. What goes out is not seen.',
    'A ping larger than the MTU comes in pieces; its first one is seen, and dropping that loses the whole ping. Its length is that of the piece.',
    'A VLAN tag that the hardware takes off is not seen: then vlan is null.',
    'Pings inside tunnels, and behind more than 2 VLAN tags or 8 IPv6 extension headers, pass unseen.',
    'Another XDP program at the same interface keeps pingdrop out: an interface takes one.',
  ],
});
