import { constants as fs, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cgroupId, millis } from './harness/facts.ts';
import { testFolder } from './harness/folder.ts';
import { type Opening, opens } from './harness/opens.ts';
import { type OpenCall, openStage, type Stage } from './harness/stage.ts';

let stage: Stage;
beforeAll(() => {
  stage = openStage();
});
afterAll(() => stage.close());

const calls: readonly OpenCall[] =
  process.arch === 'x64' ? ['open', 'openat', 'openat2', 'creat'] : ['openat', 'openat2'];
const O_CLOEXEC = 0o2000000;
/** So far, in ms, may the clock of the events be from the wall clock, with which it is compared once a second. */
const DRIFT = 2;

/** Failed opens, in each way that a path can be wrong. */
function failures(): Readonly<Record<string, Opening>> {
  const folder = testFolder();
  mkdirSync(`${folder}/directory`);
  symlinkSync('loop', `${folder}/loop`);
  writeFileSync(`${folder}/private`, '', { mode: 0o600 });
  return {
    ENOENT: { file: `${folder}/nothing` },
    ENOTDIR: { file: `${folder}/private/below` },
    EISDIR: { file: `${folder}/directory`, flags: fs.O_WRONLY },
    ELOOP: { file: `${folder}/loop` },
    EACCES: { file: `${folder}/private`, uid: 65534 },
    EEXIST: { file: `${folder}/private`, flags: fs.O_CREAT | fs.O_EXCL, mode: 0o644 },
    ENAMETOOLONG: { file: `${folder}/${'x'.repeat(256)}` },
    EBADF: { file: 'relative', dirfd: 77 },
  };
}

describe.each(['tp_btf', 'raw_tp', 'tracepoint'])('through %s', (plan) => {
  const tags = plan === 'tp_btf' ? [] : ['anywhere'];
  it.each(calls)('every column of %s', { tags }, async (how) => {
    const folder = testFolder();
    const file = `${folder}/made`;
    const flags = how === 'creat' ? 0 : fs.O_RDWR | fs.O_CREAT | fs.O_TRUNC | O_CLOEXEC;
    const before = Date.now();
    const { seen, outcomes, cgroup } = await opens(
      stage,
      ['--plan', plan],
      { how, file, flags, mode: 0o640, uid: 65534 },
      { how, file, flags, mode: 0o640 },
    );
    const [refused, made] = outcomes;
    const common = {
      v: 1,
      type: 'open',
      time: expect.any(String),
      elapsed: expect.any(Number),
      comm: 'stage',
      cgroup_id: cgroupId(cgroup),
      cgroup,
      container_id: null,
      call: how,
      flags: how === 'creat' ? ['O_WRONLY', 'O_CREAT', 'O_TRUNC'] : ['O_RDWR', 'O_CREAT', 'O_TRUNC', 'O_CLOEXEC'],
      mode: '0640',
      path_truncated: false,
      full_path: file,
      path: file,
    };
    const person = (uid: number, user: string, { pid, tid }: { pid: number; tid: number }) => ({ uid, user, pid, tid });
    expect(seen).toEqual([
      { ...common, ...person(65534, 'nobody', refused), ret: -13, fd: -1, err: 13, error: 'EACCES', file: null },
      { ...common, ...person(0, 'root', made), ret: made.fd, fd: made.fd, err: 0, error: null, file },
    ]);
    expect(made.fd).toBeGreaterThan(2);
    for (const { time } of seen) {
      expect(millis(time)).toBeGreaterThan(before - DRIFT);
      expect(millis(time)).toBeLessThan(Date.now() + DRIFT);
    }
  });

  it('failed ones, each with its errno', async () => {
    const requests = Object.entries(failures());
    const { seen } = await opens(stage, ['--plan', plan], ...requests.map(([, opening]) => opening));
    const expected = requests.map(([error, { file }]) => {
      const errno = constants.errno[error as keyof typeof constants.errno];
      return expect.objectContaining({ error, err: errno, ret: -errno, fd: -1, file: null, path: file });
    });
    expect(seen).toEqual(expected);
  });

  it('a path in memory that cannot be read', { tags }, async () => {
    const { seen } = await opens(stage, ['--plan', plan], { file: '', args: ['bad'] });
    expect(seen).toEqual([expect.objectContaining({ error: 'EFAULT', path: null, full_path: null })]);
  });

  it('a thread by its own id', { tags }, async () => {
    const { seen, outcomes } = await opens(stage, ['--plan', plan], { file: '/etc/passwd', thread: true });
    const [{ pid, tid }] = outcomes;
    expect(tid).not.toBe(pid);
    expect(seen).toEqual([expect.objectContaining({ pid, tid, path: '/etc/passwd' })]);
  });

  it.runIf(process.arch === 'x64')("a 32-bit program's call of the same number is none", { tags }, async ({ skip }) => {
    const { seen, outcomes } = await opens(
      stage,
      ['--plan', plan],
      { how: 'readlink32', file: '/etc/passwd' },
      { file: '/etc/passwd' },
    );
    skip(outcomes[0].error !== constants.errno.EINVAL, 'this kernel runs no 32-bit programs');
    expect(seen.map(({ call }) => call)).toEqual(['openat']);
  });
});

it('flags that have no name are a number', { tags: 'anywhere' }, async () => {
  const { seen } = await opens(stage, [], { file: '/etc/passwd', flags: 0x4000_0000 | fs.O_NOFOLLOW });
  expect(seen).toEqual([expect.objectContaining({ flags: ['O_RDONLY', 'O_NOFOLLOW', '0x40000000'], mode: null })]);
});

it('a file without a name', { tags: 'anywhere' }, async () => {
  const folder = testFolder();
  const O_TMPFILE = 0o20000000 | fs.O_DIRECTORY;
  const { seen } = await opens(stage, [], { file: folder, flags: O_TMPFILE | fs.O_WRONLY, mode: 0o600 });
  expect(seen).toEqual([expect.objectContaining({ flags: ['O_WRONLY', 'O_TMPFILE'], mode: '0600', path: folder })]);
});
