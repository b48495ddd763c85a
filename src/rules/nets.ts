import { ipText } from '../btf/ipaddr.ts';
import { UsageError } from '../kit/errors.ts';
import { escapeText } from '../kit/text.ts';
import type { Net } from './model.ts';
import { v6Groups } from './v6-groups.ts';

/**
 * `10.0.0.0/8,192.0.2.1,2001:db8::/32`: networks in CIDR notation and single addresses. Bits behind the prefix do not
 * matter.
 * @throws UsageError
 */
export function parseNets(text: string): readonly Net[] {
  return text.split(',').map((item) => parseNet(item.trim()));
}

/** @throws UsageError */
export function parseNet(text: string): Net {
  const net = parseV4(text) ?? parseV6(text);
  if (net) return net;
  throw new UsageError(
    `"${escapeText(text)}" is no address and no network`,
    'write for example 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32',
  );
}

/** By hand: block lists have very many of them. */
function parseV4(text: string): Net | undefined {
  let word = 0;
  let part = -1;
  let parts = 0;
  let i = 0;
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 47) break;
    if (code === 46 && part >= 0) {
      word = word * 256 + part;
      part = -1;
      parts++;
    } else if (code >= 48 && code <= 57 && part !== 0) {
      part = (part < 0 ? 0 : part * 10) + code - 48;
      if (part > 255) return undefined;
    } else return undefined;
  }
  if (parts !== 3 || part < 0) return undefined;
  const length = i === text.length ? 32 : prefixLength(text.slice(i), 32);
  return length === undefined ? undefined : { family: 4, words: [masked(word * 256 + part, length)], length };
}

function parseV6(text: string): Net | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const length = prefixLength(slash < 0 ? '' : text.slice(slash), 128);
  const groups = length === undefined ? undefined : v6Groups(address);
  if (length === undefined || !groups) return undefined;
  const word = (i: number) => masked(groups[2 * i] * 65536 + groups[2 * i + 1], length - 32 * i);
  return { family: 6, words: [word(0), word(1), word(2), word(3)], length };
}

/** Of '/8', or the whole address of ''. */
function prefixLength(text: string, whole: number): number | undefined {
  if (text === '') return whole;
  const length = /^\/\d{1,3}$/.test(text) ? Number(text.slice(1)) : whole + 1;
  return length <= whole ? length : undefined;
}

/** The word without the bits behind the first `bits` of it; as an unsigned number. */
export function masked(word: number, bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? word : (word & (0xffffffff << (32 - bits))) >>> 0;
}

/** 10.0.0.0/8, or an address alone. */
export function formatNet({ family, words, length }: Net): string {
  const text = family === 4 ? formatV4(words[0]) : formatV6(words);
  return length === (family === 4 ? 32 : 128) ? text : `${text}/${length}`;
}

const formatV4 = (word: number) => `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;

function formatV6(words: readonly number[]): string {
  const bytes = Buffer.alloc(16);
  for (const [i, word] of words.entries()) bytes.writeUInt32BE(word, 4 * i);
  const text = ipText(bytes, 0);
  // what ipText takes for IPv4 is meant as it is here
  return text.includes(':') ? text : `::ffff:${text}`;
}

/** In the order of addresses, a network before those within it. */
export function compareNets(one: Net, other: Net): number {
  if (one.family !== other.family) return one.family - other.family;
  if (one.family === 4) return one.words[0] - other.words[0] || one.length - other.length;
  for (let i = 0; i < one.words.length; i++) {
    if (one.words[i] !== other.words[i]) return one.words[i] - other.words[i];
  }
  return one.length - other.length;
}

/** Whether all addresses of `inner` are those of `outer`, too. */
export function contains(outer: Net, inner: Net): boolean {
  if (outer.family !== inner.family || outer.length > inner.length) return false;
  if (outer.family === 4) return masked(inner.words[0], outer.length) === outer.words[0];
  return outer.words.every((word, i) => masked(inner.words[i], outer.length - 32 * i) === word);
}

/** Networks in order, each once. */
export function sortNets(nets: readonly Net[]): readonly Net[] {
  return orderNets(nets).filter((net, i, sorted) => i === 0 || compareNets(net, sorted[i - 1]) !== 0);
}

/** Networks in order. */
export function orderNets(nets: readonly Net[]): readonly Net[] {
  if (isOrdered(nets)) return nets;
  const v4 = nets.filter(({ family }) => family === 4);
  const v6 = nets.filter(({ family }) => family === 6).sort(compareNets);
  return [...orderV4(v4), ...v6];
}

export function isOrdered(nets: readonly Net[]): boolean {
  for (let i = 1; i < nets.length; i++) if (compareNets(nets[i - 1], nets[i]) > 0) return false;
  return true;
}

/** As numbers, and made anew from these: what is looked at in its order had better lie in memory so. */
function orderV4(nets: readonly Net[]): Net[] {
  const keys = Float64Array.from(nets, ({ words, length }) => words[0] * 64 + length).sort();
  return Array.from(keys, (key): Net => ({ family: 4, words: [Math.floor(key / 64)], length: key % 64 }));
}

/** Pairs of networks of which the second lies within the first one. @param nets in order */
export function overlaps(nets: readonly Net[]): readonly (readonly [outer: Net, inner: Net])[] {
  const pairs: [Net, Net][] = [];
  const open: Net[] = [];
  for (const net of nets) {
    while (open.length > 0 && !contains(open[open.length - 1], net)) open.pop();
    if (open.length > 0) pairs.push([open[open.length - 1], net]);
    open.push(net);
  }
  return pairs;
}
