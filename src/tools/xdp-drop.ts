import { type Drop, xdpDrop } from '../gen/xdp-drop.ts';
import { elapsedColumn, timeAlways, timeColumn, timeOptions } from '../kit/columns/time.ts';
import { column, fieldsOf } from '../kit/columns/typed-columns.ts';
import { xdpDropColumns } from '../kit/columns/xdp-drop-columns.ts';
import { defineControl, verb } from '../kit/control/define.ts';
import { flag, option, setting, several } from '../kit/tool/options.ts';
import { parseCount } from '../kit/units.ts';
import { formatRule } from '../rules/line.ts';
import { ruleOptions } from '../rules/options.ts';
import {
  addRules,
  compiledOf,
  type DropState,
  describeState,
  makeState,
  removeRules,
  withRules,
} from '../rules/state.ts';
import { dropCounters } from '../xdp/counters.ts';
import { explainFrame } from '../xdp/explain.ts';
import { explainPackets } from '../xdp/explain-packets.ts';
import { ruleAt } from '../xdp/slots.ts';
import { collectRules, readStateOf, setupFor, warned, writeState } from '../xdp/tool-state.ts';

const event = xdpDrop.events.drop;
const field = fieldsOf(event);

const rulesOption = several(
  '--rules <file>',
  'rules of a file: one per line, or YAML; - for standard input',
  (path) => [path],
);
const options = { ...ruleOptions, rules: rulesOption };
const port = (name: 'sport' | 'dport', doc: string) => field(name, `${doc}; 0: none`, { width: 5 });

export default defineControl({
  name: 'xdp-drop',
  group: 'network',
  summary: 'drops the packets that rules name, at interfaces, and passes everything else',
  object: xdpDrop,
  event,
  type: 'drop',
  program: 'xdp_drop',
  options: {
    ...options,
    dryRun: flag('--dry-run', 'count what would be dropped, and drop nothing'),
    show: option('--show <n>', 'show a row for one of so many drops (1: each)', (text) =>
      parseCount(text, '--show', { min: 1, max: 2 ** 31 }),
    ),
    maxSources: setting(
      '--max-sources <n>',
      'room for so many sources that have a rate (default: 65536)',
      (text) => parseCount(text, '--max-sources', { min: 16, max: 2 ** 22 }),
      65536,
    ),
    explain: several(
      '--explain <packet>',
      'say which rule would decide: "tcp 10.0.0.1:99 > 10.0.0.2:80 flags S", bytes in hex, or a pcap file; attaches nothing',
      (text) => [text],
    ),
    ...timeOptions,
  },
  columns: (_, run) => ({
    time: timeColumn<Drop>(run),
    elapsed: elapsedColumn<Drop>(run),
    ...xdpDropColumns,
    sport: port('sport', 'source port'),
    dport: port('dport', 'destination port'),
    length: field('length', 'bytes of the frame, with its Ethernet header', { head: 'LEN', width: 5 }),
    rule: column({
      head: 'RULE',
      width: 20,
      type: 'string',
      nullable: true,
      doc: 'the rule that decided',
      resolved: true,
      value: ({ slot }: Drop) => ruleAt(slot),
    }),
  }),
  defaults: (o) => [...timeAlways(o), 'saddr', 'sport', 'daddr', 'dport', 'proto', 'length', 'rule'],
  state: async ({ dryRun, show = 0, maxSources, ...given }) =>
    warned(makeState(await collectRules(given), { dryRun, showEvery: show, maxSources })),
  instead: ({ explain, ...given }, form) =>
    explain && collectRules(given).then((rules) => explainPackets(rules, explain, form)),
  setup: setupFor,
  events: ({ show }) => show !== undefined,
  live: 'program',
  kept: ['rule_traffic', 'defect_traffic', 'rates'],
  write: writeState,
  read: readStateOf,
  describe: describeState,
  lines: ({ rules }) => rules.map(formatRule),
  counters: dropCounters,
  judge: (_, state, frame) => (state.dryRun ? undefined : explainFrame(compiledOf(state), frame)),
  verbs: {
    add: verb({
      summary: 'more rules, behind those that are there',
      options,
      words: 'rule...',
      change: async (state: DropState, given, words) => warned(addRules(state, await collectRules(given, words))),
    }),
    remove: verb({
      summary: 'fewer rules: those named here',
      options,
      words: 'rule...',
      change: async (state: DropState, given, words) => warned(removeRules(state, await collectRules(given, words))),
    }),
    set: verb({
      summary: 'other rules in the place of all that are there',
      options,
      words: 'rule...',
      change: async (state: DropState, given, words) => warned(withRules(state, await collectRules(given, words))),
    }),
  },
  examples: [
    ['xdp-drop --proto icmp eth0', 'no pings, until Ctrl-C'],
    ['xdp-drop --proto tcp --dport 22 --src 203.0.113.0/24 eth0', 'one rule, of which all conditions must be true'],
    ['xdp-drop --rule "proto udp rate 100" --rule malformed eth0 eth1', 'two rules, on two interfaces'],
    ['xdp-drop --rules blocklist.txt --pin --background eth0', 'a block list, until xdp-drop stop eth0'],
    ['xdp-drop --percent 5 --proto tcp --dport 5432 eth0', 'fault injection: five of a hundred packets are lost'],
    ['xdp-drop add eth0 "proto tcp dport 23"', 'from another shell, while it runs'],
    ['xdp-drop --rules my.rules --explain capture.pcap', 'which rule would decide about each packet'],
  ],
  blindSpots: [
    'XDP sees what comes in, before the firewall; what goes out is not seen.',
    'What cannot be read passes: no IP (ARP, MPLS, PPPoE), more than 2 VLAN tags, more than 8 IPv6 extension headers. --malformed finds IP packets that cannot be right.',
    'Of tunnels, the outer header is read: GRE, IPIP and ESP by --proto, VXLAN and WireGuard as UDP.',
    'Later fragments have no ports, flags or types: rules with these do not suit them. See --fragments.',
    'VLAN tags that the hardware takes off are not seen: ethtool -K IFACE rxvlan off.',
    'Overlapping fragments are told by those of the last 4096 datagrams.',
    'More than 512 rules: those that differ only in --src are counted together.',
    'A rate is per source address, and per source MAC address where there is no IP; two CPUs may let one packet more pass.',
  ],
});
