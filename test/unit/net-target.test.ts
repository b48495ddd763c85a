import { describe, expect, it } from 'vitest';
import { parseNets, parsePorts } from '../../src/host/net.ts';
import { resolveNetns } from '../../src/host/netns.ts';
import { netTarget } from '../../src/kit/tool/net-target.ts';

describe('ports', () => {
  it.each([
    ['80', [[80, 80]]],
    [
      '80,443,8000-8100',
      [
        [80, 80],
        [443, 443],
        [8000, 8100],
      ],
    ],
    ['1-65535', [[1, 65535]]],
    [
      ' 22 , 25-25',
      [
        [22, 22],
        [25, 25],
      ],
    ],
  ])('%s', (text, ranges) => {
    expect(parsePorts(text, '-P')).toEqual(ranges);
  });

  it.each(['', '0', '65536', '123456', 'http', '80,', '90-80', '-80', '80-', '1-2-3', '8e1', '+80', '80;81', '٨٠'])(
    'not %j',
    (text) => {
      expect(() => parsePorts(text, '--port')).toThrow(/^--port: ".*" is no port or range of ports$/);
    },
  );
});

describe('networks', () => {
  it.each([
    ['192.0.2.1', [{ addr: '192.0.2.1', bits: 128 }]],
    ['10.0.0.0/8', [{ addr: '10.0.0.0', bits: 104 }]],
    ['0.0.0.0/0', [{ addr: '0.0.0.0', bits: 96 }]],
    ['::/0', [{ addr: '::', bits: 0 }]],
    [
      '2001:db8::/32, ::1',
      [
        { addr: '2001:db8::', bits: 32 },
        { addr: '::1', bits: 128 },
      ],
    ],
  ])('%s', (text, nets) => {
    expect(parseNets(text, '--raddr')).toEqual(nets);
  });

  it.each([
    '',
    '10',
    '10.0.0.0/33',
    '10.0.0.256',
    '::/129',
    '10.0.0.0/',
    '/8',
    '10.0.0.0/8/8',
    'localhost',
    '1::2::3',
    '10.0.0.0/-1',
    'fe80::1%eth0',
  ])('not %j', (text) => {
    expect(() => parseNets(text, '--raddr')).toThrow(/^--raddr: ".*" is no address and no network$/);
  });
});

describe('a network namespace', () => {
  it('by its inode number or a path', () => {
    const own = resolveNetns('/proc/self/ns/net');
    expect(own).toBeGreaterThan(0);
    expect(resolveNetns(`${own}`)).toBe(own);
  });

  it.each(['', '.', '..', 'no-such-namespace', '/proc/0/ns/net', '0', '4294967296', '-1'])('not %j', (text) => {
    expect(() => resolveNetns(text)).toThrow(`no network namespace "${text}"`);
  });
});

describe('what the kernel is told', () => {
  it('is nothing when nothing was asked for', () => {
    expect(Object.values(netTarget({}).constants)).toEqual([0, 0, false, false, false, false]);
  });

  it.each([
    [{ ipv4: true }, 4],
    [{ ipv6: true }, 6],
    [{ ipv4: true, ipv6: true }, 0],
    [{ ipv4: false, ipv6: true }, 6],
    [{ ipv4: true, ipv6: false }, 4],
  ])('the family of %j', (options, family) => {
    expect(netTarget(options).constants).toMatchObject({ target_ip: family });
  });

  it('the ports as bits, the networks as prefixes of their side', () => {
    const updates: unknown[] = [];
    const object = { update: (...args: unknown[]) => updates.push(args) };
    const target = netTarget({
      rports: parsePorts('1,31-32,65535', '-D'),
      laddr: parseNets('10.0.0.0/8', '--laddr'),
      raddr: parseNets('::1', '--raddr'),
    });
    target.prepare?.(object as never);
    const bits = new Array(2048).fill(0);
    bits[0] = 0x80000002;
    bits[1] = 1;
    bits[2047] = 0x80000000;
    expect(updates).toEqual([
      ['target_ports', 1, { bits }],
      ['target_nets', { prefixlen: 136, side: 0, addr: '10.0.0.0' }, 1],
      ['target_nets', { prefixlen: 160, side: 1, addr: '::1' }, 1],
    ]);
  });
});
