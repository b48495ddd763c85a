import { UsageError } from '../kit/errors.ts';
import { escapeText } from '../kit/text.ts';
import { DEFECTS, type Defect, type FlagTest } from './model.ts';
import { FLAGS, nameOf, PROTOCOLS, unknownName } from './names.ts';

/** `tcp,47`: protocols by name or number, in order. @throws UsageError */
export function parseProtocols(text: string): readonly number[] {
  return ordered(
    text.split(',').map((item) => {
      const name = item.trim().toLowerCase();
      const number = /^\d{1,3}$/.test(name) ? Number(name) : PROTOCOLS[name];
      if (number === undefined) throw unknownName('protocol', item.trim(), Object.keys(PROTOCOLS));
      if (number > 255) throw new UsageError(`"${name}" is no protocol: a protocol is 0 to 255, or a name`);
      return number;
    }),
  );
}

export const formatProtocols = (protocols: readonly number[]): string =>
  protocols.map((number) => nameOf(PROTOCOLS, number)).join(',');

/** `syn,!ack`: flags that are set, and with `!` those that are not. @throws UsageError */
export function parseFlags(text: string): readonly FlagTest[] {
  let [set, mask] = [0, 0];
  for (const item of text.split(',')) {
    const [, no, name] = /^(!?)(.*)$/.exec(item.trim().toLowerCase()) ?? [];
    const bit = Object.hasOwn(FLAGS, name) ? FLAGS[name] : name === 'none' && !no ? 0 : undefined;
    if (bit === undefined) throw unknownName('TCP flag', name, [...Object.keys(FLAGS), 'none']);
    const wanted = no ? 0 : bit;
    if (mask & bit && (set & bit) !== wanted)
      throw new UsageError(`"${escapeText(text)}" contradicts itself: ${name} is to be set and not to be set`);
    set |= wanted;
    mask |= bit || 0xff;
  }
  if (set & ~mask || (mask === 0xff && text.includes('none') && set !== 0))
    throw new UsageError(`"${escapeText(text)}" contradicts itself: none, and a flag`);
  return [{ set, mask }];
}

export function formatFlags({ set, mask }: FlagTest): string {
  if (mask === 0xff && set === 0) return 'none';
  return Object.entries(FLAGS)
    .filter(([, bit]) => mask & bit)
    .map(([name, bit]) => (set & bit ? name : `!${name}`))
    .join(',');
}

/** `02:00:00:00:00:01,…`, also with dashes. @throws UsageError */
export function parseMacs(text: string): readonly string[] {
  return ordered(
    text.split(',').map((item) => {
      const mac = item.trim().toLowerCase().replaceAll('-', ':');
      if (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac)) return mac;
      throw new UsageError(`"${escapeText(item)}" is no MAC address`, 'write for example 02:00:00:00:00:01');
    }),
  );
}

/** `land,tcp-null`, or `all`. @throws UsageError */
export function parseDefects(text: string): readonly Defect[] {
  const names = text.split(',').map((item) => item.trim().toLowerCase());
  const wanted = new Set(names);
  for (const name of names) {
    if (name !== 'all' && !DEFECTS.includes(name as Defect))
      throw unknownName('kind of malformed packet', name, [...DEFECTS, 'all']);
  }
  return DEFECTS.filter((defect) => wanted.has('all') || wanted.has(defect));
}

export const formatDefects = (defects: readonly Defect[]): string =>
  defects.length === DEFECTS.length ? 'all' : defects.join(',');

/** `100` or `100/s`: packets per second. @throws UsageError */
export function parseRate(text: string): number {
  const rate = Number(/^(\d{1,9})(?:\/s)?$/.exec(text)?.[1]);
  if (rate >= 1 && rate <= MAX_RATE) return rate;
  throw new UsageError(`"${escapeText(text)}" is no rate: packets per second are 1 to ${MAX_RATE}`);
}

/** Above this, an interval in ns is too coarse. */
const MAX_RATE = 10_000_000;

/** `5`, `0.1` or `5%`. @throws UsageError */
export function parsePercent(text: string): number {
  const percent = Number(/^(\d{1,3}(?:\.\d{1,6})?)%?$/.exec(text)?.[1]);
  if (percent > 0 && percent <= 100) return percent;
  throw new UsageError(`"${escapeText(text)}" is no percentage: write more than 0, up to 100`);
}

/** Each once, in order. */
export function ordered<T extends number | string>(values: readonly T[]): readonly T[] {
  return [...new Set(values)].sort((one, other) => (one < other ? -1 : 1));
}
