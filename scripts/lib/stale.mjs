import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './run.mjs';

/**
 * Remembers, for each thing that is built, what it was built from: a digest of the command and of the name, size and
 * modification time of each input. So a changed flag, a removed header and a file that grew older count, too.
 */
export class BuildLog {
  #file;
  /** @type {Record<string, { digest: string, inputs: string[] }>} */
  #entries = {};

  /** @param {string} file where the log is kept, absolute */
  constructor(file) {
    this.#file = file;
    try {
      this.#entries = JSON.parse(readFileSync(file, 'utf8'));
    } catch {
      // No log, or one that an interrupted build left: everything is stale.
    }
  }

  /**
   * @param {string} target what is built, relative to the root; it must exist to be fresh
   * @param {readonly string[]} command
   * @param {readonly string[]} [inputs] default: those of the last time
   */
  isFresh(target, command, inputs = this.#entries[target]?.inputs) {
    const entry = this.#entries[target];
    return inputs !== undefined && entry?.digest === digest(command, inputs) && existsSync(join(root, target));
  }

  /**
   * @param {string} target
   * @param {readonly string[]} command
   * @param {readonly string[]} inputs relative to the root, or absolute
   */
  record(target, command, inputs) {
    this.#entries[target] = { digest: digest(command, inputs), inputs: [...inputs] };
    mkdirSync(dirname(this.#file), { recursive: true });
    const next = `${this.#file}.${process.pid}`;
    writeFileSync(next, JSON.stringify(this.#entries, null, 1));
    renameSync(next, this.#file);
  }
}

/**
 * @param {readonly string[]} command
 * @param {readonly string[]} inputs
 */
function digest(command, inputs) {
  const hash = createHash('sha256').update(JSON.stringify(command));
  for (const input of [...inputs].sort()) hash.update(`\n${input} ${stamp(input)}`);
  return hash.digest('hex').slice(0, 24);
}

/**
 * @param {string} file relative to the root, or absolute
 * @returns {string} changes when the file does
 */
export function stamp(file) {
  const info = statSync(file.startsWith('/') ? file : join(root, file), { throwIfNoEntry: false });
  return info ? `${info.size} ${info.mtimeMs}` : 'absent';
}

/**
 * @param {string} folder relative to the root; a missing one holds nothing
 * @param {RegExp} pattern of the file's name
 * @param {{ deep?: boolean }} [options] deep: also look into folders below
 * @returns {string[]} files, relative to the root, sorted
 */
export function filesIn(folder, pattern, { deep = false } = {}) {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true, recursive: deep })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}
