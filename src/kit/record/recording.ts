import { type FileHandle, open } from 'node:fs/promises';
import { causeOf } from '../../host/errno.ts';
import { ExitCode, KitError } from '../errors.ts';
import { readBlocks, type Tail } from './block.ts';
import { type FieldInfo, FORMAT, type Header, type Line } from './format.ts';

/** A recording that is being read. */
export interface Recording extends AsyncDisposable {
  readonly path: string;
  readonly header: Header;
  /** What an event has; nothing where there is none. */
  readonly fields: readonly FieldInfo[];
  readonly resolved: readonly FieldInfo[];
  /** How much of the file has been read: 0 to 1. */
  readonly progress: number;
  /** All lines behind these, up to the first block that cannot be read. Once. */
  lines(): AsyncGenerator<Line, Tail>;
}

/** @throws KitError: no such file, no recording, one that this version cannot read */
export async function openRecording(path: string): Promise<Recording> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch (error) {
    throw unreadable(path, causeOf(error));
  }
  try {
    const { size } = await file.stat();
    let read = 0;
    const lines = readLines(readBlocks(file, (at) => (read = at)));
    const first = await lines.next();
    if (first.done && first.value.state === 'cut')
      throw unreadable(path, 'it is cut off before its beginning is complete');
    const header = checkHeader(path, first.done ? {} : (first.value as Partial<Header>));
    const before: Line[] = [];
    let next = await lines.next();
    for (; !next.done && !next.value.fields; next = await lines.next()) before.push(next.value);
    const { fields = [], resolved = [] } = next.done ? {} : next.value;
    const tail = next.done ? next.value : undefined;
    return {
      path,
      header,
      fields,
      resolved,
      get progress() {
        return size > 0 ? Math.min(read / size, 1) : 0;
      },
      async *lines() {
        yield* before;
        return tail ?? (yield* lines);
      },
      [Symbol.asyncDispose]: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error instanceof KitError ? error : unreadable(path, causeOf(error));
  }
}

async function* readLines(blocks: AsyncGenerator<string, Tail>): AsyncGenerator<Line, Tail> {
  for (;;) {
    const { value, done } = await blocks.next();
    if (done) return value;
    for (const line of value.trimEnd().split('\n')) yield JSON.parse(line);
  }
}

function checkHeader(path: string, header: Partial<Header>): Header {
  if (typeof header?.recording !== 'number') throw unreadable(path, 'it is no recording of ebpf-kit');
  if (header.recording > FORMAT)
    throw unreadable(
      path,
      `it was made by ebpf-kit ${header.ebpf_kit}, in format ${header.recording}; this version knows up to ${FORMAT}`,
      `install ebpf-kit ${header.ebpf_kit} or newer; zcat shows the raw lines`,
    );
  return header as Header;
}

function unreadable(path: string, cause: string, remedy?: string): KitError {
  return new KitError(`reading ${path}: ${cause}`, ExitCode.failure, remedy);
}
