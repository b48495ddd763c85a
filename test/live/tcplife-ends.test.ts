import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { cut, mend, withdraw } from './harness/net/faults.ts';
import { bothSides, type Pair, testPair, within } from './harness/net/sessions.ts';
import { observed } from './harness/observe.ts';

type Ends = Awaited<ReturnType<Pair['meet']>>;
type Expected = Readonly<Record<string, unknown>>;

/** How a session goes, up to the end of both sockets, and what is said of each side then; null: it has no end. */
interface Story {
  readonly told: string;
  go(pair: Pair, ends: Ends): Promise<void>;
  readonly near: Expected;
  readonly far: Expected | null;
}

const stories: readonly Story[] = [
  {
    told: 'half-closed: much comes after the end of what was sent',
    async go({ client, server }, { near, far }) {
      await client.send(near, 10);
      await client.shutdown(near, 'wr');
      expect(await server.recv(far)).toEqual({ bytes: 10, error: null });
      await Promise.all([server.send(far, 3_000_000), client.recv(near, 3_000_000)]);
      await server.closeSocket(far);
      expect(await client.recv(near)).toEqual({ bytes: 0, error: null });
      await client.closeSocket(near);
    },
    near: { reason: 'FIN', closer: 'local', state: 'FIN_WAIT2', tx_bytes: 10, rx_bytes: 3_000_000 },
    far: { reason: 'FIN', closer: 'remote', state: 'LAST_ACK', tx_bytes: 3_000_000, rx_bytes: 10 },
  },
  {
    told: 'closed with data that nobody has read',
    async go({ client, server }, { near, far }) {
      await client.send(near, 100);
      await server.readable(far);
      await server.closeSocket(far);
      expect(await client.recv(near)).toEqual({ bytes: 0, error: 'ECONNRESET' });
      await client.closeSocket(near);
    },
    near: { reason: 'RST', closer: 'remote', state: 'ESTABLISHED', tx_bytes: 100, rx_bytes: 0 },
    far: { reason: 'RST_SENT', closer: 'local', state: 'ESTABLISHED', tx_bytes: 0, rx_bytes: 100 },
  },
  {
    told: 'closed without lingering',
    async go({ client, server }, { near, far }) {
      await Promise.all([client.send(near, 7), server.recv(far, 7)]);
      await client.reset(near);
      expect(await server.recv(far)).toEqual({ bytes: 0, error: 'ECONNRESET' });
      await server.closeSocket(far);
    },
    near: { reason: 'RST_SENT', closer: 'local', state: 'ESTABLISHED', tx_bytes: 7, rx_bytes: 0 },
    far: { reason: 'RST', closer: 'remote', state: 'ESTABLISHED', tx_bytes: 0, rx_bytes: 7 },
  },
  {
    told: 'half-closed, and then closed without lingering',
    async go({ client, server }, { near, far }) {
      await client.shutdown(near, 'wr');
      expect(await server.recv(far)).toEqual({ bytes: 0, error: null });
      await Promise.all([server.send(far, 9), client.recv(near, 9)]);
      await client.reset(near);
      expect(await server.recv(far)).toMatchObject({ bytes: 0 });
      await server.closeSocket(far);
    },
    near: { reason: 'RST_SENT', closer: 'local', state: 'FIN_WAIT2', tx_bytes: 0, rx_bytes: 9 },
    far: { reason: 'RST', closer: 'remote', state: 'CLOSE_WAIT', tx_bytes: 9, rx_bytes: 0 },
  },
  {
    told: 'closed, and data comes before the FIN is acknowledged',
    async go({ net, client, server }, { near, far }) {
      cut(net, 'far');
      await server.closeSocket(far);
      await client.send(near, 5);
      mend(net, 'far');
      expect(await client.recv(near)).toEqual({ bytes: 0, error: 'ECONNRESET' });
      await client.closeSocket(near);
    },
    near: { reason: 'RST', closer: 'remote', state: 'ESTABLISHED', tx_bytes: 0, rx_bytes: 0 },
    far: { reason: 'RST_SENT', closer: 'local', state: 'FIN_WAIT1', tx_bytes: 0, rx_bytes: 0 },
  },
  {
    told: 'timed out: what was not acknowledged does not count',
    async go({ net, client, server }, { near, far }) {
      await Promise.all([client.send(near, 11), server.recv(far, 11)]);
      await client.set(near, { user_timeout: 300 });
      cut(net, 'near');
      await client.send(near, 5000);
      expect(await client.recv(near)).toEqual({ bytes: 0, error: 'ETIMEDOUT' });
      await client.closeSocket(near);
    },
    near: { reason: 'TIMEOUT', closer: null, state: 'ESTABLISHED', tx_bytes: 11, rx_bytes: 0 },
    far: null,
  },
  {
    told: 'timed out, and the other side was told to be unreachable',
    async go({ net, client }, { near }) {
      await client.set(near, { user_timeout: 300 });
      withdraw(net);
      await client.send(near, 5);
      expect(await client.recv(near)).toEqual({ bytes: 0, error: 'EHOSTUNREACH' });
      await client.closeSocket(near);
    },
    near: { reason: 'UNREACHABLE', closer: null, state: 'ESTABLISHED', tx_bytes: 0, rx_bytes: 0 },
    far: null,
  },
];

it.each(stories)('$told', { tags: 'anywhere' }, async ({ go, near, far }) => {
  const pair = await testPair();
  const { net, client, server } = pair;
  const rows = await observed('tcplife', within(net.near, net.far), async (tool) => {
    await go(pair, await pair.meet());
    await (far ? bothSides(tool) : tool.stdout.until('"session"'));
  });
  const row = (host: { readonly inode: number }) => rows.find(({ netns }) => netns === host.inode);
  expect(row(net.near)).toMatchObject({ pid: client.pid, role: 'connect', partial: false, ...near });
  if (far) expect(row(net.far)).toMatchObject({ role: 'accept', partial: false, ...far });
  // nobody has been inside of a call on it where a packet has ended it before
  if (far) expect([server.pid, null]).toContain(row(net.far)?.pid);
  expect(rows).toHaveLength(far ? 2 : 1);
});

it('killed by another process, which is not its owner', async (context) => {
  const { net, client, meet } = await testPair();
  const [program, ...words] = net.near.inside;
  let killed = '';
  const rows = await observed('tcplife', within(net.near), async (tool) => {
    const { near } = await meet();
    killed = execFileSync(program, [...words, 'ss', '-KHtn', 'sport', `= :${near.port}`], { encoding: 'utf8' });
    if (killed) await tool.stdout.until('"session"');
  });
  if (!killed) context.skip('this kernel kills no sockets (CONFIG_INET_DIAG_DESTROY)');
  expect(rows).toEqual([expect.objectContaining({ pid: client.pid, reason: 'RST_SENT', closer: 'local' })]);
});
