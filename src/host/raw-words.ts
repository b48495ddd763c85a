import { readFileSync } from 'node:fs';
import { bytesToString } from '../btf/bytes.ts';

/** What Node.js makes of bytes that are not UTF-8. */
const DAMAGED = '\ufffd';

/** The last words of this process's command line, whatever their bytes, as src/btf/bytes.ts has them. @param words as Node.js has them */
export function rawWords(words: readonly string[]): readonly string[] {
  if (!words.some((word) => word.includes(DAMAGED))) return words;
  return readStrings('/proc/self/cmdline').slice(-words.length);
}

/** An environment, with what this process was given where Node.js could not read it. */
export function rawEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const damaged = Object.entries(env).filter(([, value]) => value?.includes(DAMAGED));
  if (damaged.length === 0) return env;
  const given = readStrings('/proc/self/environ').map((pair) => pair.split(/=(.*)/s, 2) as [string, string]);
  const values = new Map(given);
  return { ...env, ...Object.fromEntries(damaged.map(([name, value]) => [name, values.get(name) ?? value])) };
}

/** Strings that a NUL ends. */
const readStrings = (path: string) => bytesToString(readFileSync(path)).split('\0').slice(0, -1);
