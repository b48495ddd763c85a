import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { testFolder } from './harness/folder.ts';
import { observed } from './harness/observe.ts';
import { type Opening, opens } from './harness/opens.ts';
import { openStage, type Stage } from './harness/stage.ts';

let stage: Stage;
beforeAll(() => {
  stage = openStage();
});
afterAll(() => stage.close());

/** `a/b/file`, and `link` to `a/b`. */
function tree(): string {
  const folder = testFolder();
  mkdirSync(`${folder}/a/b`, { recursive: true });
  writeFileSync(`${folder}/a/b/file`, '');
  symlinkSync('a/b', `${folder}/link`);
  return folder;
}

/** What is shown of one open. */
async function places(opening: Opening) {
  const { seen } = await opens(stage, ['--columns', 'path,full_path,file'], opening);
  expect(seen).toHaveLength(1);
  const [{ path, full_path, file }] = seen;
  return { path, full_path, file };
}

it('relative to the current directory', async () => {
  const folder = tree();
  const file = `${folder}/a/b/file`;
  expect(await places({ file: 'b/file', cwd: `${folder}/a` })).toEqual({ path: 'b/file', full_path: file, file });
});

it('relative to the directory of a descriptor', { tags: 'anywhere' }, async () => {
  const folder = tree();
  const file = `${folder}/a/b/file`;
  const place = { dir: `${folder}/a/b`, cwd: '/usr' };
  expect(await places({ file: 'file', ...place })).toEqual({ path: 'file', full_path: file, file });
  expect(await places({ how: 'openat2', file: 'file', ...place })).toEqual({ path: 'file', full_path: file, file });
});

it('absolute paths need no directory', { tags: 'anywhere' }, async () => {
  const file = `${tree()}/a/b/file`;
  expect(await places({ file, cwd: '/usr', dirfd: 77 })).toEqual({ path: file, full_path: file, file });
});

it('in the root directory', { tags: 'anywhere' }, async () => {
  expect(await places({ file: 'etc/passwd', cwd: '/' })).toMatchObject({ full_path: '/etc/passwd' });
});

it('.. and symbolic links are as they were asked for; the file is where they lead', { tags: 'anywhere' }, async () => {
  const folder = tree();
  const file = `${folder}/a/b/file`;
  expect(await places({ file: '../link/file', cwd: `${folder}/a` })).toEqual({
    path: '../link/file',
    full_path: `${folder}/a/../link/file`,
    file,
  });
});

it('what failed has a full path, but no file', { tags: 'anywhere' }, async () => {
  const folder = tree();
  const expected = { path: 'none', full_path: `${folder}/a/none`, file: null };
  expect(await places({ file: 'none', dir: `${folder}/a` })).toEqual(expected);
});

it('a descriptor that is none', { tags: 'anywhere' }, async () => {
  expect(await places({ file: 'name', dirfd: 77 })).toEqual({ path: 'name', full_path: '/…/name', file: null });
});

it('an absolute path that openat2 takes to begin at the descriptor', async () => {
  const folder = tree();
  const RESOLVE_IN_ROOT = 0x10;
  expect(await places({ how: 'openat2', file: '/b/file', dir: `${folder}/a`, resolve: RESOLVE_IN_ROOT })).toEqual({
    path: '/b/file',
    full_path: `${folder}/a/b/file`,
    file: `${folder}/a/b/file`,
  });
});

it('as seen from inside of a chroot', { tags: 'anywhere' }, async () => {
  const root = tree();
  const inside = { path: 'file', full_path: '/a/b/file', file: '/a/b/file' };
  expect(await places({ file: 'file', root, cwd: '/a/b' })).toEqual(inside);
});

it('a directory outside of the chroot is out of reach', { tags: 'anywhere' }, async () => {
  const folder = tree();
  const { full_path, file } = await places({ file: 'file', root: `${folder}/a`, dir: `${folder}/a/b/..` });
  expect({ full_path, file }).toEqual({ full_path: '/file', file: null });
  const outside = await places({ file: 'b/file', root: `${folder}/a/b`, dir: `${folder}/a` });
  expect(outside.full_path).toMatch(/^\/….*\/a\/b\/file$/);
});

it('across a bind mount', { tags: 'anywhere' }, async () => {
  const folder = tree();
  mkdirSync(`${folder}/mounted`);
  execFileSync('mount', ['--bind', `${folder}/a`, `${folder}/mounted`]);
  onTestFinished(() => void execFileSync('umount', [`${folder}/mounted`]));
  const file = `${folder}/mounted/b/file`;
  expect(await places({ file: 'file', cwd: `${folder}/mounted/b` })).toEqual({ path: 'file', full_path: file, file });
});

it('a directory that has been removed, by the path that it had', { tags: 'anywhere' }, async () => {
  const directory = `${testFolder()}/gone`;
  mkdirSync(directory);
  const shell = spawn('sh', ['-c', 'read go; exec <name'], { cwd: directory, stdio: ['pipe', 'ignore', 'ignore'] });
  const seen = await observed('opensnoop', ['-p', `${shell.pid}`, '--columns', 'path,full_path,error'], async () => {
    rmdirSync(directory);
    shell.stdin.end('go\n');
    await once(shell, 'exit');
  });
  expect(seen.filter(({ path }) => path === 'name')).toEqual([
    expect.objectContaining({ full_path: `${directory}/name`, error: 'ENOENT' }),
  ]);
});

it('the longest path there is, and longer ones', async () => {
  const longest = '/x'.repeat(2048).slice(0, 4095);
  const names = ['path', 'path_truncated', 'error'].join();
  const { seen } = await opens(stage, ['--columns', names], { file: longest }, { file: `${longest}y` });
  expect(seen).toEqual([
    expect.objectContaining({ path: longest, path_truncated: false, error: 'ENOENT' }),
    expect.objectContaining({ path: `${longest}y`.slice(0, 4096), path_truncated: true, error: 'ENAMETOOLONG' }),
  ]);
});

it('more than 64 names are cut at the beginning', async () => {
  const folder = testFolder();
  const deep = Array.from({ length: 70 }, (_, i) => `d${i}`);
  mkdirSync(`${folder}/${deep.join('/')}`, { recursive: true });
  const { full_path } = await places({ file: 'name', cwd: `${folder}/${deep.join('/')}` });
  expect(full_path).toMatch(/^\/…\//);
  expect(full_path).toMatch(new RegExp(`/${deep.slice(-50).join('/')}/name$`));
});
