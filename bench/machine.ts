import { spawnSync } from 'node:child_process';
import { cpus, loadavg, release } from 'node:os';

/** What figures depend on, apart from what else runs. */
export function machine() {
  const processors = cpus();
  return {
    kernel: release(),
    processor: processors[0].model,
    processors: processors.length,
    node: process.versions.node,
    'libbpf-tools': version('libbpf-tools'),
    bpftrace: version('bpftrace'),
    load: Number(loadavg()[0].toFixed(2)),
  };
}

export type Machine = ReturnType<typeof machine>;

/** As `uname` and the package manager name them. */
export function formatMachine(m: Machine): string {
  return (
    `Linux ${m.kernel}, ${m.processor} × ${m.processors}, Node.js ${m.node},\n` +
    `libbpf-tools ${m['libbpf-tools']}, bpftrace ${m.bpftrace}; load at the start: ${m.load}`
  );
}

function version(name: string): string {
  const { stdout } = spawnSync('dpkg-query', ['--status', name], { encoding: 'utf8' });
  return /^Version: (.*)$/m.exec(stdout)?.[1] ?? 'of unknown version';
}
