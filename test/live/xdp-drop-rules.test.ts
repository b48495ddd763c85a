// @module-tag anywhere
import { describe, expect, it } from 'vitest';
import { runProgram, Verdict } from '../../src/bpf/run.ts';
import { compileRules } from '../../src/rules/compile.ts';
import { formatRule, parseRule } from '../../src/rules/line.ts';
import { DEFECTS } from '../../src/rules/model.ts';
import { makeState, withRules } from '../../src/rules/state.ts';
import { readCounts } from '../../src/xdp/counters.ts';
import { parsePacket } from '../../src/xdp/packet-text.ts';
import { type DropObject, loadRules } from '../../src/xdp/rules.ts';
import { brokenFrames, usualFrames, withExtensions } from './drop/frames.ts';

const manner = { dryRun: false, showEvery: 0, maxSources: 1024 };

/** A loaded program with these rules, which is attached to nothing. */
const load = (...lines: string[]) => loadRules(compileRules(lines.map(parseRule)));
const verdict = (object: DropObject, frame: Buffer | string) =>
  runProgram(object.programFd('xdp_drop'), typeof frame === 'string' ? parsePacket(frame) : frame).result;
const tcp6 = 'tcp [2001:db8::1]:1234 > [2001:db8::2]:80';

/** A rule, a packet that it drops, and its neighbour, which passes. */
const both: readonly (readonly [rule: string, dropped: string, passed: string])[] = [
  ['ip 4', 'udp 10.0.0.1 > 10.0.0.2', 'udp ::1 > ::2'],
  ['ip 6', 'udp ::1 > ::2', 'udp 10.0.0.1 > 10.0.0.2'],
  ['proto icmp', 'icmp 10.0.0.1 > 10.0.0.2', 'icmpv6 ::1 > ::2'],
  ['proto icmpv6', 'icmpv6 ::1 > ::2', 'icmp 10.0.0.1 > 10.0.0.2'],
  ['proto 47', 'gre 10.0.0.1 > 10.0.0.2', 'esp 10.0.0.1 > 10.0.0.2'],
  ['src 10.0.0.0/8', 'udp 10.255.255.255 > 11.0.0.1', 'udp 11.0.0.0 > 10.0.0.1'],
  ['src 10.0.0.5', 'udp 10.0.0.5 > 1.1.1.1', 'udp 10.0.0.4 > 1.1.1.1'],
  ['dst 10.0.0.128/25', 'udp 1.1.1.1 > 10.0.0.128', 'udp 10.0.0.128 > 10.0.0.127'],
  ['src 0.0.0.0/0', 'udp 1.1.1.1 > 2.2.2.2', 'udp ::1 > ::2'],
  ['src 2001:db8::/33', 'udp 2001:db8:7fff::1 > ::2', 'udp 2001:db8:8000::1 > ::2'],
  ['dst ::2', 'udp ::1 > ::2', 'udp ::2 > ::3'],
  ['src ::/0', 'udp ::1 > ::2', 'udp 0.0.0.1 > 0.0.0.2'],
  ['sport 1234', tcp6, 'tcp [2001:db8::1]:1235 > [2001:db8::2]:1234'],
  ['dport 80-90', 'udp 10.0.0.1:1 > 10.0.0.2:90', 'udp 10.0.0.1:80 > 10.0.0.2:91'],
  ['proto tcp dport 80', tcp6, 'udp [2001:db8::1]:1234 > [2001:db8::2]:80'],
  ['dport 0', 'sctp 10.0.0.1:5 > 10.0.0.2:0', 'gre 10.0.0.1 > 10.0.0.2'],
  ['tcp-flags syn,!ack', `${tcp6} flags S`, `${tcp6} flags SA`],
  ['tcp-flags none', `${tcp6} flags none`, `${tcp6} flags F`],
  ['tcp-flags none', 'tcp 10.0.0.1:5 > 10.0.0.2:6 flags none', 'udp 10.0.0.1:5 > 10.0.0.2:6'],
  ['icmp-type echo-request', 'icmp 10.0.0.1 > 10.0.0.2 type 8', 'icmp 10.0.0.1 > 10.0.0.2 type 0'],
  ['icmpv6-type 128', 'icmpv6 ::1 > ::2 type 128', 'icmpv6 ::1 > ::2 type 129'],
  ['length 100', 'udp ::1 > ::2 length 100', 'udp ::1 > ::2 length 101'],
  ['vlan 5', 'udp ::1 > ::2 vlan 5', 'udp ::1 > ::2 vlan 6'],
  ['vlan 5', 'udp 10.0.0.1 > 10.0.0.2 vlan 7.5', 'udp 10.0.0.1 > 10.0.0.2'],
  ['vlan 0-4095', 'udp ::1 > ::2 vlan 4095', 'udp ::1 > ::2'],
  ['src-mac 02:00:00:00:00:01', 'udp ::1 > ::2', 'udp ::1 > ::2 src-mac 02:00:00:00:00:02 dst-mac 02:00:00:00:00:01'],
  ['dst-mac 02:00:00:00:00:02', 'udp ::1 > ::2', 'udp ::1 > ::2 src-mac 02:00:00:00:00:02 dst-mac 02:00:00:00:00:01'],
  ['mac 02:00:00:00:00:09', 'udp ::1 > ::2 dst-mac 02:00:00:00:00:09', 'udp ::1 > ::2'],
  ['fragments', 'udp 10.0.0.1 > 10.0.0.2 fragment 0+', 'udp 10.0.0.1 > 10.0.0.2'],
  ['fragments', 'udp ::1 > ::2 fragment 64', 'udp ::1 > ::2 fragment 0'],
  ['proto udp', 'udp ::1 > ::2 fragment 64', 'tcp ::1 > ::2 fragment 64'],
  ['dport 6', 'udp [::1]:5 > [::2]:6 fragment 0+', 'udp [::1]:5 > [::2]:6 fragment 64'],
  ['src 10.0.0.0/8 proto tcp dport 22', 'tcp 10.1.1.1:9 > 1.1.1.1:22', 'tcp 11.1.1.1:9 > 1.1.1.1:22'],
];

describe('a rule', () => {
  it.each(both)('"%s" drops %s and not its neighbour', (rule, dropped, passed) => {
    using object = load(rule);
    expect(verdict(object, dropped)).toBe(Verdict.drop);
    expect(verdict(object, passed)).toBe(Verdict.pass);
  });

  it('sees through IPv6 extension headers', () => {
    using object = load('proto tcp dport 80');
    const frame = parsePacket(tcp6);
    expect(verdict(object, withExtensions(frame, 0, 60, 43, 44, 51, 60))).toBe(Verdict.drop);
    expect(verdict(object, withExtensions(parsePacket('udp [::1]:9 > [::2]:80'), 0, 60))).toBe(Verdict.pass);
  });

  it('has a chance of so many of a hundred', () => {
    using object = load('percent 25');
    const fd = object.programFd('xdp_drop');
    runProgram(fd, parsePacket('udp ::1 > ::2'), 100_000);
    const [[, cpus]] = object.readMap('rule_traffic');
    // of 100 000, five standard deviations around the mean
    const dropped = cpus.reduce((sum, { packets }) => sum + packets, 0);
    expect(Math.abs(dropped - 25_000)).toBeLessThan(5 * Math.sqrt(100_000 * 0.25 * 0.75));
  });

  it('drops what is above a rate, of each source by itself', () => {
    using object = load('proto udp rate 100');
    const results = (source: string, times: number) =>
      Array.from({ length: times }, () =>
        verdict(object, `udp ${source} > ${source.includes(':') ? '::2' : '10.0.0.2'}`),
      );
    const before = performance.now();
    const many = results('10.0.0.1', 400);
    // what a second allows, and what has come to it meanwhile
    const allowed = 100 + Math.ceil((performance.now() - before) / 10) + 1;
    const passed = many.filter((result) => result === Verdict.pass).length;
    expect(many.slice(0, 100)).toEqual(new Array(100).fill(Verdict.pass));
    expect(passed).toBeLessThanOrEqual(allowed);
    expect(results('10.0.0.3', 100)).toEqual(new Array(100).fill(Verdict.pass));
    expect(results('::1', 100)).toEqual(new Array(100).fill(Verdict.pass));
    expect(verdict(object, 'tcp 10.0.0.1:1 > 10.0.0.2:2')).toBe(Verdict.pass);
  });
});

describe('several rules', () => {
  it('are or-ed, and the first one that suits counts the packet', () => {
    const rules = ['proto icmp', 'src 10.0.0.0/8', 'dst 10.0.0.2'].map(parseRule);
    const state = makeState(rules, manner);
    using object = loadRules(compileRules(state.rules, state.slots));
    for (const text of ['icmp 10.0.0.1 > 10.0.0.2', 'udp 10.0.0.1 > 10.0.0.2', 'udp 9.9.9.9 > 10.0.0.2'])
      expect(verdict(object, text)).toBe(Verdict.drop);
    expect(verdict(object, 'udp 9.9.9.9 > 10.0.0.1')).toBe(Verdict.pass);
    const bytes = parsePacket('icmp 10.0.0.1 > 10.0.0.2').length;
    expect(readCounts(object, state)).toEqual(rules.map((rule) => ({ rule: formatRule(rule), packets: 1, bytes })));
    // a rule that stays is counted where it was
    const next = withRules(state, rules.slice(1));
    expect(next.slots['src 10.0.0.0/8']).toBe(state.slots['src 10.0.0.0/8']);
  });

  it('are told apart up to 512', () => {
    using object = load(...Array.from({ length: 512 }, (_, i) => `proto udp dport ${i + 1}`));
    for (const port of [1, 64, 65, 300, 512]) expect(verdict(object, `udp [::1]:9 > [::2]:${port}`)).toBe(Verdict.drop);
    expect(verdict(object, 'udp [::1]:9 > [::2]:513')).toBe(Verdict.pass);
  });

  it('that are none let everything pass', () => {
    using object = load();
    for (const frame of usualFrames()) expect(verdict(object, frame)).toBe(Verdict.pass);
  });
});

describe('malformed packets', () => {
  const single = Object.entries(brokenFrames);

  it.each(single)('of the kind %s are dropped, and counted apart', (kind, frame) => {
    const state = makeState([parseRule(`malformed ${kind}`)], manner);
    using object = loadRules(compileRules(state.rules, state.slots));
    for (const usual of usualFrames()) expect(verdict(object, usual), usual.toString('hex')).toBe(Verdict.pass);
    expect(verdict(object, frame)).toBe(Verdict.drop);
    const counted = { packets: 1, bytes: frame.length };
    expect(readCounts(object, state)).toEqual([
      { rule: `malformed ${kind}`, ...counted },
      { rule: `malformed: ${kind}`, ...counted },
    ]);
  });

  it('that are fragments which overlap are dropped; those that do not are not', () => {
    using object = load('malformed overlapping-fragment');
    const piece = (from: number, length: number, more = '+') =>
      verdict(object, `udp 10.0.0.1 > 10.0.0.2 fragment ${from}${more} length ${34 + length}`);
    expect([piece(0, 512), piece(1024, 512), piece(512, 512)]).toEqual(new Array(3).fill(Verdict.pass));
    expect([piece(504, 512), piece(0, 8)]).toEqual(new Array(2).fill(Verdict.drop));
    // the last one: all of it is there, and its id may come again
    expect(piece(1536, 100, '')).toBe(Verdict.pass);
    expect(piece(0, 512)).toBe(Verdict.pass);
  });

  it('are all known by name', () => {
    expect([...Object.keys(brokenFrames), 'overlapping-fragment'].sort()).toEqual([...DEFECTS].sort());
  });
});
