import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { say } from '../scripts/lib/run.mjs';

/** The tools that have peers to be compared with. */
export type Subject = 'execsnoop' | 'opensnoop' | 'tcplife' | 'tcpconnect';

/** How its rows leave a tool: the file or the pipe that its standard output is. */
export type Output = 'file' | 'pipe';

/** Someone's tool for a subject, started in one way. */
export interface Contender {
  readonly name: string;
  readonly peer: boolean;
  readonly output: Output;
  command(subject: Subject, args?: readonly string[]): readonly string[];
  /** The same, writing each row at once also where standard output is a pipe. */
  prompt(subject: Subject): readonly string[];
}

/** Ours. */
export const command = [process.execPath, fileURLToPath(new URL('../bin/ebpf-kit.js', import.meta.url))];

function ours(name: string, output: Output, ...more: readonly string[]): Contender {
  const words = (subject: Subject, args: readonly string[] = []) => [...command, subject, ...more, ...args];
  return { name, peer: false, output, command: words, prompt: words };
}

function libbpfTools(name: string, output: Output): Contender {
  const words = (subject: Subject, args: readonly string[] = []) => [`/usr/sbin/${subject}`, ...args];
  return { name, peer: true, output, command: words, prompt: (subject) => ['stdbuf', '-oL', ...words(subject)] };
}

export const bpftrace: Contender = {
  name: 'bpftrace',
  peer: true,
  output: 'file',
  command: (subject) => ['bpftrace', `/usr/sbin/${subject}.bt`],
  prompt: (subject) => ['bpftrace', '-B', 'line', `/usr/sbin/${subject}.bt`],
};

export const text = ours('ebpf-kit', 'file');
export const json = ours('ebpf-kit --json', 'file', '--json');
export const csv = ours('ebpf-kit --csv', 'file', '--csv');
export const libbpf = libbpfTools('libbpf-tools', 'file');

/** Each tool, with what it writes going to a file. */
export const tools: readonly Contender[] = [text, json, libbpf, bpftrace];
/** And to a pipe. */
export const outputs: readonly Contender[] = [
  text,
  ours('ebpf-kit, to a pipe', 'pipe'),
  json,
  ours('ebpf-kit --json, to a pipe', 'pipe', '--json'),
  libbpf,
  libbpfTools('libbpf-tools, to a pipe', 'pipe'),
  bpftrace,
];

const told = new Set<string>();

/** Those whose programs are on this machine; says once who is not. */
export function present(contenders: readonly Contender[], subject: Subject): Contender[] {
  return contenders.filter((contender) => {
    const file = contender.command(subject).find((word) => word.startsWith('/usr/sbin/'));
    if (!file || existsSync(file)) return true;
    if (!told.has(file)) say(`without ${file}: it is not installed`);
    told.add(file);
    return false;
  });
}
