import { type BigIntStats, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { containerId } from './cgroups.ts';
import { monotonic } from './monotonic.ts';
import { mountPoint } from './mounts.ts';

/** A cgroup that is not found is looked for again after this time, ms: the whole tree is read for it. */
const PATIENCE = 2000;

/** Paths of cgroups (v2) below their root, by their ids. */
export class CgroupPaths {
  readonly #root: string | undefined;
  readonly #paths = new Map<string, string>();
  #read = -Infinity;

  constructor(root = mountPoint('cgroup2')) {
    this.#root = root;
  }

  /** `/system.slice/cron.service`; null: there is none with this id, or no longer, or not where this process looks. */
  pathOf(id: string): string | null {
    const known = this.#paths.get(id);
    if (known !== undefined) return known;
    if (monotonic() - this.#read < PATIENCE || this.#root === undefined) return null;
    this.#read = monotonic();
    this.#walk(this.#root, '/');
    return this.#paths.get(id) ?? null;
  }

  #walk(directory: string, path: string): void {
    let stat: BigIntStats;
    let names: string[];
    try {
      stat = statSync(directory, { bigint: true });
      names = readdirSync(directory, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name);
    } catch {
      // it has gone meanwhile
      return;
    }
    this.#paths.set(`${stat.ino}`, path);
    for (const name of names) this.#walk(join(directory, name), join(path, name));
  }
}

/** What made a container, by what stands before its id in the cgroup's path: the last one, where one is in another. */
const MAKERS: Readonly<Record<string, string>> = {
  docker: 'docker',
  libpod: 'podman',
  crio: 'crio',
  containerd: 'containerd',
  kubepods: 'kubepods',
};
const LAST_MAKER = new RegExp(`.*(${Object.keys(MAKERS).join('|')})`);

/** `docker:1f2e3d4c5b6a` (the id's first 12 digits); the path itself where it names no container. */
export function containerName(path: string): string {
  const id = containerId(path);
  if (id === undefined) return path;
  const [, word] = LAST_MAKER.exec(path.slice(0, path.lastIndexOf(id))) ?? [];
  return `${word === undefined ? 'container' : MAKERS[word]}:${id.slice(0, 12)}`;
}
