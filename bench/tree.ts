import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../scripts/lib/needs.mjs';
import { say } from '../scripts/lib/run.mjs';
import { command } from './contenders.ts';
import { type Measure, measure } from './figures.ts';

/** What a command is run under. */
const MANNERS: Readonly<Record<string, readonly string[]>> = {
  untraced: [],
  'execsnoop --': [...command, 'execsnoop', '-o', '/dev/null', '--'],
  'opensnoop --': [...command, 'opensnoop', '-o', '/dev/null', '--'],
  'strace -f': ['strace', '-f', '-qq', '-e', 'trace=execve', '-o', '/dev/null'],
};

/** Such is what a build with make does: a shell for each line, and programs below it. */
const TARGETS = 400;

/** The head of each column; the first one is what the others are compared with. */
export const manners = Object.keys(MANNERS).filter((name) => name !== 'strace -f' || findProgram('strace'));

/** How much slower commands are that are traced, measured within the command: without the tool's own start and end. */
export function measureTrees(rounds: number): readonly Measure[] {
  const folder = mkdtempSync(join(tmpdir(), 'ebpf-kit-bench-'));
  try {
    const jobs = [
      { measure: measure('npm_ci', 'npm ci, s', 2), line: 'npm ci --offline --no-audit', cwd: npmProject(folder) },
      {
        measure: measure('make', `make, ${TARGETS * 3} processes, s`, 2),
        line: 'make -s -j2',
        cwd: makeProject(folder),
      },
    ];
    for (let round = 1; round <= rounds; round++) {
      say(`process trees: round ${round} of ${rounds}`);
      for (const { measure: of, line, cwd } of jobs) {
        for (const manner of manners) {
          of.values[manner] ??= [];
          of.values[manner].push(secondsOf(line, cwd, MANNERS[manner]));
        }
      }
    }
    return jobs.map((job) => job.measure);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

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

function makeProject(parent: string): string {
  const folder = join(parent, 'make');
  mkdirSync(folder);
  const names = Array.from({ length: TARGETS }, (_, i) => `t${i}`);
  const rules = names.map((name) => `${name}:\n\t@/bin/true; /bin/true; :\n`);
  writeFileSync(join(folder, 'Makefile'), `all: ${names.join(' ')}\n${rules.join('')}`);
  return folder;
}
