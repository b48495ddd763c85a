import { describe, expect, it } from 'vitest';
import { parseRuleFile } from '../../../src/rules/file.ts';
import { formatRule } from '../../../src/rules/line.ts';

const linesOf = async (text: string, name: string) => (await parseRuleFile(text, name)).map(formatRule);

describe('a file of rules', () => {
  it('has one per line, with comments, and networks alone as block lists have them', async () => {
    const text = '; a list\r\n1.10.16.0/20 ; SBL256894\n\n  proto tcp dport 22 # no ssh\n# end';
    expect(await linesOf(text, 'list.txt')).toEqual(['src 1.10.16.0/20', 'proto tcp dport 22']);
    expect(await linesOf('', 'empty')).toEqual([]);
  });

  it('may be YAML, by its name or by how it begins', async () => {
    const rules = ['proto tcp src ::1 dport 22,80-90', 'malformed all', 'proto icmp', 'src 10.0.0.0/8,2001:db8::/32'];
    const yaml = `rules:
  - proto: tcp
    dport: [22, 80-90]
    src: ::1
  - malformed: true
    fragments: false
  - proto icmp
  - src:
      - 10.0.0.0/8
      - 2001:db8::/32
`;
    expect(await linesOf(yaml, 'rules')).toEqual(rules);
    expect(await linesOf(yaml.replace('rules:\n', ''), 'rules')).toEqual(rules);
    expect(await linesOf('[{ proto: icmp, percent: 0.10 }]', 'r.yml')).toEqual(['proto icmp percent 0.1']);
  });

  it.each([
    ['proto tcp\n\n\n\n\n\ndprot 22\n', 'my.rules', 'my.rules:7: unknown condition "dprot"'],
    ['10.0.0.0/8\n10.0.0.0/99\n', 'list', 'list:2: "10.0.0.0/99" is no address and no network'],
    ['- proto icmp\n- proto: tcp\n  dport: 99999\n', 'a', 'a:3: dport: "99999" is no port'],
    ['- proto icmp\n- proto: icmp\n  dport: 9\n', 'a', 'a:2: the rule contradicts itself'],
    ['- dprot: 22\n', 'a', 'a:1: unknown condition "dprot"'],
    ['- - proto icmp\n', 'a', 'a:1: a rule is a line, or a map of conditions and their values'],
    ['rules:\n  - a: [\n', 'a', 'a:3: '],
    ['rule: 1\n', 'a.yaml', 'a.yaml:1: no list of rules'],
  ])('with an error in it tells the line', async (text, name, message) => {
    await expect(parseRuleFile(text, name)).rejects.toThrow(message);
  });
});
