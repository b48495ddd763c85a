import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { monotonic } from './monotonic.ts';

/** Names of the kernel's functions. */
export interface KernelSymbols {
  /** `tcp_v4_rcv+0x1a2`, with ` [module]` behind it; the address itself where no function is known there. */
  name(address: string): string;
  /** The same by what is known already: of code that is newer, it may be wrong. */
  glance(address: string): string;
  /** Reads them now, if they have not been read yet: later, nothing would be done meanwhile for that long. */
  load(): void;
}

/** Code that comes and goes (modules, BPF programs) is looked for anew no more often than this, ms: it takes 0.1 s. */
const TRUST = 1000;
/** What is further from the beginning of the last known function is no part of it. */
const LONGEST = 1024 * 1024;
/** Addresses whose names are kept: those of a running machine are a few hundred. */
const CACHED = 65536;

/** @param file in the format of /proc/kallsyms; read when the first name is asked for */
export function openKernelSymbols(file = '/proc/kallsyms'): KernelSymbols {
  const names = new Map<string, string>();
  let table: SymbolTable | undefined;
  let read = -Infinity;

  const load = (): SymbolTable => {
    read = monotonic();
    table = readSymbols(readFileSync(file));
    return table;
  };
  const find = (address: string): string => {
    const offset = Number.parseInt(address.slice(TOP), 16);
    const fresh = !table;
    const known = table ?? load();
    if (!fresh && !known.surely(offset) && monotonic() - read > TRUST) return load().name(offset) ?? address;
    return known.name(offset) ?? address;
  };
  return {
    load: () => void (table ?? load()),
    glance: (address) =>
      names.get(address) ?? (table ?? load()).name(Number.parseInt(address.slice(TOP), 16)) ?? address,
    name(address) {
      if (address.length !== WHOLE) return address;
      let name = names.get(address);
      if (name === undefined) {
        name = find(address);
        if (names.size >= CACHED) names.clear();
        names.set(address, name);
      }
      return name;
    },
  };
}

/**
 * Whether the kernel tells this process where its functions are: sysctl kernel.kptr_restrict and
 * kernel.perf_event_paranoid decide, and CAP_SYSLOG. If not, all addresses are zeros.
 */
export function tellsSymbols(file = '/proc/kallsyms'): boolean {
  const start = Buffer.alloc(8192);
  const fd = openSync(file, 'r');
  try {
    const text = start.toString('latin1', 0, readSync(fd, start));
    return /^(?!0+ )[0-9a-f]+ /m.test(text);
  } finally {
    closeSync(fd);
  }
}

/**
 * Kernel addresses are in the highest 2^48 bytes, beyond what a number can hold; the offset in there fits. So the
 * text of an address is taken without the `0xffff` at its beginning.
 */
const TOP = '0xffff'.length;
const WHOLE = '0x'.length + 16;

/** Functions by their address. */
interface SymbolTable {
  name(offset: number): string | undefined;
  /** False where something newer than the table may be. */
  surely(offset: number): boolean;
}

const NEWLINE = 0x0a;
const F = 0x66;
/** Letters of nm(1) for code: T, W, t, w. */
const CODE: ReadonlySet<number> = new Set([0x54, 0x57, 0x74, 0x77]);

/** Each line is `ffffffff81000000 T name`, with `\t[module]` behind it. */
function readSymbols(text: Buffer): SymbolTable {
  const found: number[] = [];
  for (let at = 0; at < text.length; at = lineEnd(text, at) + 1) {
    if (text[at] === F && CODE.has(text[at + 17])) found.push(at);
  }
  const known = Float64Array.from(found, (line) => hexOf(text, line + 4) * 0x1000000 + hexOf(text, line + 10));
  // most of them come sorted; what has the same address keeps its order
  const order = found.map((_, i) => i).sort((a, b) => known[a] - known[b]);
  const offsets = Float64Array.from(order, (i) => known[i]);
  const lines = Uint32Array.from(order, (i) => found[i]);

  const words = (index: number) => text.toString('latin1', lines[index] + 19, lineEnd(text, lines[index])).split('\t');
  const moduleOf = (index: number) => words(index)[1];
  return {
    name(offset) {
      const index = lastUpTo(offsets, offset);
      if (index < 0 || offset - offsets[index] > LONGEST) return undefined;
      const [name, module] = words(index);
      return `${name}+0x${(offset - offsets[index]).toString(16)}${module ? ` ${module}` : ''}`;
    },
    surely(offset) {
      const index = lastUpTo(offsets, offset);
      if (index < 0 || index + 1 >= offsets.length) return false;
      const module = moduleOf(index);
      return module !== '[bpf]' && module === moduleOf(index + 1);
    },
  };
}

/** Six digits; a number of that many bits is a small one, and quick. */
function hexOf(text: Buffer, start: number): number {
  let value = 0;
  for (let at = start; at < start + 6; at++) value = (value << 4) | ((text[at] & 0xf) + (text[at] >> 6) * 9);
  return value;
}

function lineEnd(text: Buffer, at: number): number {
  const end = text.indexOf(NEWLINE, at);
  return end < 0 ? text.length : end;
}

/** The index of the last element that is not greater, and of several equal ones the first; -1: there is none. */
function lastUpTo(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  let index = low - 1;
  while (index > 0 && sorted[index - 1] === sorted[index]) index--;
  return index;
}

/** The running kernel's. */
export const kernelSymbols = openKernelSymbols();
