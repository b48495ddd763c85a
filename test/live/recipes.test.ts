// @module-tag anywhere
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { capture } from './harness/capture.ts';
import { testFolder } from './harness/folder.ts';
import { expectNoOrphans } from './harness/observe.ts';
import { command } from './harness/tool.ts';

/** How a recipe has ended. */
interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a recipe needs, and what it has to come to. */
interface Proof {
  prepare?(folder: string): void | Promise<void>;
  check(outcome: Outcome, folder: string): void | Promise<void>;
}

const MAKEFILE = 'all:\n\t@cat Makefile >/dev/null\n\t@cat Makefile >/dev/null\ntest:\n\t@date >/dev/null\n';
const SERVER = '#!/bin/sh\ncat /etc/ebpf-kit-nonexistent.conf 2>/dev/null\ncat /etc/hostname >/dev/null\n';
const LISTENER = `#!${process.execPath}\nrequire('node:net').createServer().listen(18088, '127.0.0.1');\n`;
const withCurl = (folder: string) =>
  writeFileSync(`${folder}/Makefile`, 'test:\n\t@curl --version >/dev/null\n\t@date >/dev/null\n');
const read = (folder: string, name: string) => readFileSync(`${folder}/${name}`, 'utf8');

/** Every recipe of the page, by its title. */
const proofs: Readonly<Record<string, Proof>> = {
  'What does a build run?': {
    check({ status, stdout }) {
      expect(status).toBe(0);
      expect(stdout).toMatch(/^ +2 cat,cat Makefile$/m);
    },
  },
  'A test that must not download': {
    prepare: withCurl,
    check({ status, stderr }) {
      expect(stderr).toMatch(/^execsnoop: failed: --fail-if comm in \["curl", "wget"\]: .*curl --version/m);
      expect(status).toBe(90);
    },
  },
  'Tests that talk to this machine only': { check: ({ status }) => expect(status).toBe(0) },
  'Which files does a program look for in vain?': {
    check: ({ stdout }) => expect(stdout.split('\n')).toContain('/etc/ebpf-kit-nonexistent.conf'),
  },
  'How did the processes of a job end, and what did they cost?': {
    check: (_, folder) => expect(read(folder, 'ends.txt')).toMatch(/^PCOMM .*\ndate +0 /),
  },
  'A job that shall do what it did last time': {
    async check({ status, stderr }, folder) {
      expect({ status, stderr }).toEqual({
        status: 0,
        stderr: 'baseline: saved 3 programs, 0 writes, 0 connects to ci.baseline\n',
      });
      withCurl(folder);
      const { status: changed } = await runScript(blocks()['A job that shall do what it did last time'], folder);
      expect(changed).toBe(90);
    },
  },
  'Begin when everything is seen': {
    prepare: (folder) => writeFileSync(`${folder}/server`, '#!/bin/sh\n: </etc/hostname\n'),
    check({ status }, folder) {
      expect(status).toBe(0);
      expect(read(folder, 'opens.txt')).toContain('/etc/hostname');
    },
  },
  'Go on when a server listens': {
    prepare: (folder) => writeFileSync(`${folder}/server`, LISTENER),
    check: ({ status, stderr }) => expect(status, stderr).toBe(0),
  },
  'Keep what happened, and ask later': {
    check({ status, stdout }, folder) {
      expect(status).toBe(0);
      expect(stdout).toMatch(new RegExp(`^date +root +${folder} +date$`, 'm'));
    },
  },
  'What does a service do that runs already?': {
    async prepare(folder) {
      const script = 'echo begun; while :; do /bin/true below; sleep 0.1; done';
      const service = spawn('sh', ['-c', `sh -c '${script}'; :`], {
        stdio: ['ignore', 'pipe', 'inherit'],
        detached: true,
      });
      onTestFinished(() => void process.kill(-(service.pid as number), 'SIGKILL'));
      await capture(service.stdout).until('begun\n');
      writeFileSync(`${folder}/server.pid`, `${service.pid}\n`);
    },
    check: (_, folder) => expect(read(folder, 'programs.txt')).toContain('/bin/true below'),
  },
  'GitHub Actions: tests, with what they run beside them': {
    prepare: withCurl,
    check({ status, stdout }, folder) {
      expect(stdout).toMatch(/^::error /m);
      expect(read(folder, 'summary.md')).not.toBe('');
      expect(status).toBe(90);
    },
  },
  'GitHub Actions: reports and a recording to keep': {
    prepare: withCurl,
    check({ status }, folder) {
      expect(status).toBe(90);
      expect(read(folder, 'exec.xml')).toContain('failures="1"');
      expect(JSON.parse(read(folder, 'exec.sarif')).runs[0].results).toHaveLength(1);
      expect(existsSync(`${folder}/exec.ekr`)).toBe(true);
    },
  },
  'GitHub Actions: a baseline of the job': {
    prepare(folder) {
      const text = `version: 1\nprograms:\n  - ${realpathSync('/bin/sh')}\n  - /usr/bin/date\n  - /usr/bin/make\n`;
      writeFileSync(`${folder}/ci.baseline`, text);
    },
    check: ({ status, stderr }) => expect(status, stderr).toBe(0),
  },
};

/** Title → the script, of a block of shell or of the `run` of a step. */
function blocks(): Record<string, string> {
  const page = readFileSync(new URL('../../docs/recipes.md', import.meta.url), 'utf8');
  const sections = page.split(/^## /m).slice(1);
  return Object.fromEntries(
    sections.flatMap((section) => {
      const title = section.slice(0, section.indexOf('\n'));
      return [...section.matchAll(/^```(sh|yaml)\n(.*?)^```$/gms)].map(([, kind, text]) => [
        title,
        kind === 'sh' ? text : (/^ {2}run: (.*)$/m.exec(text)?.[1] ?? ''),
      ]);
    }),
  );
}

/** Runs it as GitHub Actions does, where `ebpf-kit` is on the PATH, and `sudo` changes nothing. */
async function runScript(script: string, folder: string): Promise<Outcome> {
  const bin = `${folder}/.bin`;
  mkdirSync(bin, { recursive: true });
  writeFileSync(`${bin}/ebpf-kit`, `#!/bin/sh\nexec "${process.execPath}" "${command}" "$@"\n`);
  writeFileSync(`${bin}/sudo`, '#!/bin/sh\nexec "$@"\n');
  for (const name of ['ebpf-kit', 'sudo']) chmodSync(`${bin}/${name}`, 0o755);
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, GITHUB_STEP_SUMMARY: `${folder}/summary.md` };
  const shell: ChildProcess = spawn('bash', ['-e', '-c', script], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void shell.kill('SIGKILL'));
  const [out, err] = [shell.stdout, shell.stderr].map((stream) => capture(stream as NonNullable<typeof stream>));
  const [status] = await once(shell, 'close');
  return { status, stdout: `${await out.whole}`, stderr: `${await err.whole}` };
}

describe('the page of recipes', () => {
  it('has a proof for each, and no other', () => {
    expect(Object.keys(proofs)).toEqual(Object.keys(blocks()));
  });

  it.each(Object.entries(blocks()))('%s', async (title, script) => {
    const folder = testFolder();
    writeFileSync(`${folder}/Makefile`, MAKEFILE);
    writeFileSync(`${folder}/server`, SERVER);
    await proofs[title].prepare?.(folder);
    chmodSync(`${folder}/server`, 0o755);
    const outcome = await runScript(script, folder);
    await proofs[title].check(outcome, folder);
    expect(existsSync(folder)).toBe(true);
    await expectNoOrphans();
  });
});
