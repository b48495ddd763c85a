// `npm run bench -- xdp`: what xdp-drop costs per packet, beside an empty program and Debian's xdp-filter.
// All run in one process on the same packets, by turns; nothing is attached. Its one argument is that of compare.ts.
import { readFileSync } from 'node:fs';
import { Handle } from '../src/bpf/handle.ts';
import { openMailbox } from '../src/bpf/mailbox.ts';
import { BpfObject } from '../src/bpf/object.ts';
import { runProgram } from '../src/bpf/run.ts';
import { step } from '../src/bpf/step.ts';
import { compileRules } from '../src/rules/compile.ts';
import { parseRule } from '../src/rules/line.ts';
import { parsePacket } from '../src/xdp/packet-text.ts';
import { loadRules } from '../src/xdp/rules.ts';
import { xdp } from '../test/gen/xdp.ts';
import { randomFrom } from '../test/live/drop/random.ts';
import { machine } from './machine.ts';

/** As much in a row as one turn takes: the less, the rarer something else comes between. */
const RUNS = 100_000;

const { rounds, json }: { readonly rounds: number; readonly json: boolean } = JSON.parse(process.argv[2]);
const FILTER = `/usr/lib/${process.arch === 'x64' ? 'x86_64' : 'aarch64'}-linux-gnu/bpf/xdpfilt_alw_all.o`;

/** The program with all of its features (udp, tcp, ipv4, ipv6, ethernet), with nothing in its maps. */
function openFilter(): number {
  const { native } = openMailbox();
  const object = new Handle('xdp-filter', readFileSync(FILTER));
  // it would keep its maps in the file system of the machine
  for (const map of ['filter_ports', 'filter_ipv4', 'filter_ipv6', 'filter_ethernet', 'xdp_stats_map'])
    native.bpf_map__set_pin_path(object.map(map), 0);
  step('load xdp-filter', () => native.kit_load(object.address));
  return object.programFd('xdpfilt_alw_all');
}

function openEmpty(): number {
  const object = BpfObject.open(xdp, new URL('../dist/test/bpf/xdp.bpf.o', import.meta.url));
  object.load();
  return object.programFd('empty');
}

const ours = (...lines: string[]) => loadRules(compileRules(lines.map(parseRule))).programFd('xdp_drop');

/** So many networks, and one address that is in one of them for sure. */
function blockList(count: number): string {
  const random = randomFrom(count);
  const nets = Array.from(
    { length: count - 1 },
    () => `${1 + random(223)}.${random(256)}.${random(256)}.${random(256)}`,
  );
  return `src ${nets.join()},10.0.0.1`;
}

const mixed = [
  'proto icmp icmp-type echo-request',
  'proto tcp dport 22,23,3389 src 192.168.0.0/16',
  'proto tcp tcp-flags syn,fin',
  'proto udp dport 1900,11211 length 500-',
  'src 172.16.0.0/12,100.64.0.0/10',
  'dst 224.0.0.0/4 proto igmp',
  'src 2001:db8::/32 proto icmpv6',
  'proto gre,ipip',
  'vlan 13',
  'fragments proto udp',
];

const udp = parsePacket('udp 10.0.0.1:4000 > 10.9.9.9:5353');
const icmp = parsePacket('icmp 10.0.0.1 > 10.9.9.9');
const cases = [
  { key: 'one_rule_drop', label: 'one rule (proto icmp), drops', packet: icmp, program: ours('proto icmp') },
  { key: 'one_rule_pass', label: 'one rule, passes', packet: udp, program: ours('proto icmp') },
  { key: 'mixed', label: 'ten mixed rules, passes', packet: udp, program: ours(...mixed) },
  ...[1_000, 10_000, 100_000].map((count) => ({
    key: `list_${count}`,
    label: `block list of ${count}, drops`,
    packet: udp,
    program: ours(blockList(count)),
  })),
  { key: 'malformed', label: 'all malformed packets, passes', packet: udp, program: ours('malformed all') },
];

const [empty, filter] = [openEmpty(), openFilter()];
const times = new Map<string, number[]>();
const measure = (key: string, program: number, packet: Buffer) => {
  const { duration } = runProgram(program, packet, RUNS);
  times.set(key, [...(times.get(key) ?? []), duration]);
};
for (let round = 0; round < rounds; round++) {
  for (const { key, packet, program } of cases) {
    measure(`${key}/empty`, empty, packet);
    measure(`${key}/ebpf-kit`, program, packet);
    measure(`${key}/xdp-filter`, filter, packet);
  }
}

/** What else the machine does can only add to it. */
const best = (key: string) => Math.min(...(times.get(key) ?? []));
const rows = cases.map(({ key, label }) => ({
  key,
  label,
  empty: best(`${key}/empty`),
  ebpf_kit: best(`${key}/ebpf-kit`),
  xdp_filter: best(`${key}/xdp-filter`),
}));

if (json) console.log(JSON.stringify({ machine: machine(), rounds, rows }));
else {
  console.log(
    `${'ns per packet'.padEnd(36)}${'empty'.padStart(8)}${'ebpf-kit'.padStart(10)}${'xdp-filter'.padStart(12)}`,
  );
  for (const { label, empty: none, ebpf_kit, xdp_filter } of rows) {
    console.log(label.padEnd(36) + `${none}`.padStart(8) + `${ebpf_kit}`.padStart(10) + `${xdp_filter}`.padStart(12));
  }
  console.log(`\nThe least of ${rounds} rounds of ${RUNS} test runs each, by turns in one process.`);
  console.log('xdp-filter has nothing in its maps, and passes each packet.');
}
