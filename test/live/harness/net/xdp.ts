import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { start, type Tool } from '../tool.ts';
import { CABLE, type Host } from './hosts.ts';

/** What `ip` says of XDP at the cable: undefined, or the id of its program. */
export function programAt(host: Host): number | undefined {
  return JSON.parse(host.ip('-j', '-d', 'link', 'show', CABLE))[0].xdp?.prog?.id;
}

/** Words before a command: there it finds a BPF file system of its own, which ends with the test. */
export async function withPins(host: Host): Promise<readonly string[]> {
  const mount = 'mount --make-rprivate / && mount -t bpf bpf /sys/fs/bpf && echo mounted && exec sleep infinity';
  const keeper = start([], { under: ['unshare', '-m', 'sh', '-c', mount, 'sh'] });
  onTestFinished(async () => {
    keeper.process.kill('SIGKILL');
    if (keeper.process.exitCode === null && keeper.process.signalCode === null) await once(keeper.process, 'exit');
  });
  await keeper.stdout.until('mounted\n');
  return ['nsenter', '-t', `${keeper.pid}`, '-m', '-r', `--net=/run/netns/${host.netns}`];
}

/** A control tool that runs at a host's cable, attached. */
export async function controlling(host: Host, words: readonly string[], env = {}): Promise<Tool> {
  const tool = start([...words, '--ready-fd', '3'], { under: host.inside, env });
  await tool.ready;
  return tool;
}
