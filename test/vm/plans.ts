import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { onTestFinished } from 'vitest';
import { checkFeatures } from '../../src/kit/doctor/features.ts';
import type { Plan } from '../../src/kit/tool/plan.ts';
import { treePlan } from '../../src/kit/tool/tree-target.ts';

/** Which way of observing something works from which kernel on: test/vm/plans.json has one row for each. */
export interface Row {
  /** A tool, or 'loader': the ways of attaching themselves. */
  readonly tool: string;
  readonly observation: string;
  readonly plan: string;
  /** The first kernel that it works on, as far as the tests go back, such as 5.10; null: none. */
  readonly since: string | null;
  /** Why it does not work before. */
  readonly because?: string;
}

/** What a test told about its row: part of the JSON that vitest writes. */
interface Result extends Pick<Row, 'tool' | 'observation' | 'plan'> {
  state: 'passed' | 'cannot';
  because?: string;
}

declare module 'vitest' {
  interface TaskMeta {
    plan?: Result;
  }
}

export const rows: readonly Row[] = JSON.parse(readFileSync(new URL('plans.json', import.meta.url), 'utf8'));

/** What the house adds to the plan of any tool is shown by this one. */
const SHOWS_TREES = 'execsnoop';

/** What a tool has rows for: its own plan and, for one of them, what all have. */
export const planOf = ({ name, plan }: { readonly name: string; readonly plan: Plan }): Plan =>
  name === SHOWS_TREES ? { ...plan, ...treePlan } : plan;

/** Kernel of the test machine that this runs in, such as 6.1. There everything is compiled in and allowed. */
export const machine = process.env.EBPF_KIT_VM;

/** What doctor calls that which a program of this kind needs, by the first part of its section. */
const needs: Readonly<Record<string, string>> = {
  kprobe: 'kprobes',
  kretprobe: 'kprobes',
  fentry: 'fentry',
  fexit: 'fentry',
  fmod_ret: 'fentry',
  lsm: 'lsm',
  tracepoint: 'tracepoints',
  raw_tp: 'raw tracepoints',
  tp_btf: 'btf tracepoints',
  xdp: 'xdp',
};

let features: ReturnType<typeof checkFeatures> | undefined;

/** Why the running kernel cannot do it, as the table and, outside of test machines, its configuration say. */
function obstacle({ since, because }: Row, sections: readonly string[]): string | undefined {
  const running = machine ?? release();
  if (since === null || isBefore(running, since)) return because ?? `it works since Linux ${since}`;
  if (machine) return undefined;
  features ??= checkFeatures();
  for (const section of sections) {
    const feature = features.find(({ name }) => name === needs[section.split('/')[0]]);
    if (feature && feature.state !== 'ok') return feature.detail;
  }
  return undefined;
}

/** Whether one kernel is older than another; both begin with major.minor. */
export function isBefore(one: string, other: string): boolean {
  const [[major, minor], [otherMajor, otherMinor]] = [one, other].map((text) => text.split('.').map(Number.parseFloat));
  return major === otherMajor ? minor < otherMinor : major < otherMajor;
}

/** A row of the table that the running test is about. */
export interface Claim {
  /** Whether it has to work here. */
  readonly works: boolean;
  /** To be told when it was refused, with the reason that was given. @throws Error when it has to work */
  refused(reason: string): void;
  /** To be told when it was not refused. @throws Error when it cannot work */
  accepted(): void;
}

/**
 * Looks up what the running test is to find out; what comes of it is told to who asked for the table.
 * @param sections of the programs that it needs
 * @throws Error when test/vm/plans.json says nothing about it
 */
export function claim(tool: string, observation: string, plan: string, sections: readonly string[]): Claim {
  const row = rows.find((row) => row.tool === tool && row.observation === observation && row.plan === plan);
  if (!row) throw new Error(`test/vm/plans.json has no row for ${tool}, ${observation}, ${plan}`);
  const result: Result = { tool, observation, plan, state: 'passed' };
  onTestFinished(({ task }) => {
    task.meta.plan = result;
  });
  const because = obstacle(row, sections);
  return {
    works: because === undefined,
    refused(reason) {
      if (because === undefined) throw new Error(`it has to work here, and does not: ${reason}`);
      Object.assign(result, { state: 'cannot', because });
    },
    accepted() {
      if (because !== undefined) throw new Error(`it works, and should not: ${because}`);
    },
  };
}

/** The same for a way of attaching itself, whose proof is that of the shared code. */
export function claimHook(way: string, section = ''): Claim {
  return claim('loader', 'attach', way, [section]);
}
