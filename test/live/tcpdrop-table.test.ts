// @module-tag anywhere
import { describe, expect, it } from 'vitest';
import { at, bare, codes } from './harness/drops.ts';
import { CLOSED_PORT } from './harness/net/faults.ts';
import { type Host, testNet } from './harness/net/hosts.ts';
import { testPeer } from './harness/net/peer.ts';
import { observe } from './harness/observe.ts';

describe('the table', () => {
  const refuse = async (args: (host: Host) => readonly string[], under?: readonly string[]) => {
    const net = testNet();
    const client = await testPeer(net.near);
    const cause = () => client.connect({ addr: net.far.ipv4, port: CLOSED_PORT, from_port: 6000 });
    const { stdout, stderr } = await observe('tcpdrop', args(net.far), cause, { under });
    const ends = `${`${net.near.ipv4}:6000`.padEnd(20)} > ${`${net.far.ipv4}:9`.padEnd(20)}`;
    const reason = codes ? `NO_SOCKET (${codes.get('NO_SOCKET')})` : '-';
    return { lines: stdout.split('\n'), stderr, row: `-       4  ${ends} -           (SYN)     ${reason}` };
  };

  it('has bcc’s columns, with the stack below the row', async () => {
    const { lines, row } = await refuse((host) => at(host));
    expect(lines[0]).toBe(
      'TIME     PID     IP SADDR:SPORT          > DADDR:DPORT          STATE       (FLAGS)   REASON (CODE)',
    );
    expect(lines[1].replace(/^\d\d:\d\d:\d\d /, '')).toBe(row);
    const stack = lines.slice(2, lines.indexOf('', 2));
    for (const line of stack) expect(line).toMatch(/^\t[\w.]+\+0x[0-9a-f]+( \[\w+\])?$/);
    expect(stack.filter((line) => /^\ttcp_v4_rcv\+/.test(line))).toHaveLength(1);
    expect(lines.slice(2 + stack.length)).toEqual(['', '']);
  });

  it('--no-stack: is one line each', async () => {
    const { lines, row } = await refuse((host) => bare(host, '-t'));
    expect(lines[0]).toMatch(/^TIME\(s\) /);
    expect(lines.slice(1)).toEqual([expect.stringMatching(/^\d+\.\d{3} /), '']);
    expect(lines[1].slice(9)).toBe(row);
  });

  it('shows addresses, and says so once, where the kernel hides its functions', async () => {
    const { lines, stderr } = await refuse(
      (host) => at(host),
      ['setpriv', '--bounding-set=-syslog', '--inh-caps=-syslog'],
    );
    const hidden =
      'the kernel hides its addresses (kernel.kptr_restrict, or no CAP_SYSLOG): functions are shown by address';
    expect(stderr.split('\n').filter((line) => line.includes('address'))).toEqual([`tcpdrop: ${hidden}`]);
    const stack = lines.slice(2, lines.indexOf('', 2));
    expect(stack.length).toBeGreaterThan(5);
    for (const line of stack) expect(line).toMatch(/^\t0xffff[0-9a-f]{12}$/);
  });
});
