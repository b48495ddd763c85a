import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * A root folder that holds one Node with the C and C++ libraries it needs, `env` (which starts the command), npm's
 * own files, and nothing else: no shell, no compiler, no Python, no libbpf.
 */
export interface BareRoot extends Disposable {
  /** The folder, as this process sees it. */
  readonly folder: string;
  /**
   * Starts a program inside. Mounts are private to it, so they are gone when it is.
   * @param stdio as for spawn
   */
  start(command: readonly string[], stdio?: ('ignore' | 'pipe')[]): ChildProcess;
}

/** "$1" is the root, "$2" the number of files to show inside, then come those files, then the command. */
const enter = `
set -e
root=$1 count=$2
shift 2
while [ "$count" -gt 0 ]; do
  mount --bind "$1" "$root$2"
  shift 2
  count=$((count - 1))
done
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
exec chroot "$root" "$@"
`;

/**
 * @param node executable
 * @param tarball of the package, seen as /ebpf-kit.tgz
 */
export function bareRoot(node: string, tarball: string): BareRoot {
  const folder = mkdtempSync(join(tmpdir(), 'ebpf-kit-bare-'));
  const shown = new Map([[tarball, '/ebpf-kit.tgz']]);
  const env = realpathSync('/usr/bin/env');
  shown.set(node, '/usr/bin/node').set(env, '/usr/bin/env');
  for (const library of [...librariesOf(node), ...librariesOf(env)]) shown.set(library, library);
  for (const file of shown.values()) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
  shown.set(npmFolder(), '/npm');
  for (const name of ['proc', 'sys', 'dev', 'tmp', 'npm', 'root']) mkdirSync(join(folder, name));
  const files = [...shown].flat();
  return {
    folder,
    start: (command, stdio = ['ignore', 'pipe', 'pipe']) =>
      spawn('unshare', ['--mount', 'sh', '-c', enter, 'sh', folder, String(shown.size), ...files, ...command], {
        stdio,
        env: { PATH: '/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin', HOME: '/root' },
      }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The shared libraries of a program, and the loader, where the loader looks for them. */
function librariesOf(program: string): string[] {
  return [...execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path);
}

function npmFolder(): string {
  const npm = process.env.npm_execpath ?? execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim();
  return dirname(dirname(realpathSync(npm)));
}
