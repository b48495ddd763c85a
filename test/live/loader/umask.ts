/** The kinds of record that test/bpf/rings.bpf.c can be asked for. */
export const Kind = { note: 0, page: 1, discarded: 2 } as const;

/**
 * Asks for a record by a call of umask(), which the program traces: when this returns, it is in the ring, or lost.
 * @param number up to 65535
 * @param length of a page's text, up to 16383 bytes
 */
export function ask(kind: keyof typeof Kind, number: number, length = 0): void {
  process.umask(((Kind[kind] << 30) | (length << 16) | number) >>> 0);
}

const inherited = process.umask();

export function restoreUmask(): void {
  process.umask(inherited);
}
