import { BpfError } from '../../bpf/error.ts';
import { takeLog } from '../../bpf/log.ts';
import type { ObjectLayout } from '../../btf/layout.ts';
import { ExitCode, KitError } from '../errors.ts';
import { say, writeError } from '../say.ts';
import { PlanError } from '../tool/attach-plan.ts';
import { explain } from './explain.ts';

/** A failure as it is told: first what failed and why, then, where there are any, what was tried and what to do. */
export interface Report {
  readonly lines: readonly string[];
  readonly exitCode: number;
}

/** Any error of a tool in words. Its exit status goes with it: see ExitCode. */
export function describe(error: unknown, layout?: ObjectLayout): Report {
  if (error instanceof KitError) {
    return { lines: [error.message, ...(error.remedy?.split('\n') ?? [])], exitCode: error.exitCode };
  }
  if (error instanceof PlanError) return describePlan(error, layout);
  if (error instanceof BpfError) {
    const { cause, remedy, exitCode } = explain(error, layout);
    return { lines: [cause, ...(remedy ? [remedy] : [])], exitCode };
  }
  return { lines: [error instanceof Error ? error.message : String(error)], exitCode: ExitCode.failure };
}

/** The same as an error of the library. */
export function failureOf(error: unknown, layout?: ObjectLayout): KitError {
  if (error instanceof KitError) return error;
  const { lines, exitCode } = describe(error, layout);
  return new KitError(lines[0], exitCode, lines.slice(1).join('; ') || undefined, { cause: error });
}

function describePlan({ observation, attempts }: PlanError, layout?: ObjectLayout): Report {
  const explained = attempts.map(({ alternative, error }) => ({ alternative, ...explain(error, layout) }));
  const [first] = explained;
  if (explained.every(({ cause }) => cause === first.cause)) {
    return { lines: [first.cause, ...(first.remedy ? [first.remedy] : [])], exitCode: first.exitCode };
  }
  return {
    lines: [
      `cannot observe ${observation} here, all ways failed`,
      ...explained.map(({ alternative, cause }) => `  ${alternative}: ${cause}`),
      'see ebpf-kit doctor',
    ],
    exitCode: first.exitCode,
  };
}

/** Tells it on standard error. @returns the exit status */
export function reportFailure(tool: string, error: unknown, verbose: boolean, layout?: ObjectLayout): number {
  const { lines, exitCode } = describe(error, layout);
  for (const line of lines) say(tool, line);
  if (verbose) {
    if (error instanceof Error && error.stack) writeError(`${error.stack}\n`);
    writeError(takeLog());
  }
  return exitCode;
}
