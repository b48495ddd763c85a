import { constants } from 'node:fs';
import { UsageError } from '../kit/errors.ts';
import { suggestion } from '../kit/nearest.ts';
import { escapeText } from '../kit/text.ts';

const { O_CREAT, O_EXCL, O_NOCTTY, O_TRUNC, O_APPEND, O_NONBLOCK, O_DSYNC, O_DIRECT, O_DIRECTORY } = constants;
const { O_NOFOLLOW, O_NOATIME, O_SYNC } = constants;

/** What Node does not name: include/uapi/asm-generic/fcntl.h, and arm64's own for the one that differs. */
const O_ACCMODE = 0o3;
const O_ASYNC = 0o20000;
const O_LARGEFILE = process.arch === 'arm64' ? 0o400000 : 0o100000;
const O_CLOEXEC = 0o2000000;
const O_PATH = 0o10000000;
const TMPFILE_BIT = 0o20000000;
const O_TMPFILE = TMPFILE_BIT | O_DIRECTORY;

const ACCESS_MODES = ['O_RDONLY', 'O_WRONLY', 'O_RDWR', 'O_ACCMODE'];

/** In the order in which strace shows them; one that contains another comes before it. */
const FLAGS = Object.entries({
  ...{ O_CREAT, O_EXCL, O_NOCTTY, O_TRUNC, O_APPEND, O_NONBLOCK, O_SYNC, O_DSYNC, O_ASYNC, O_DIRECT, O_LARGEFILE },
  ...{ O_NOFOLLOW, O_NOATIME, O_CLOEXEC, O_PATH, O_TMPFILE, O_DIRECTORY },
});

const listed = new Map<number, readonly string[]>();

/** The names of the flags of open(2), the access mode first; bits without a name are one hexadecimal number. */
export function openFlags(flags: number): readonly string[] {
  let names = listed.get(flags);
  if (names) return names;
  names = namesOf(flags);
  // programs use few combinations, but a hostile one could use them all
  if (listed.size < 1024) listed.set(flags, names);
  return names;
}

function namesOf(flags: number): readonly string[] {
  const names = [ACCESS_MODES[flags & O_ACCMODE]];
  let left = flags & ~O_ACCMODE;
  for (const [name, bits] of FLAGS) {
    if ((left & bits) !== bits) continue;
    names.push(name);
    left &= ~bits;
  }
  return left === 0 ? names : [...names, `0x${(left >>> 0).toString(16)}`];
}

/** Whether a file may be made, and the call's mode counts. */
export const createsFile = (flags: number): boolean => (flags & (O_CREAT | TMPFILE_BIT)) !== 0;

/** Flags to look for, as bpf/opensnoop.bpf.c takes them: it is enough that one of them is there. */
export interface FlagSet {
  readonly bits: number;
  /** Bit n: access mode n. */
  readonly accessModes: number;
}

/** One flag or more: `O_CREAT`, `O_WRONLY,O_RDWR`. @throws UsageError for one that does not exist */
export function parseOpenFlags(text: string): readonly string[] {
  return text.split(/[,|]/).map((word) => {
    const name = word.trim().toUpperCase();
    if (KNOWN.includes(name)) return name;
    const remedy = `flags: ${KNOWN.join(', ')}`;
    throw new UsageError(`unknown flag "${escapeText(word)}"${suggestion(name, KNOWN)}`, remedy);
  });
}

const KNOWN = [...ACCESS_MODES.slice(0, 3), ...FLAGS.map(([name]) => name)];

export function flagSet(names: readonly string[]): FlagSet {
  let [bits, accessModes] = [0, 0];
  for (const name of names) {
    const mode = ACCESS_MODES.indexOf(name);
    if (mode >= 0) accessModes |= 1 << mode;
    else bits |= OWN_BITS[name];
  }
  return { bits, accessModes };
}

/** The bits that no other flag has. */
const OWN_BITS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(FLAGS),
  O_SYNC: O_SYNC & ~O_DSYNC,
  O_TMPFILE: TMPFILE_BIT,
};
