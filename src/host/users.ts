import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { UsageError } from '../kit/errors.ts';
import { suggestion } from '../kit/nearest.ts';
import { escapeText } from '../kit/text.ts';
import { monotonic } from './monotonic.ts';

/** Users of this machine, as /etc/passwd has them at the moment. */
export interface Users {
  /** Name of the user, or the number as text when it has none. */
  name(uid: number): string;
  /**
   * The uid that a command line means: a number, or a name from the file or else from `getent passwd` (LDAP, sssd, …).
   * @throws UsageError when there is no such user
   */
  resolve(text: string): number;
}

/** How long the file is trusted without a look at its time, ms. */
const TRUST = 1000;

/** @param file in the format of passwd(5); read when first needed, and again when it changes */
export function openUsers(file = '/etc/passwd'): Users {
  let names = new Map<number, string>();
  let ids = new Map<string, number>();
  let stamp = '';
  let checked = -Infinity;

  const refresh = (): void => {
    if (monotonic() - checked < TRUST) return;
    checked = monotonic();
    const now = stampOf(file);
    if (now === stamp) return;
    stamp = now;
    const entries = readUsers(file);
    ids = new Map(entries);
    // Of several names for one uid the first counts, as for getpwuid(3).
    names = new Map(entries.map(([name, uid]) => [uid, name] as const).reverse());
  };

  return {
    name(uid) {
      refresh();
      return names.get(uid) ?? `${uid}`;
    },
    resolve(text) {
      if (/^\d+$/.test(text)) return numericUser(text);
      refresh();
      const uid = ids.get(text) ?? askSystem(text);
      if (uid !== undefined) return uid;
      throw new UsageError(`no user "${escapeText(text)}" on this machine${suggestion(text, ids.keys())}`);
    },
  };
}

/** The largest uid_t, (uid_t)-1, means "none" to system calls. */
function numericUser(text: string): number {
  const uid = Number(text);
  if (uid < 0xffff_ffff) return uid;
  throw new UsageError(`user id ${text} is too large`, 'user ids end at 4294967294');
}

/** Changes whenever the file is edited or replaced. */
function stampOf(file: string): string {
  try {
    const { ino, mtimeMs, size } = statSync(file);
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    return 'none';
  }
}

function readUsers(file: string): [string, number][] {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // A container may have no such file: its users are numbers then.
  }
  return [...text.matchAll(/^([^:\n#+-][^:\n]*):[^:\n]*:(\d+):/gm)].map(([, name, uid]) => [name, Number(uid)]);
}

/** A name is data here, and getent takes what begins with a dash for an option. */
function askSystem(name: string): number | undefined {
  try {
    const answer = execFileSync('getent', ['passwd', '--', name], { encoding: 'utf8', timeout: 5000, stdio: 'pipe' });
    const [found, , uid] = answer.split(':');
    return found === name ? Number(uid) : undefined;
  } catch {
    return undefined;
  }
}

const users = openUsers();

/** Name of the user, or the number as text when it has none here. */
export const userName = (uid: number): string => users.name(uid);

/** A --uid argument. @throws UsageError when there is no such user */
export const resolveUser = (text: string): number => users.resolve(text);
