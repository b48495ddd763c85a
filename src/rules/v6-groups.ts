import { ipBytes } from '../btf/ipaddr.ts';

const [COLON, DOT] = [58, 46];

/** The eight groups of an IPv6 address (RFC 4291, 2.2); undefined: it is none. By hand: block lists have very many. */
export function v6Groups(text: string): readonly number[] | undefined {
  const groups: number[] = [];
  let gap = -1;
  let [group, digits] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) return endingLikeV4(text);
    if (code !== COLON) {
      const digit = hexDigit(code);
      if (digit < 0 || ++digits > 4) return undefined;
      group = group * 16 + digit;
      continue;
    }
    if (digits > 0) groups.push(group);
    const isGap = text.charCodeAt(i + 1) === COLON;
    if (isGap ? gap >= 0 : digits === 0 || i + 1 === text.length) return undefined;
    if (isGap) {
      gap = groups.length;
      i++;
    }
    [group, digits] = [0, 0];
  }
  if (digits > 0) groups.push(group);
  if (gap < 0 ? groups.length !== 8 : groups.length > 7) return undefined;
  if (gap < 0) return groups;
  const zeros = new Array<number>(8 - groups.length).fill(0);
  return [...groups.slice(0, gap), ...zeros, ...groups.slice(gap)];
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

function endingLikeV4(text: string): readonly number[] | undefined {
  if (!text.includes(':')) return undefined;
  try {
    const bytes = Buffer.from(ipBytes(text));
    return Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i));
  } catch {
    return undefined;
  }
}
