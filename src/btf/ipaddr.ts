const V4_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** The text of 16 address bytes: dotted for IPv4-mapped ones, else as RFC 5952 prescribes. */
export function ipText(u8: Uint8Array, at: number): string {
  if (isMapped(u8, at)) return `${u8[at + 12]}.${u8[at + 13]}.${u8[at + 14]}.${u8[at + 15]}`;
  const groups = Array.from({ length: 8 }, (_, i) => u8[at + 2 * i] * 256 + u8[at + 2 * i + 1]);
  const [start, length] = longestZeros(groups);
  if (length < 2) return join(groups);
  return `${join(groups.slice(0, start))}::${join(groups.slice(start + length))}`;
}

function isMapped(u8: Uint8Array, at: number): boolean {
  for (let i = 0; i < 12; i++) {
    if (u8[at + i] !== V4_PREFIX[i]) return false;
  }
  return true;
}

function join(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':');
}

/** The first of the longest runs of zero groups, as [start, length]. */
function longestZeros(groups: readonly number[]): [number, number] {
  let best: [number, number] = [0, 0];
  let start = 0;
  for (let i = 0; i < groups.length; i++) {
    if (groups[i] !== 0) start = i + 1;
    else if (i + 1 - start > best[1]) best = [start, i + 1 - start];
  }
  return best;
}

/**
 * The 16 bytes of an IPv4 address (mapped into IPv6) or an IPv6 address without a zone.
 * @throws RangeError when the text is neither
 */
export function ipBytes(text: string): Uint8Array {
  const bytes = text.includes(':') ? v6Bytes(text) : [...V4_PREFIX, ...(v4Bytes(text) ?? [])];
  if (bytes?.length !== 16) throw new RangeError(`'${text}' is not an IP address`);
  return Uint8Array.from(bytes);
}

function v4Bytes(text: string): number[] | undefined {
  const parts = text.split('.');
  const valid = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return valid ? parts.map(Number) : undefined;
}

function v6Bytes(text: string): number[] | undefined {
  const halves = text.split('::');
  const [head, tail] = halves.map((half, i) => groupBytes(half, i === halves.length - 1));
  if (!head || halves.length > 2) return undefined;
  if (halves.length === 1) return head;
  // '::' stands for at least one group.
  return tail && head.length + tail.length <= 14
    ? [...head, ...new Array(16 - head.length - tail.length).fill(0), ...tail]
    : undefined;
}

/** The bytes of groups between colons; the last of all may be a dotted IPv4 address. */
function groupBytes(text: string, last: boolean): number[] | undefined {
  const groups = text === '' ? [] : text.split(':');
  const bytes = groups.map((group, i) => {
    if (last && i === groups.length - 1 && group.includes('.')) return v4Bytes(group);
    return /^[0-9a-f]{1,4}$/i.test(group)
      ? [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]
      : undefined;
  });
  return bytes.includes(undefined) ? undefined : bytes.flatMap((pair) => pair ?? []);
}
