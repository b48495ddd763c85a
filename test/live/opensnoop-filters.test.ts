// @module-tag anywhere
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants as fs, openSync, readFileSync } from 'node:fs';
import { open as openAsync } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { testCgroup } from './harness/cgroup.ts';
import { testFolder } from './harness/folder.ts';
import { observed, type Row } from './harness/observe.ts';
import { type Opening, open, opens } from './harness/opens.ts';
import { openStage, type Stage } from './harness/stage.ts';
import { PATIENCE, run } from './harness/tool.ts';

let stage: Stage;
let neighbour: Stage;
beforeAll(() => {
  stage = openStage();
  neighbour = openStage();
});
afterAll(() => Promise.all([stage.close(), neighbour.close()]));

const paths = (rows: readonly Row[]) => rows.map(({ path }) => path);
const shown = async (args: readonly string[], ...openings: readonly Opening[]) =>
  paths((await opens(stage, args, ...openings)).seen);

/** What is shown of the opens in a folder; `cause` is told its path. */
async function within(args: readonly string[], cause: (folder: string) => Promise<unknown>): Promise<string[]> {
  const folder = testFolder();
  const seen = await observed('opensnoop', args, () => cause(folder));
  const inside = paths(seen).filter((path) => String(path).startsWith(`${folder}/`));
  return inside.map((path) => String(path).slice(folder.length + 1));
}

it('-p: one process, not its neighbour', async () => {
  const seen = await within(['-p', `${process.pid}`], async (folder) => {
    await open(neighbour, { file: `${folder}/neighbour` });
    closeSync(openSync(`${folder}/own`, 'w'));
    await (await openAsync(`${folder}/thread`, 'w')).close();
    await open(neighbour, { file: `${folder}/neighbour` });
  });
  expect(seen).toEqual(['own', 'thread']);
});

it('-t: one thread, not another one of its process', async () => {
  const seen = await within(['-t', `${process.pid}`], async (folder) => {
    await (await openAsync(`${folder}/thread`, 'w')).close();
    closeSync(openSync(`${folder}/own`, 'w'));
  });
  expect(seen).toEqual(['own']);
});

it('-u: one user, by name or number', async () => {
  const both = [{ file: '/etc/passwd' }, { file: '/etc/hostname', uid: 65534 }];
  expect(await shown(['-u', 'nobody'], ...both)).toEqual(['/etc/hostname']);
  expect(await shown(['-u', '0'], ...both)).toEqual(['/etc/passwd']);
});

it('--cgroup: with those below it, without the one beside it', async () => {
  const [parent, child] = testCgroup('child');
  const [beside] = testCgroup();
  const seen = await observed('opensnoop', ['--cgroup', parent.path], async () => {
    await open(neighbour, { file: '/etc/group', cgroup: beside.directory });
    await open(stage, { file: '/etc/passwd', cgroup: child.directory });
  });
  expect(paths(seen)).toEqual(['/etc/passwd']);
});

it('-n: the command, by a regular expression', async () => {
  expect(await shown(['-n', '^st.*e$'], { file: '/etc/passwd' })).toEqual(['/etc/passwd']);
  expect(await shown(['-n', '^tage'], { file: '/etc/passwd' })).toEqual([]);
});

it('-x: only what failed', async () => {
  const openings = [{ file: '/etc/passwd' }, { file: '/etc/none' }, { file: '/etc/group' }];
  expect(await shown(['-x'], ...openings)).toEqual(['/etc/none']);
});

describe('-f', () => {
  const openings: Opening[] = [
    { file: '/dev/null', flags: fs.O_RDONLY },
    { file: '/dev/zero', flags: fs.O_WRONLY | fs.O_APPEND },
    { file: '/dev/full', flags: fs.O_RDWR | fs.O_DSYNC },
    { file: '/dev/tty0', flags: fs.O_RDONLY | fs.O_SYNC },
    { how: 'openat2', file: '/dev/random', flags: fs.O_WRONLY },
  ];
  it.each([
    [['-f', 'O_APPEND'], ['/dev/zero']],
    [
      ['-f', 'O_WRONLY'],
      ['/dev/zero', '/dev/random'],
    ],
    [
      ['-f', 'O_RDONLY'],
      ['/dev/null', '/dev/tty0'],
    ],
    [
      ['-f', 'O_RDWR', '--flag_filter', 'o_append'],
      ['/dev/zero', '/dev/full'],
    ],
    [['--flag-filter=O_RDWR,O_APPEND'], ['/dev/zero', '/dev/full']],
    [['-f', 'O_SYNC'], ['/dev/tty0']],
    [
      ['-f', 'O_DSYNC'],
      ['/dev/full', '/dev/tty0'],
    ],
    [['-f', 'O_CREAT'], []],
  ])('%j', async (args, expected) => {
    expect(await shown(args, ...openings)).toEqual(expected);
  });
});

it('--filter: any condition over the columns', async () => {
  const openings = [{ file: '/etc/passwd' }, { file: 'none', cwd: '/etc' }, { file: 'none', cwd: '/usr' }];
  const filter = 'error == "ENOENT" && full_path.startsWith("/etc/") && "O_RDONLY" in flags';
  const { seen } = await opens(stage, ['--filter', filter, '--columns', 'path'], ...openings);
  expect(paths(seen)).toEqual(['none']);
});

it('an open that a signal interrupted is shown once, when it is done', async () => {
  const fifo = `${testFolder()}/fifo`;
  execFileSync('mkfifo', [fifo]);
  const reader = spawn('cat', [fifo], { stdio: 'ignore' });
  const state = (wanted: RegExp) =>
    vi.waitFor(() => expect(readFileSync(`/proc/${reader.pid}/stat`, 'utf8')).toMatch(wanted), { timeout: PATIENCE });
  await vi.waitFor(() =>
    expect(readFileSync(`/proc/${reader.pid}/wchan`, 'utf8')).toMatch(/fifo_open|wait_for_partner/),
  );
  const seen = await observed('opensnoop', ['-p', `${reader.pid}`], async () => {
    reader.kill('SIGSTOP');
    await state(/\) T /);
    reader.kill('SIGCONT');
    await state(/\) S /);
    closeSync(openSync(fifo, 'w'));
    await once(reader, 'exit');
  });
  expect(seen.filter(({ path }) => path === fifo)).toEqual([expect.objectContaining({ err: 0, path: fifo })]);
});

it.each([
  [['-f', 'O_CREATE'], 'unknown flag "O_CREATE" (did you mean "O_CREAT"?)'],
  [['-p', '0'], 'process id: "0" is less than 1'],
  [['-t', 'main'], 'process id: "main" is no whole number'],
  [['-n', '('], '--name: "(" is no regular expression'],
  [['-d', 'soon'], '--duration: "soon" is no duration'],
])('%j is refused', async (args, message) => {
  const { status, stderr, stdout } = await run(['opensnoop', ...args]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(message);
});
