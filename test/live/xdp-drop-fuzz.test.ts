// @module-tag anywhere
import { describe, expect, it } from 'vitest';
import { runProgram, Verdict } from '../../src/bpf/run.ts';
import { compileRules } from '../../src/rules/compile.ts';
import { parseRule } from '../../src/rules/line.ts';
import { DEFECTS } from '../../src/rules/model.ts';
import { loadExplaining, loadRules } from '../../src/xdp/rules.ts';
import { Pieces, readFrame } from './drop/frame.ts';
import { brokenFrames, longChain, mutated, usualFrames } from './drop/frames.ts';
import { randomFrom } from './drop/random.ts';
import { decide } from './drop/reference.ts';

const SEED = 20261120;
const FRAMES = 6000;

/** Without rate and percent, which do not decide by the packets alone. */
const sets: Readonly<Record<string, readonly string[]>> = {
  'each defect apart': DEFECTS.map((name) => `malformed ${name}`),
  'each condition apart': [
    'proto icmp icmp-type echo-request',
    'icmpv6-type 128-130',
    'tcp-flags syn,!ack',
    'tcp-flags none',
    'vlan 200',
    'fragments',
    'dport 443,50-60',
    'sport 22,0-5',
    'src 192.0.2.0/24,2001:db8::4/126',
    'dst 10.9.0.0/16,fe80::/10',
    'length 14-59,400-',
    'mac 02:00:00:00:00:ff',
    'proto gre,sctp',
    'ip 6',
  ],
  'conditions together': [
    'proto tcp src 10.0.0.0/8 dst 10.0.0.2 dport 80 tcp-flags syn',
    'proto udp vlan 100 dport 9-99',
    'ip 6 proto udp sport 53 src 2001:db8::/32',
    'malformed ip-header,ip-length src 10.0.0.0/8',
    'malformed zero-port,land proto udp',
    'malformed ipv6-extensions length 60-100',
    'fragments proto tcp',
    'src-mac 02:00:00:00:00:01 proto 0',
    'dst-mac 02:00:00:00:00:02 length 14-40',
    'src 10.0.0.1 dst 10.0.0.0/30 proto icmp',
    'proto 255,254,1 ip 4',
  ],
};

/** Rules that suit none of the frames: those behind them stand in other words of a set. */
const fillers = (count: number) => Array.from({ length: count }, (_, i) => `proto dccp sport ${i} dport ${60_000 + i}`);

const cases = [
  ...Object.entries(sets).map(([what, lines]) => ({ what, lines, before: 0 })),
  ...Object.entries(sets).map(([what, lines]) => ({ what: `${what}, behind 100 others`, lines, before: 100 })),
];

describe.each(cases)('$what', ({ lines, before }) => {
  it('has for thousands of broken frames the verdict of a plain reference', () => {
    const rules = [...fillers(before), ...lines].map(parseRule);
    const compiled = compileRules(rules);
    using dropping = loadRules(compiled);
    using explaining = loadExplaining(compiled);
    const random = randomFrom(SEED);
    const frames = [...usualFrames(), ...Object.values(brokenFrames), longChain];
    const pieces = new Pieces();
    const deciding = new Set<number>();
    for (let i = 0; i < FRAMES; i++) {
      const frame = i < frames.length ? frames[i] : mutated(random, frames);
      const fields = readFrame(frame);
      pieces.see(fields);
      const expected = decide(rules, fields);
      const { result } = runProgram(dropping.programFd('xdp_drop'), frame);
      runProgram(explaining.programFd('xdp_explain'), frame);
      const rule = explaining.lookup('decisions', 0)?.rule;
      const told = `frame ${i}: ${frame.toString('hex')}`;
      expect({ told, rule, result }).toEqual({ told, rule: expected, result: expected ? Verdict.drop : Verdict.pass });
      deciding.add(expected);
    }
    // each rule has decided about some, and some have passed
    expect(deciding).toEqual(new Set([0, ...lines.map((_, i) => before + i + 1)]));
  });
});
