import { errnoName, errnoText } from '../host/errno.ts';
import { BpfError } from './error.ts';
import { operationLog } from './log.ts';

/** libbpf's own error numbers (LIBBPF_ERRNO__* in libbpf.h), from 4000 on, in its words. */
const libbpfErrors: readonly (readonly [code: string, text: string])[] = [
  ['LIBELF', 'something wrong in libelf'],
  ['FORMAT', 'BPF object format invalid'],
  ['KVERSION', "'version' section incorrect or lost"],
  ['ENDIAN', 'endian mismatch'],
  ['INTERNAL', 'internal error in libbpf'],
  ['RELOC', 'relocation failed'],
  ['LOAD', 'load program failure for unknown reason'],
  ['VERIFY', 'kernel verifier blocks program loading'],
  ['PROG2BIG', 'program too big'],
  ['KVER', 'incorrect kernel version'],
  ['PROGTYPE', 'kernel does not support this program type'],
  ['WRNGPID', 'wrong pid in netlink message'],
  ['INVSEQ', 'invalid netlink sequence'],
  ['NLPARSE', 'netlink message parsing error'],
];

export interface StepOptions {
  /** The program that it is about. */
  readonly program?: string;
  /** More to say about certain failures, by errno name. */
  readonly hints?: Readonly<Record<string, string>>;
}

/**
 * Does one thing with libbpf or the kernel.
 * @param what is done, lower case
 * @param action returns 0 or a positive value, or a negative errno
 * @throws BpfError when it is negative
 */
export function step(what: string, action: () => number, options: StepOptions = {}): number {
  const result = action();
  const log = operationLog();
  if (result < 0) throw failure(what, -result, { ...options, log });
  return result;
}

/** @param facts `cause` instead of the errno's own words */
export function failure(
  what: string,
  errno: number,
  facts: StepOptions & { log?: string; cause?: string } = {},
): BpfError {
  const { program, hints, log = '' } = facts;
  const [code, text] = libbpfErrors[errno - 4000] ?? [errnoName(errno), errnoText(errno)];
  const hint = hints?.[code];
  const cause = facts.cause ?? (hint ? `${text} (${hint})` : text);
  return new BpfError(what, errno, code, cause, log, program ?? refusedProgram(log));
}

/** libbpf prints the errno as a number up to 1.5, as a name since; and its other failures mention the program, too. */
function refusedProgram(log: string): string | undefined {
  const refused = /prog '([^']+)': (?:BPF program load failed|failed to load)/.exec(log);
  return (refused ?? /prog '([^']+)': failed/.exec(log))?.[1];
}
