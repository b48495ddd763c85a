// @module-tag anywhere
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyPackage } from './harness/copy.ts';
import { testFolder } from './harness/folder.ts';
import { linesOf, recordsOf } from './harness/observe.ts';
import { asNobody } from './harness/rights.ts';
import { openStage, type Stage } from './harness/stage.ts';
import { PATIENCE, run, type StartOptions, start } from './harness/tool.ts';

let stage: Stage;
beforeAll(() => {
  stage = openStage();
});
afterAll(() => stage.close());

const HOSTILE = ['two words', 'line\nline', '\x1b[2J', Buffer.of(0xff, 0xfe), '', 'ä\u202e'];

/** Makes Node.js believe that it is not on Linux. */
const OTHER_SYSTEM = `
Object.defineProperty(process, 'platform', { value: 'darwin' });
const fs = require('node:fs');
for (const name of ['openSync', 'readFileSync', 'statSync', 'existsSync', 'realpathSync', 'readdirSync']) {
  const real = fs[name];
  fs[name] = (path, ...more) => {
    if (/^\\/(proc|sys)\\//.test(String(path))) throw Object.assign(new Error(path), { code: 'ENOENT', errno: -2 });
    return real(path, ...more);
  };
}
`;

/** Records what a tool shows with these options while something happens. */
async function recorded(options: readonly string[], cause: () => Promise<unknown>, startOptions?: StartOptions) {
  const file = `${testFolder()}/run.ekr`;
  const tool = start([...options, '--ready-fd', '3', '--record', file], startOptions);
  await tool.ready;
  await cause();
  const end = await tool.stop();
  expect(end.status, end.stderr).toBe(0);
  return { file, ...end };
}

const hostilePrograms = async () => {
  await stage.run({ file: '/bin/true', args: ['true', ...HOSTILE] });
  await stage.run({ file: '/bin/true', args: ['true', 'b'], uid: 65534 });
  await stage.run({ file: '/no/such', args: ['no'] });
};

const forStage = () => ['execsnoop', '-P', `${stage.pid}`, '-x'];

describe('--record and replay', () => {
  it.each([['--json'], ['--csv'], ['-T'], ['-T', '-t', '--columns', '+user,+cwd,+exe']])(
    'the same bytes: %j',
    async (...options) => {
      const { file, bytes } = await recorded([...forStage(), ...options], hostilePrograms);
      const shown = options[0] === '-T' ? options.slice(2) : options;
      const again = await run(['replay', file, ...shown.filter((option) => option !== '-t')]);
      expect(again.status).toBe(0);
      expect(again.stdout).toBe(bytes.toString());
    },
  );

  it('shows what was not shown then, by any filter', async () => {
    const { file } = await recorded([...forStage(), '--filter', 'pid == 0', '--columns', 'pid'], hostilePrograms);
    const options = ['--json', '--columns', 'user,args,error', '--filter', 'uid == 65534 || ret < 0'];
    const { stdout } = await run(['replay', file, ...options]);
    expect(recordsOf(stdout)).toMatchObject([
      { type: 'exec', user: 'nobody', args: ['true', 'b'], error: null },
      { type: 'exec', user: 'root', args: ['no'], error: 'ENOENT' },
      { type: 'summary', events: 2, lost: 0 },
    ]);
  });

  it('of connections: with their processes, and kernel stacks by the names of then', async () => {
    const server = createServer((socket) => socket.end('x')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { file, bytes } = await recorded(['tcplife', '--json', '-L', `${port}`], async () => {
      const socket = connect(port, '127.0.0.1').resume();
      await once(socket, 'close');
    });
    expect((await run(['replay', file, '--json'])).stdout).toBe(bytes.toString());
    server.close();
    await once(server, 'close');
    const dropped = await recorded(['tcpdrop', '--dport', `${port}`], async () => {
      await once(connect(port, '127.0.0.1'), 'error').catch(() => undefined);
    });
    expect(dropped.stdout).toMatch(/^\t\w+\+0x/m);
    const { machine, tool } = JSON.parse(gunzipSync(readFileSync(dropped.file)).toString().split('\n')[0]);
    expect({ tool, system: machine.system }).toEqual({ tool: 'tcpdrop', system: 'Linux' });
    expect((await run(['replay', dropped.file])).stdout).toBe(dropped.stdout);
  });

  it('counts, too', async () => {
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { file, bytes } = await recorded(['tcpconnect', '-c', '-P', `${port}`, '--json'], async () => {
      for (let i = 0; i < 3; i++) await once(connect(port, '127.0.0.1').resume(), 'close');
    });
    server.close();
    expect(recordsOf(bytes.toString())[0]).toMatchObject({ type: 'connects', rport: port, connects: 3 });
    expect((await run(['replay', file, '--json'])).stdout).toBe(bytes.toString());
  });

  it('can be asserted on later', async () => {
    const { file } = await recorded(forStage(), hostilePrograms);
    const { status, stderr } = await run(['replay', file, '--columns', 'args', '--fail-if', 'ret < 0']);
    expect(status).toBe(90);
    expect(linesOf(stderr).at(-1)).toBe('replay: failed: --fail-if ret < 0: args=no');
    expect((await run(['replay', file, '--wait-for', 'ret < 0', '--require-complete'])).status).toBe(0);
    const missed = await run(['replay', file, '--wait-for', 'pid == 1']);
    expect(missed.status).toBe(124);
  });
});

describe('replay', () => {
  it('needs neither rights nor libbpf nor the FFI library', async () => {
    const { file, bytes } = await recorded([...forStage(), '--json'], hostilePrograms);
    execFileSync('chmod', ['644', file]);
    const copy = copyPackage();
    rmSync(copy.file('dist/native'), { recursive: true });
    rmSync(copy.file('dist/bpf'), { recursive: true });
    const modules = `${new URL('../../', import.meta.url).pathname}node_modules`;
    rmSync(copy.file('node_modules'));
    execFileSync('mkdir', [copy.file('node_modules')]);
    for (const name of ['@marcbachmann', 'chalk']) symlinkSync(`${modules}/${name}`, copy.file(`node_modules/${name}`));
    const { command } = copy;
    const again = await run(['replay', file, '--json', '--filter', 'pid > 0'], { command, under: asNobody });
    expect(again.stderr).toMatch(/^replay: 3 events in /);
    expect(again.stdout).toBe(bytes.toString());
    expect((await run(['execsnoop'], { command })).status).toBe(1);

    // as on macOS: another platform, no /proc and no /sys
    const mac = copy.file('mac.cjs');
    writeFileSync(mac, OTHER_SYSTEM);
    const env = { NODE_OPTIONS: `--require ${mac}` };
    expect((await run(['replay', file, '--json'], { command, env })).stdout).toBe(bytes.toString());
    const stderr = /^execsnoop: eBPF is a part of Linux, and this is another system\nexecsnoop: .*replay FILE\n$/;
    const refused = await run(['execsnoop'], { command, env });
    expect(refused).toMatchObject({ status: 69, stderr: expect.stringMatching(stderr) });
  });

  it('of a recorder that was killed ends where that was', async () => {
    const file = `${testFolder()}/run.ekr`;
    const tool = start([...forStage(), '--ready-fd', '3', '--record', file]);
    await tool.ready;
    await hostilePrograms();
    const text = () => gunzipSync(readFileSync(file)).toString();
    await expect.poll(text, { timeout: PATIENCE }).toContain('"/no/such"');
    await tool.stop('SIGKILL');
    const { status, stdout, stderr } = await run(['replay', file]);
    expect(status).toBe(0);
    expect(linesOf(stdout)).toHaveLength(4);
    expect(stderr).toMatch(/^replay: .*run\.ekr is cut off at byte \d+: what followed is not in it\n/);
    expect((await run(['replay', file, '--require-complete'])).status).toBe(91);
  });

  it.each([
    ['/nowhere', 'reading /nowhere: no such file or directory'],
    ['/dev/null', 'reading /dev/null: it is no recording of ebpf-kit'],
    ['/etc/passwd', 'reading /etc/passwd: it is no recording of ebpf-kit'],
  ])('of %s says what is wrong', async (file, line) => {
    expect(await run(['replay', file])).toMatchObject({ status: 1, stdout: '', stderr: `replay: ${line}\n` });
  });

  it('names a field that does not exist', async () => {
    const { file } = await recorded(forStage(), hostilePrograms);
    const { status, stderr } = await run(['replay', file, '--filter', 'pidd == 1']);
    expect(status).toBe(2);
    expect(linesOf(stderr)[0]).toBe('replay: filter: unknown variable "pidd" at column 1 (did you mean "pid"?)');
  });
});

describe('--record', () => {
  it('replaces a file once everything is attached, and says why it cannot', async () => {
    const file = `${testFolder()}/run.ekr`;
    writeFileSync(file, 'precious');
    expect((await run(['execsnoop', '--record', file, '--plan', 'nothing'])).status).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe('precious');
    const { status, stderr } = await run(['execsnoop', '--record', '/nowhere/run.ekr']);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'execsnoop: recording to /nowhere/run.ekr: no such file or directory\n',
    });
  });

  it('keeps up with a storm', async () => {
    const times = 2000;
    const { file } = await recorded(['execsnoop', '-P', `${stage.pid}`], () =>
      stage.run({ file: '/bin/true', args: ['true', 'storm'], times }),
    );
    const { status, stderr } = await run(['replay', file, '--require-complete', '--csv']);
    expect(stderr).toMatch(new RegExp(`^replay: ${times} events in .* none lost\\n$`));
    expect(status).toBe(0);
  });
});
