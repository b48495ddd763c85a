import { writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { events, rows } from './harness/execsnoop.ts';
import { testFolder } from './harness/folder.ts';
import { openStage, type Request, type Stage } from './harness/stage.ts';

let stage: Stage;
beforeAll(() => {
  stage = openStage();
});
afterAll(() => stage.close());

/** A file that cannot be run, in each way. */
function failures(): Readonly<Record<'ENOENT' | 'EACCES' | 'ENOEXEC' | 'E2BIG', Request>> {
  const folder = testFolder();
  writeFileSync(`${folder}/plain`, 'no program', { mode: 0o644 });
  writeFileSync(`${folder}/garbage`, 'no program', { mode: 0o755 });
  return {
    ENOENT: { file: `${folder}/nothing`, args: ['zero', 'one two', ''] },
    EACCES: { file: `${folder}/plain`, args: ['plain'] },
    ENOEXEC: { file: `${folder}/garbage`, args: [] },
    // MAX_ARG_STRLEN of include/uapi/linux/binfmts.h: 32 pages for one argument
    E2BIG: { file: '/bin/true', args: ['true', 'x'.repeat(32 * 65536)] },
  };
}

describe.each([
  ['tracepoint', 'tracepoint'],
  ['raw_tp', 'raw_tp'],
  ['tp_btf and tracepoint', 'tp_btf,tracepoint'],
])('with -x, through %s', (_, plan) => {
  it.each(['execve', 'execveat'] as const)('shows failed calls of %s', async (how) => {
    const requests = failures();
    const pids: number[] = [];
    const seen = await events(stage, ['-x', '--plan', plan], async () => {
      for (const [error, request] of Object.entries(requests)) {
        const outcome = await stage.run({ ...request, how, cwd: '/usr', cpu: 0 });
        expect(outcome.error).toBe(constants.errno[error as keyof typeof requests]);
        pids.push(outcome.pid);
      }
    });
    const common = { v: 1, type: 'exec', comm: 'stage', parent_comm: 'stage', ppid: stage.pid, cwd: '/usr', cpu: 0 };
    const asked = (file: string) => (how === 'execve' ? file : file.slice(file.lastIndexOf('/') + 1));
    const expected = Object.entries(requests).map(([error, { file, args }], i) => ({
      ...common,
      pid: pids[i],
      tid: pids[i],
      ret: -constants.errno[error as keyof typeof requests],
      error,
      exe: asked(String(file)),
      ...(error === 'E2BIG'
        ? { args: ['true', 'x'.repeat(8192 - 5)], args_truncated: true }
        : { args, args_truncated: false }),
    }));
    expect(seen).toEqual(expected.map((event) => expect.objectContaining(event)));
  });

  it('shows successful ones as well, once', { tags: 'anywhere' }, async () => {
    const { ENOENT } = failures();
    const seen = await events(stage, ['-x', '--plan', plan, '--columns', 'ret,comm'], async () => {
      await stage.run(ENOENT);
      await stage.run({ file: '/bin/true', args: ['true'] });
    });
    expect(seen.map(({ ret, comm }) => [ret, comm])).toEqual([
      [-2, 'stage'],
      [0, 'true'],
    ]);
  });
});

it('a thread whose exec fails', { tags: 'anywhere' }, async () => {
  let tid = 0;
  const { ENOENT } = failures();
  const seen = await events(stage, ['-x'], async () => {
    ({ tid } = await stage.run({ ...ENOENT, thread: true }));
  });
  expect(seen).toEqual([expect.objectContaining({ tid, ret: -2 })]);
  expect(seen[0].pid).not.toBe(tid);
});

it('in the table, the path that was tried comes first', { tags: 'anywhere' }, async () => {
  const { ENOENT } = failures();
  const seen = await rows(stage, ['-x', '--columns', 'ret,error,args'], () => stage.run(ENOENT));
  expect(seen).toEqual([` -2 ENOENT   ${ENOENT.file} "one two" ""`]);
});

it('an argument of more than --max-args-bytes 32K is said to be cut', { tags: 'anywhere' }, async () => {
  const { E2BIG } = failures();
  const seen = await events(stage, ['-x', '--max-args-bytes', '32K'], () =>
    stage.run({ ...E2BIG, args: [E2BIG.args[1]] }),
  );
  expect(seen).toEqual([expect.objectContaining({ error: 'E2BIG', args_truncated: true })]);
  expect(seen[0].args).toEqual([expect.stringMatching(/^x{32767,32768}$/)]);
});

it('beyond 512 arguments the rest is cut', { tags: 'anywhere' }, async () => {
  const { ENOENT } = failures();
  const args = Array.from({ length: 513 }, (_, i) => `${i}`);
  const seen = await events(stage, ['-x', '--columns', 'args,args_truncated'], () => stage.run({ ...ENOENT, args }));
  expect(seen).toEqual([expect.objectContaining({ args: args.slice(0, 512), args_truncated: true })]);
});

it.for(['tracepoint', 'raw_tp'])(
  "a 32-bit program's call of the same number is none, through %s",
  async (plan, { skip }) => {
    const { ENOENT } = failures();
    let error: number | undefined;
    const seen = await events(stage, ['-x', '--plan', plan, '--columns', 'error'], async () => {
      ({ error } = await stage.run({ ...ENOENT, how: 'compat' }).catch(() => ({ error: undefined })));
      await stage.run(ENOENT);
    });
    skip(error !== constants.errno.EFAULT, 'this kernel runs no 32-bit programs');
    expect(seen.map(({ error }) => error)).toEqual(['ENOENT']);
  },
);

it('without -x none is shown', { tags: 'anywhere' }, async () => {
  const { ENOENT, EACCES, ENOEXEC, E2BIG } = failures();
  const seen = await events(stage, [], async () => {
    for (const request of [ENOENT, EACCES, ENOEXEC, E2BIG]) await stage.run(request);
    await stage.run({ file: '/bin/true', args: ['the end'] });
  });
  expect(seen.map(({ args }) => args)).toEqual([['the end']]);
});
