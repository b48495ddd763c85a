import { spawnSync } from 'node:child_process';
import { cpus, loadavg, release } from 'node:os';

const PEERS = ['libbpf-tools', 'bpftrace', 'xdp-tools', 'nethogs', 'iftop', 'iperf3', 'nftables', 'iptables', 'strace'];

/** What figures depend on, apart from what else runs. */
export function machine() {
  const processors = cpus();
  return {
    kernel: release(),
    processor: processors[0].model,
    processors: processors.length,
    node: process.versions.node,
    /** Version of each package that is installed. */
    peers: Object.fromEntries(PEERS.flatMap((name) => version(name) ?? [])),
    load: Number(loadavg()[0].toFixed(2)),
  };
}

export type Machine = ReturnType<typeof machine>;

/** As `uname` and the package manager name them. */
export function formatMachine(m: Machine): string {
  const peers = Object.entries(m.peers).map(([name, version]) => `${name} ${version}`);
  return (
    `Linux ${m.kernel}, ${m.processor} × ${m.processors}, Node.js ${m.node},\n` +
    `${peers.join(', ')}; load at the start: ${m.load}`
  );
}

function version(name: string): [[string, string]] | undefined {
  const { stdout } = spawnSync('dpkg-query', ['--status', name], { encoding: 'utf8' });
  const [, found] = /^Version: (.*)$/m.exec(stdout ?? '') ?? [];
  return found ? [[name, found]] : undefined;
}
