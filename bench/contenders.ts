import { fileURLToPath } from 'node:url';

/** The tools that have peers to be compared with. */
export type Subject = 'execsnoop' | 'opensnoop';

/** Ours. */
export const command = [process.execPath, fileURLToPath(new URL('../bin/ebpf-kit.js', import.meta.url))];

/** Someone's tool for a subject. The first one is what the others are compared with. */
export interface Contender {
  readonly name: string;
  command(subject: Subject): readonly string[];
  /** The same, writing each row at once also where standard output is a pipe. */
  prompt(subject: Subject): readonly string[];
}

const ours = (subject: Subject) => [...command, subject];
const json = (subject: Subject) => [...ours(subject), '--json'];

export const contenders: readonly Contender[] = [
  { name: 'ebpf-kit', command: ours, prompt: ours },
  { name: '--json', command: json, prompt: json },
  {
    name: 'libbpf-tools',
    command: (subject) => [`/usr/sbin/${subject}`],
    prompt: (subject) => ['stdbuf', '-oL', `/usr/sbin/${subject}`],
  },
  {
    name: 'bpftrace',
    command: (subject) => ['bpftrace', `/usr/sbin/${subject}.bt`],
    prompt: (subject) => ['bpftrace', '-B', 'line', `/usr/sbin/${subject}.bt`],
  },
];
