// @module-tag anywhere
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runProgram, Verdict } from '../../src/bpf/run.ts';
import { compileRules } from '../../src/rules/compile.ts';
import { parseRule } from '../../src/rules/line.ts';
import type { Net, Rule } from '../../src/rules/model.ts';
import { buildPacket } from '../../src/xdp/packet.ts';
import { parsePacket } from '../../src/xdp/packet-text.ts';
import { loadRules } from '../../src/xdp/rules.ts';
import { randomFrom } from './drop/random.ts';
import { capture } from './harness/capture.ts';
import { CABLE, type Host, testNet } from './harness/net/hosts.ts';
import { controlling } from './harness/net/xdp.ts';
import { linesOf } from './harness/observe.ts';
import { run } from './harness/tool.ts';

/** Pings, five hundred a second. @returns ends it, and tells how many were sent and answered */
function flood(from: Host, to: string): () => Promise<{ readonly sent: number; readonly answered: number }> {
  const [program, ...args] = [...from.inside, 'ping', '-q', '-i', '0.002', '-W', '1', to];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const out = capture(child.stdout);
  const closed = once(child, 'close');
  return async () => {
    child.kill('SIGINT');
    await closed;
    const [, sent, answered] = /(\d+) packets transmitted, (\d+) received/.exec(out.text) ?? [];
    return { sent: Number(sent), answered: Number(answered) };
  };
}

describe('other rules under a flood', () => {
  it('are in force from one packet to the next: not one is judged wrongly, or lost', async () => {
    const { near, far } = testNet();
    const barred = near.ipv4.replace(/\d+$/, '201');
    near.ip('address', 'add', `${barred}/24`, 'dev', CABLE);
    far.ip('neighbour', 'replace', barred, 'lladdr', near.mac, 'dev', CABLE, 'nud', 'permanent');
    // different ones, of which each drops what goes to one address, and passes what goes to the other one
    const sets = [
      ['--rule', `dst ${barred}`, '--rule', 'proto gre', '--rule', `src ${near.ipv4}`],
      ['--rule', 'proto tcp', '--rule', `proto icmp dst ${barred}/32 length 14-9000`, '--rule', 'vlan 5'],
      ['--rule', `ip 4 icmp-type 8 dst ${barred} malformed all`, '--rule', `dst ${barred}/32 ip 4`],
    ];
    const tool = await controlling(near, ['xdp-drop', ...sets[0], CABLE]);
    const passing = flood(far, near.ipv4);
    const dropped = flood(far, barred);
    for (let i = 1; i <= 6; i++) {
      const { status, stderr } = await run(['xdp-drop', 'set', CABLE, ...sets[i % 3]], { under: near.inside });
      expect(status, stderr).toBe(0);
    }
    const [good, bad] = [await passing(), await dropped()];
    expect(good.sent).toBeGreaterThan(100);
    expect(good.answered).toBeGreaterThanOrEqual(good.sent - 1); // the one that was on its way at the end
    expect(bad.sent).toBeGreaterThan(100);
    expect(bad.answered).toBe(0);
    expect((await tool.stop()).status).toBe(0);
  });

  it('leave the old ones in force where they cannot be', async () => {
    const { near } = testNet();
    const tool = await controlling(near, ['xdp-drop', '--proto', 'icmp', CABLE]);
    const set = (...words: string[]) => run(['xdp-drop', 'set', CABLE, ...words], { under: near.inside });
    for (const words of [['dprot 5'], ['proto icmp dport 5'], ['--rules', '/no/such/file']]) {
      const { status, stderr } = await set(...words);
      expect(status).toBe(2);
      expect(linesOf(stderr)[0]).toMatch(/^xdp-drop: (unknown condition|the rule contradicts itself|read \/no)/);
    }
    const { stdout } = await run(['xdp-drop', 'list', CABLE], { under: near.inside });
    expect(stdout).toBe('proto icmp\n');
    expect((await tool.stop()).status).toBe(0);
  });
});

describe('a hundred thousand networks', () => {
  const random = randomFrom(100_000);
  const word = () => random(2 ** 16) * 2 ** 16 + random(2 ** 16);
  const v4 = (): Net => ({ family: 4, words: [word()], length: 32 });
  const v6 = (): Net => ({ family: 6, words: [0x20010db8, word(), 0, 0], length: 64 });
  const udp = (source: Net, last = 0) => {
    const address = Buffer.alloc(4 * source.words.length);
    for (const [i, each] of source.words.entries()) address.writeUInt32BE(each, 4 * i);
    address[address.length - 1] ^= last;
    return buildPacket({ proto: 17, source: { address }, destination: { address: Buffer.alloc(address.length, 9) } });
  };

  it.each([
    ['IPv4', v4],
    ['IPv6', v6],
  ])('of %s are told from their neighbours', (_, make) => {
    const nets = Array.from({ length: 100_000 }, make);
    const rules: Rule[] = nets.map((net) => ({ src: [net] }));
    using object = loadRules(compileRules(rules));
    const fd = object.programFd('xdp_drop');
    const known = new Set(nets.map(({ words }) => words.join()));
    for (let i = 0; i < nets.length; i += 97) expect(runProgram(fd, udp(nets[i])).result).toBe(Verdict.drop);
    let others = 0;
    for (let i = 0; i < 1000; i++) {
      const net = make();
      if (known.has(net.words.join())) continue;
      expect(runProgram(fd, udp(net)).result).toBe(Verdict.pass);
      others++;
    }
    expect(others).toBeGreaterThan(900);
  });
});

describe('all conditions in as many rules as there may be', () => {
  it('are a program that the verifier takes, and that finds the last one', () => {
    const each = [
      'vlan 5',
      'length 5000-',
      'malformed all',
      'dst 172.16.0.0/12,2001:db8::/32',
      'icmp-type 8',
      'percent 3',
    ]
      .concat(['tcp-flags syn', 'mac 02:00:00:00:00:09', 'src-mac 02:00:00:00:00:09', 'dst-mac 02:00:00:00:00:09'])
      .concat(['fragments', 'ip 6 proto gre', 'src 192.0.2.0/24 rate 5', 'sport 1-20 proto tcp']);
    const rated = Array.from({ length: 511 - each.length }, (_, i) => `proto dccp dport ${i + 1} rate ${i + 1}`);
    using object = loadRules(compileRules([...each, ...rated, 'proto udp dport 9999'].map(parseRule)));
    const verdict = (text: string) => runProgram(object.programFd('xdp_drop'), parsePacket(text)).result;
    // also where the one with a percentage has let it pass
    expect(verdict('udp 198.51.100.1:4000 > 10.0.0.2:9999')).toBe(Verdict.drop);
    expect(verdict('udp 198.51.100.1:4000 > 172.16.0.1:9998')).toBe(Verdict.drop);
  });
});
