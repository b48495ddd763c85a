import type { Maps } from './define.ts';

/** Room for text in one entry, bytes; behind it comes a NUL (struct note of bpf/include/control.h). */
const PIECE = 4095;

/** How many entries the map `notes` needs for a text; for `ControlSetup.sizes`. */
export const notesFor = (text: string): number => pieces(text).length;

/** Keeps a text in the map `notes`, which must have room for it: other commands read it there. */
export function writeNotes(maps: Maps, text: string): void {
  for (const [i, piece] of pieces(text).entries()) maps.update('notes', i as never, { text: piece } as never);
}

/** The text that `writeNotes` has kept. */
export function readNotes(maps: Maps): string {
  const entries = maps.readMap('notes') as unknown as [number, { readonly text: string }][];
  return entries
    .toSorted(([one], [other]) => one - other)
    .map(([, { text }]) => text)
    .join('');
}

/** Cut between characters, and never empty. */
function pieces(text: string): string[] {
  const cut: string[] = [];
  for (let rest = Buffer.from(text); rest.length > 0; ) {
    let end = Math.min(rest.length, PIECE);
    // bytes that continue a character of UTF-8: RFC 3629, 3
    while (end < rest.length && (rest[end] & 0xc0) === 0x80) end--;
    cut.push(rest.toString('utf8', 0, end));
    rest = rest.subarray(end);
  }
  return cut.length ? cut : [''];
}
