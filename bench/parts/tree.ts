import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../../scripts/lib/needs.mjs';
import { command } from '../contenders.ts';
import { add, measure, UNTRACED } from '../figures.ts';
import type { Part } from '../part.ts';
import { inTurn } from '../turns.ts';

const STRACE = 'strace -f';
/** What a command is run under. */
const MANNERS: Readonly<Record<string, readonly string[]>> = {
  [UNTRACED]: [],
  'execsnoop --': [...command, 'execsnoop', '-o', '/dev/null', '--'],
  'opensnoop --': [...command, 'opensnoop', '-o', '/dev/null', '--'],
  [STRACE]: ['strace', '-f', '-qq', '-e', 'trace=execve', '-o', '/dev/null'],
};

/** Such is what a build with make does: a shell for each line, and programs below it. */
const TARGETS = 400;

/** How much slower commands are that are traced, measured within the command: without the tool's own start and end. */
const part: Part = async ({ rounds, quick }) => {
  const targets = quick ? 40 : TARGETS;
  const folder = mkdtempSync(join(tmpdir(), 'ebpf-kit-bench-'));
  const title = 'What tracing costs a command';
  const manners = Object.entries(MANNERS)
    .map(([name, words]) => ({ name, words, peer: name === STRACE }))
    .filter(({ peer }) => !peer || findProgram('strace'));
  const npm = measure('npm_ci', 'npm ci, s', { digits: 2, better: 'less' });
  const make = measure('make', `make, ${targets * 3} processes, s`, { digits: 2, better: 'less' });
  try {
    const jobs = [
      { of: npm, line: 'npm ci --offline --no-audit', cwd: npmProject(folder) },
      { of: make, line: 'make -s -j2', cwd: makeProject(folder, targets) },
    ];
    await inTurn(title, rounds, manners, async ({ name, words }) => {
      for (const { of, line, cwd } of jobs) add(of, name, secondsOf(line, cwd, words));
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return [
    {
      part: 'tree',
      title,
      traced: 'The process tree of a command, run by the tool: TOOL -- COMMAND; timed within the command.',
      rows: manners.map(({ name }) => name),
      peers: manners.filter(({ peer }) => peer).map(({ name }) => name),
      measures: [npm, make],
      charts: ['make'],
    },
  ];
};
export default part;

/** The command takes its own time. */
function secondsOf(line: string, cwd: string, under: readonly string[]): number {
  const script = `begun=$EPOCHREALTIME; ${line} >/dev/null 2>&1; echo "$begun $EPOCHREALTIME" >../times`;
  const [program, ...args] = [...under, 'bash', '-c', script];
  execFileSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  const [begun, ended] = readFileSync(join(cwd, '../times'), 'utf8').split(' ').map(Number);
  return ended - begun;
}

/** Its one dependency lies beside it: nothing is fetched. */
function npmProject(parent: string): string {
  const folder = join(parent, 'npm');
  mkdirSync(join(folder, 'dep'), { recursive: true });
  const write = (name: string, what: object) => writeFileSync(join(folder, name), JSON.stringify(what));
  write('dep/package.json', { name: 'dep', version: '1.0.0' });
  write('package.json', { name: 'app', version: '1.0.0', dependencies: { dep: 'file:./dep' } });
  execFileSync('npm', ['install', '--offline', '--no-audit'], { cwd: folder, stdio: 'pipe' });
  return folder;
}

function makeProject(parent: string, targets: number): string {
  const folder = join(parent, 'make');
  mkdirSync(folder);
  const names = Array.from({ length: targets }, (_, i) => `t${i}`);
  const rules = names.map((name) => `${name}:\n\t@/bin/true; /bin/true; :\n`);
  writeFileSync(join(folder, 'Makefile'), `all: ${names.join(' ')}\n${rules.join('')}`);
  return folder;
}
