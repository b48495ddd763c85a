// @module-tag anywhere
// @module-tag anywhere
import { expect, it } from 'vitest';
import { run } from './harness/tool.ts';

const PORTS = 'ports are 1 to 65535: write for example 80,443,8000-8100';
const NETS = 'write for example 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32';
const NETNS = 'name one of `ip netns list`, a path such as /proc/PID/ns/net, or its inode number';

it.each([
  ['-L', '0', '--localport: "0" is no port or range of ports', PORTS],
  ['-L', '70000', '--localport: "70000" is no port or range of ports', PORTS],
  ['-D', 'a', '--remoteport: "a" is no port or range of ports', PORTS],
  ['-D', '80,90-80', '--remoteport: "90-80" is no port or range of ports', PORTS],
  ['--laddr', '10.0.0.0/33', '--laddr: "10.0.0.0/33" is no address and no network', NETS],
  ['--raddr', '::1,example.org', '--raddr: "example.org" is no address and no network', NETS],
  ['--netns', 'no-such-namespace', 'no network namespace "no-such-namespace"', NETNS],
])('%s %s is refused, with what to write', async (option, value, cause, remedy) => {
  const { status, stdout, stderr } = await run(['tcplife', option, value]);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toBe(`tcplife: ${cause}\ntcplife: ${remedy}\n`);
});

it('a process that does not exist is waited for, with a warning', async () => {
  const { status, stderr } = await run(['tcplife', '-p', '4194304', '--duration', '1ms']);
  expect(status).toBe(0);
  expect(stderr).toContain('tcplife: there is no process 4194304 yet: waiting for it\n');
});
