// @module-tag anywhere
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { testFolder } from './harness/folder.ts';
import { expectNoOrphans } from './harness/observe.ts';
import { run } from './harness/tool.ts';

/** What caches do all the time: a file with a name that is never used again. */
const RANDOM_FILE = `
  const [fs, file] = [require('node:fs'), '/var/lib/ebpf-kit-test-' + require('node:crypto').randomUUID()];
  fs.writeFileSync(file, ''); fs.rmSync(file);`;

/** A project whose one dependency lies beside it: nothing is fetched for it. */
function project(): string {
  const folder = testFolder();
  const write = (name: string, what: unknown) =>
    writeFileSync(`${folder}/${name}`, typeof what === 'string' ? what : JSON.stringify(what));
  mkdirSync(`${folder}/dep`);
  write('dep/package.json', { name: 'dep', version: '1.0.0', main: 'dep.js' });
  write('dep/dep.js', 'module.exports = 1;');
  const dependencies = { dep: 'file:./dep' };
  write('package.json', { name: 'app', version: '1.0.0', dependencies, scripts: { test: 'node test.js' } });
  write('test.js', `require('dep'); require('node:child_process').execFileSync('ls'); ${RANDOM_FILE}`);
  execFileSync('npm', ['install', '--offline', '--no-audit'], { cwd: folder, stdio: 'pipe' });
  return folder;
}

function enter(folder: string): void {
  const before = process.cwd();
  process.chdir(folder);
  onTestFinished(() => process.chdir(before));
}

const JOB = ['--', 'sh', '-c', 'npm ci --offline --no-audit && npm test'];

it('three runs of a job have the same baseline, and what is new in a fourth one is told', async () => {
  const folder = project();
  enter(folder);
  const saved: string[] = [];
  for (const name of ['one', 'two', 'three']) {
    const end = await run(['baseline', 'save', name, ...JOB]);
    expect(end.status, end.stderr).toBe(0);
    saved.push(readFileSync(name, 'utf8'));
  }
  expect(saved[1]).toBe(saved[0]);
  expect(saved[2]).toBe(saved[0]);
  expect(saved[0]).toContain('  - /var/lib/ebpf-kit-test-<uuid>\n');
  expect(saved[0]).toMatch(/^version: 1\nprograms:\n( {2}- .*\n)* {2}- \/usr\/bin\/ls\n/m);

  const same = await run(['baseline', 'check', 'one', ...JOB]);
  expect(same.status, same.stderr).toBe(0);
  expect(same.stderr.split('\n').at(-2)).toBe('baseline: nothing that is not in one');

  const [mark, log] = [`/var/lib/ebpf-kit-test-${process.pid}`, 'require("node:net").connect(9, "127.0.0.1")'];
  for (const file of [mark, `${mark}.moved`]) onTestFinished(() => rmSync(file, { force: true }));
  const lines = `date > ${mark}; touch new; mv new ${mark}.moved`;
  writeFileSync('test.js', `require('node:child_process').execSync('${lines}'); ${log}.on('error', () => 0);`);
  const { status, stderr } = await run(['baseline', 'check', 'one', ...JOB]);
  expect(stderr.split('\n').filter((line) => /^baseline: (new|gone)/.test(line))).toEqual([
    'baseline: new: runs /usr/bin/date',
    'baseline: new: runs /usr/bin/mv',
    'baseline: new: runs /usr/bin/touch',
    'baseline: new: writes /var/lib/ebpf-kit-test-<n>',
    'baseline: new: writes /var/lib/ebpf-kit-test-<n>.moved',
    'baseline: new: connects to 127.0.0.1:9',
    'baseline: gone: runs /usr/bin/ls',
    'baseline: gone: writes /var/lib/ebpf-kit-test-<uuid>',
  ]);
  expect(status).toBe(90);
  expect(readFileSync('one', 'utf8')).toBe(saved[0]);
  await expectNoOrphans();
});

it('the status of the command wins, and nothing is saved of one that fails', async () => {
  enter(testFolder());
  const { status, stderr } = await run(['baseline', 'save', 'file', '--', 'sh', '-c', '/bin/true; exit 5']);
  expect(stderr).toBe('baseline: the command has failed with status 5\nbaseline: file is not written\n');
  expect(status).toBe(5);
  expect(() => readFileSync('file')).toThrow('ENOENT');
  writeFileSync('file', 'version: 1\n');
  const differs = await run(['baseline', 'diff', 'file', '--', '/bin/true']);
  expect(differs).toMatchObject({ status: 0, stderr: 'baseline: + runs /usr/bin/true\n' });
  expect(readFileSync('file', 'utf8')).toBe('version: 1\n');
});

it.each([
  [['check', 'nothing', '--', 'true'], 1, 'reading nothing: no such file or directory'],
  [['save', 'file'], 2, 'there is no command'],
  [['save', 'file', '--', 'ebpf-kit-no-such-command'], 127, 'ebpf-kit-no-such-command: command not found'],
  [['save', '/nonexistent/file', '--', 'true'], 1, 'writing to /nonexistent/file: no such file or directory'],
])('%j', async (args, status, message) => {
  enter(testFolder());
  const end = await run(['baseline', ...args]);
  expect(end.stderr.split('\n')[0]).toBe(`baseline: ${message}`);
  expect(end.status).toBe(status);
});
