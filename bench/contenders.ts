import { fileURLToPath } from 'node:url';

const ours = [process.execPath, fileURLToPath(new URL('../bin/ebpf-kit.js', import.meta.url)), 'execsnoop'];

/** A tool that shows every exec. The first one is what the others are compared with. */
export interface Contender {
  readonly name: string;
  readonly command: readonly string[];
  /** The same, writing each row at once also where standard output is a pipe. */
  readonly prompt: readonly string[];
}

export const contenders: readonly Contender[] = [
  { name: 'ebpf-kit', command: ours, prompt: ours },
  { name: '--json', command: [...ours, '--json'], prompt: [...ours, '--json'] },
  {
    name: 'libbpf-tools',
    command: ['/usr/sbin/execsnoop'],
    prompt: ['stdbuf', '-oL', '/usr/sbin/execsnoop'],
  },
  {
    name: 'bpftrace',
    command: ['bpftrace', '/usr/sbin/execsnoop.bt'],
    prompt: ['bpftrace', '-B', 'line', '/usr/sbin/execsnoop.bt'],
  },
];
