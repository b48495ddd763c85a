import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, gunzipSync, gzip } from 'node:zlib';

/**
 * A recording is a row of blocks, and each block is a member of a gzip file (RFC 1952): `zcat` reads all of them. The
 * member's extra field tells its length, as in BGZF, so that a reader knows where the next one begins; gzip's own CRC
 * tells whether a block is what was written. A block is written as a whole: what is cut off is always the last one, and
 * of that the lines are read that are whole.
 */

/** ID1, ID2, CM and FLG: gzip, deflate, with an extra field. */
const MAGIC = Buffer.of(0x1f, 0x8b, 8, 4);
/** What gzip writes before the data when it has no extra field. */
const PLAIN_HEADER = 10;
/** Our subfield: two letters, the length of its data, and the length of the whole member in bytes. */
const SUBFIELD = 'EK';
const HEADER = PLAIN_HEADER + 2 + 8;
/** What no block comes near to, compressed or not: what claims to is damaged. */
const LARGEST = 256 * 1024 * 1024;

const compress = promisify<string, { level: number }, Buffer>(gzip);

/** One block with this text. */
export async function encodeBlock(text: string): Promise<Buffer> {
  const member = await compress(text, { level: constants.Z_BEST_SPEED });
  const header = Buffer.alloc(HEADER);
  MAGIC.copy(header);
  // operating system: unknown
  header[9] = 255;
  header.writeUInt16LE(8, 10);
  header.write(SUBFIELD, 12, 'latin1');
  header.writeUInt16LE(4, 14);
  header.writeUInt32LE(HEADER + member.length - PLAIN_HEADER, 16);
  return Buffer.concat([header, member.subarray(PLAIN_HEADER)]);
}

/** How a row of blocks ends: as it should, in the middle of a block, or with bytes that are none. */
export interface Tail {
  readonly state: 'whole' | 'cut' | 'damaged';
  /** How many bytes there are before the end, or before the block that cannot be read. */
  readonly at: number;
}

/** The texts of the blocks, up to the first one that is damaged. @param told told how many bytes were read, before each */
export async function* readBlocks(
  file: FileHandle,
  told: (at: number) => void = () => {},
): AsyncGenerator<string, Tail> {
  for (let at = 0; ; ) {
    told(at);
    const header = await readBytes(file, HEADER);
    if (header.length === 0) return { state: 'whole', at };
    if (!header.subarray(0, MAGIC.length).equals(MAGIC.subarray(0, header.length))) return { state: 'damaged', at };
    if (header.length < HEADER) return { state: 'cut', at: at + header.length };
    const size = header.readUInt32LE(16);
    const known = header.toString('latin1', 12, 14) === SUBFIELD && size > HEADER && size <= LARGEST;
    if (!known) return { state: 'damaged', at };
    const rest = await readBytes(file, size - HEADER);
    const cut = rest.length < size - HEADER;
    let text: string;
    try {
      text = decodeBlock(Buffer.concat([header, rest]), cut);
    } catch {
      return { state: 'damaged', at };
    }
    if (text !== '') yield text;
    at += HEADER + rest.length;
    if (cut) return { state: 'cut', at };
  }
}

/** @param cut its end is missing: the lines are left out of which no more is there @throws Error: it is none */
function decodeBlock(member: Buffer, cut: boolean): string {
  const finishFlush = cut ? constants.Z_SYNC_FLUSH : constants.Z_FINISH;
  const text = gunzipSync(member, { maxOutputLength: LARGEST, finishFlush });
  return text.subarray(0, text.lastIndexOf('\n') + 1).toString();
}

/** So many bytes from where the last read ended, or fewer at the file's end; it may be a pipe. */
async function readBytes(file: FileHandle, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, null);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
