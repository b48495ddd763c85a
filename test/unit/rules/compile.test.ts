import { describe, expect, it } from 'vitest';
import { compileRules } from '../../../src/rules/compile.ts';
import { parseRule } from '../../../src/rules/line.ts';
import type { Rule } from '../../../src/rules/model.ts';
import {
  addRules,
  compiledOf,
  makeState,
  readState,
  removeRules,
  stateText,
  withRules,
} from '../../../src/rules/state.ts';

const manner = { dryRun: false, showEvery: 0, maxSources: 64 };
const rules = (...lines: string[]): Rule[] => lines.map(parseRule);
const ports = (count: number) => Array.from({ length: count }, (_, i) => parseRule(`dport ${i}`));

describe('rules for the kernel', () => {
  it('are warned of where they overlap, but only then', () => {
    const { warnings } = compileRules(
      rules('src 10.0.0.0/8,10.1.0.0/16,10.1.2.3', 'dst 10.0.0.0/8', 'proto tcp', 'proto tcp'),
    );
    expect(warnings).toEqual([
      'src: 10.1.0.0/16 lies within 10.0.0.0/8 already',
      'src: 10.1.2.3 lies within 10.1.0.0/16 already',
      '"proto tcp" is there 2 times: once is enough',
    ]);
    expect(compileRules(rules('src 10.0.0.0/8', 'src 10.0.0.0/8 proto tcp')).warnings).toEqual([]);
  });

  it('are too many where they cannot be told apart', () => {
    expect(compileRules(ports(512)).groups.length).toBe(512);
    expect(() => compileRules(ports(513))).toThrow('there are 513 rules: there is room for 512');
    const many: Rule[] = Array.from({ length: 2 ** 20 + 1 }, (_, i) => ({
      src: [{ family: 4, words: [i], length: 32 }],
    }));
    expect(() => compileRules(many)).toThrow('the rules have 1048577 networks: there is room for 1048576');
  });

  it('are counted together where there are many that differ in their sources alone', () => {
    const list: Rule[] = Array.from({ length: 600 }, (_, i) => ({
      src: [{ family: 4, words: [i * 2 ** 12], length: 20 }],
    }));
    const { groups, warnings } = compileRules([...list, parseRule('proto icmp')]);
    expect(groups.map(({ rules }) => rules.length)).toEqual([600, 1]);
    expect(warnings).toEqual(['600 rules "src …" are counted together: only 512 can be told apart']);
  });
});

describe('the state of an interface', () => {
  const first = makeState(rules('proto icmp', 'dport 22', 'vlan 5'), manner);

  it('keeps the counters of rules that stay, and gives new ones to others', () => {
    const second = withRules(first, rules('vlan 5', 'proto gre'));
    expect(second.slots['vlan 5']).toBe(first.slots['vlan 5']);
    expect(Object.values(first.slots)).not.toContain(second.slots['proto gre']);
    expect(second.fresh).toEqual([second.slots['proto gre']]);
    expect([...second.resting].sort()).toEqual([first.slots['proto icmp'], first.slots['dport 22']].sort());
    // what has rested may be used again
    const third = withRules(second, rules('vlan 5', 'proto gre', 'dport 1'));
    expect(third.resting).toEqual([]);
  });

  it('is changed rule by rule', () => {
    const more = addRules(first, rules('dport 22', 'dport 23'));
    expect(more.rules).toEqual(rules('proto icmp', 'dport 22', 'vlan 5', 'dport 23'));
    expect(removeRules(more, rules('vlan 5', 'dport 22')).rules).toEqual(rules('proto icmp', 'dport 23'));
    expect(() => removeRules(first, rules('dport 9'))).toThrow('there is no rule "dport 9"');
    expect(removeRules(first, [...first.rules]).rules).toEqual([]);
  });

  it('comes back from its text', () => {
    expect(readState(stateText(first))).toEqual({ ...first, fresh: [] });
    expect(compiledOf(first)).toBe(compiledOf(first));
  });
});
