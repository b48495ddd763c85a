import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { arch, release, userInfo } from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';
import { tools } from '../../src/gen/index.ts';
import { expectNoOrphans, linesOf, observe } from './harness/observe.ts';
import { command, run } from './harness/tool.ts';

interface Check {
  readonly name: string;
  readonly state: 'ok' | 'missing' | 'unknown';
  readonly detail: string;
  readonly remedy?: string;
}

interface Alternative {
  readonly alternative: string;
  readonly works: boolean;
  readonly cause?: string;
}

interface Observation {
  readonly observation: string;
  readonly plan: string | null;
  readonly alternatives: readonly Alternative[];
}

let checks: readonly Check[];
let observations: readonly Observation[];
const check = (name: string) => checks.find((one) => one.name === name);
const mountOf = (type: string) =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .find((line) => line.includes(` - ${type} `))
    ?.split(' ')[4];

beforeAll(() => {
  const report = JSON.parse(execFileSync(process.execPath, [command, 'doctor', '--json'], { encoding: 'utf8' }));
  expect(report).toMatchObject({ v: 1, tools: tools.map(({ name }) => ({ name })) });
  ({ checks } = report);
  ({ observations } = report.tools.find(({ name }: { name: string }) => name === 'execsnoop'));
});

describe('doctor tells the truth', () => {
  it('about the machine', () => {
    expect(check('user')).toMatchObject({ state: 'ok', detail: userInfo().username });
    expect(check('kernel')).toMatchObject({ state: 'ok', detail: `${release()} ${arch()}` });
    expect(check('btf')?.state).toBe(existsSync('/sys/kernel/btf/vmlinux') ? 'ok' : 'missing');
    expect(check('capabilities')).toMatchObject({ state: 'ok' });
  });

  it.each([
    ['bpffs', 'bpf'],
    ['cgroup v2', 'cgroup2'],
    ['tracefs', 'tracefs'],
  ])('about the mount of %s', (name, type) => {
    const path = mountOf(type);
    if (path) expect(check(name)).toMatchObject({ state: 'ok', detail: `mounted at ${path}` });
    else expect(check(name)?.detail).toMatch(/not mounted/);
  });

  it('about kprobes', () => {
    const built = existsSync('/sys/bus/event_source/devices/kprobe');
    expect(check('kprobes')).toMatchObject(
      built
        ? { state: 'ok', detail: 'a probe was loaded and attached' }
        : { state: 'missing', detail: 'this kernel is built without kprobes (CONFIG_KPROBES)' },
    );
  });

  it('in sentences that name a cause', () => {
    for (const { name, detail } of checks) expect(detail, name).toMatch(/^[^\n]{2,}[^.]$/);
    expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
  });

  it('about every way of a tool, as the tool itself finds out', async () => {
    expect(observations.map(({ observation }) => observation)).toEqual(['exec', 'failed']);
    for (const { observation, plan, alternatives } of observations) {
      expect(plan).toBe(alternatives.find(({ works }) => works)?.alternative ?? null);
      for (const { alternative, works, cause } of alternatives) {
        expect(works, cause).toBe(!cause);
        if (!works) continue;
        const { stderr } = await observe('execsnoop', ['-x', '-v', '--plan', alternative], async () => undefined);
        expect(stderr).toMatch(`execsnoop: ${observation}: through ${alternative}\n`);
      }
    }
  });

  it('and leaves nothing', () => expectNoOrphans());
});

describe('doctor in words', () => {
  const marks = { ok: 'ok', missing: 'no', unknown: '?' };

  it('says the same as in JSON', async () => {
    const { stdout, stderr, status } = await run(['doctor', '-v']);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(linesOf(stdout).filter((line) => line.length > 80)).toEqual([]);
    const text = stdout.replaceAll(/\s+/g, ' ');
    for (const { name, state, detail, remedy } of checks) {
      expect(text).toContain(`${name} ${marks[state]} ${detail} ${remedy ? `${remedy} ` : ''}`);
    }
    for (const { observation, plan } of observations) {
      expect(text).toContain(`execsnoop ${observation} through ${plan} `);
    }
  });
});
