import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { trace } from '../../src/index.ts';
import { Session } from '../../src/kit/stream/session.ts';
import { withDefaults } from '../../src/kit/tool/options.ts';
import { treeTarget } from '../../src/kit/tool/tree-target.ts';
import { loadTool } from '../../src/registry.ts';
import { grove, traced } from './harness/command.ts';
import { testFolder } from './harness/folder.ts';
import { expectNoOrphans } from './harness/observe.ts';
import { openStage } from './harness/stage.ts';
import { run, start } from './harness/tool.ts';

/** Takes connections, and closes each when its client does. */
async function listen(): Promise<number> {
  const server = createServer((socket) => socket.resume().on('end', () => socket.end('bye')));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A client in bash, below another process, which ends with its connection open: the kernel closes it. */
const client = (port: number) => ['bash', '-c', `bash -c 'exec 5<>/dev/tcp/127.0.0.1/${port}; echo hello >&5'; :`];

describe('of a command and its descendants', () => {
  beforeAll(() => void mkdirSync('/tmp', { recursive: true }));

  it('exitsnoop shows each end, also that of the command itself, in their order', async () => {
    const { rows, status } = await traced('exitsnoop', [], ['sh', '-c', '/bin/true; sh -c "exit 3"; kill -9 $$']);
    expect(status).toBe(137);
    expect(rows.map(({ comm, status }) => [comm, status])).toEqual([
      ['true', '0'],
      ['sh', 'code 3'],
      ['sh', 'signal 9 (KILL)'],
    ]);
    const { rows: grown } = await traced('exitsnoop', [], grove(['orphan', 'setsid', 'thread', 'fork'], 'leaf'));
    expect(grown.filter(({ comm }) => comm === 'true')).toHaveLength(1);
  });

  it('opensnoop shows files, and none that was opened to start it', async () => {
    const file = `${testFolder()}/file`;
    writeFileSync(file, '');
    const { rows } = await traced('opensnoop', [], ['sh', '-c', `cat ${file}; cat ${file}`]);
    expect(rows[0].comm).toBe('sh');
    expect(rows.filter(({ path }) => path === file).map(({ comm }) => comm)).toEqual(['cat', 'cat']);
    expect(new Set(rows.map(({ comm }) => comm))).toEqual(new Set(['sh', 'cat']));
  });

  it('tcpconnect shows connects, tcpstates and tcplife what becomes of them', async () => {
    const port = await listen();
    const { rows: connects } = await traced('tcpconnect', [], client(port));
    expect(connects.map(({ comm, rport, result }) => [comm, rport, result])).toEqual([['bash', port, 'established']]);
    const { rows: states } = await traced('tcpstates', [], client(port));
    expect(states.map(({ newstate }) => newstate).slice(0, 3)).toEqual(['SYN_SENT', 'ESTABLISHED', 'FIN_WAIT1']);
    expect(new Set(states.map(({ comm, rport }) => `${comm} ${rport}`))).toEqual(new Set([`bash ${port}`]));
    // until the kernel has no such socket but in TIME_WAIT
    const open = `grep -q ':${port.toString(16).toUpperCase().padStart(4, '0')} 0[1-5] ' /proc/net/tcp`;
    const session = `bash -c 'exec 5<>/dev/tcp/127.0.0.1/${port}; echo hello >&5; exec 5>&-'`;
    const closing = ['bash', '-c', `${session}; while ${open}; do :; done`];
    const { rows: sessions } = await traced('tcplife', [], closing);
    expect(sessions.map(({ comm, rport, tx_bytes }) => [comm, rport, tx_bytes])).toEqual([['bash', port, 6]]);
  });

  it('flowtop shows flows, and ends with the command and its status', async () => {
    const port = await listen();
    const client = `bash -c 'exec 5<>/dev/tcp/127.0.0.1/${port}; echo hello >&5; exec 5>&-'; exit 3`;
    const { status, stdout, stderr } = await run(['flowtop', '--json', '--loopback', '--', 'bash', '-c', client]);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    const rows = stderr.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
    const flows = rows.filter(({ type }) => type === 'flow');
    expect(flows.map(({ comm, rport }) => [comm, rport])).toEqual([['bash', port]]);
  });

  it('those for which there is no room are said to be missing', async () => {
    await using stage = openStage();
    const tool = await loadTool('execsnoop');
    if (tool.shape !== 'stream') throw new Error('execsnoop is a stream');
    const own = tool.setup(withDefaults(tool.options, {}), () => false);
    using session = Session.open(
      tool,
      { ...own, targets: [...(own.targets ?? []), treeTarget(stage.pid, 1)] },
      {},
      () => 0,
    );
    await stage.run({ file: '/bin/true', args: ['true'] });
    expect(session.losses()).toMatchObject({ ring: 0, missed: 0, strays: 1 });
  });

  it('in a PID namespace of its own', async () => {
    const script = '"$0" "$1" execsnoop --json -o "$2" -- sh -c "/bin/true inside; :"';
    const file = `${testFolder()}/rows`;
    const { execFileSync } = await import('node:child_process');
    const { command } = await import('./harness/tool.ts');
    execFileSync('unshare', ['-p', '-f', '--mount-proc', 'sh', '-c', `${script}; :`, process.execPath, command, file]);
    const rows = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.map(({ args, events }) => args?.[0] ?? events)).toEqual(['sh', '/bin/true', 2]);
  });
});

describe('a command', () => {
  it('is not for what shows what is there already', async () => {
    const { status, stderr } = await run(['tcplife', '--open', '--', 'true']);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'tcplife: what is there already is no command to trace\ntcplife: leave out -- and the command\n',
    });
    await expectNoOrphans();
  });

  it('begins when --ready-file is there', async () => {
    const file = `${testFolder()}/ready`;
    writeFileSync(file, 'from before');
    expect(await run(['execsnoop', '-o', '/dev/null', '--ready-file', file, '--', 'cat', file])).toMatchObject({
      status: 0,
      stdout: 'ready\n',
    });
    const absent = `${testFolder()}/nonexistent/ready`;
    const { status, stderr } = await run(['execsnoop', '--ready-file', absent, '--', 'true']);
    expect({ status, last: stderr.split('\n').at(-2) }).toEqual({
      status: 1,
      last: `execsnoop: writing to ${absent} of --ready-file: no such file or directory`,
    });
  });

  it('--ready-file without one is there as soon as everything is attached', async () => {
    const file = `${testFolder()}/ready`;
    const tool = start(['execsnoop', '--ready-fd', '3', '--ready-file', file]);
    await tool.ready;
    expect(existsSync(file)).toBe(true);
    expect(await tool.stop()).toMatchObject({ status: 0 });
  });

  it('is an option of the library, which tells how it has ended', async () => {
    await using execs = trace('execsnoop', { command: ['sh', '-c', '/bin/true here; exit 3'], columns: ['args'] });
    const seen: string[] = [];
    for await (const { args } of execs) seen.push(args.join(' '));
    expect(seen).toEqual(['sh -c /bin/true here; exit 3', '/bin/true here']);
    expect(await execs.command).toEqual({ code: 3, signal: null });
  });

  it('of the library that is no program is refused', async () => {
    await using execs = trace('execsnoop', { command: ['ebpf-kit-no-such-command'] });
    await expect(execs.ready).rejects.toMatchObject({ exitCode: 127 });
    await expect(execs.command).rejects.toMatchObject({ exitCode: 127 });
  });
});
