import { constants } from 'node:os';
import type { MapLayout, RecordView } from '../btf/layout.ts';
import { Field, openMailbox, readU64, writeU64 } from './mailbox.ts';
import { failure, step } from './step.ts';
import { watchBytes } from './wake.ts';

export interface RingOptions {
  /** Also wake when the reader of this pipe (or the peer of this socket) is gone; then `hungUp` is true. */
  readonly watchFd?: number;
}

export interface Drained {
  /** Records visited. */
  readonly records: number;
  /** There is more than fitted into the buffer: drain again. */
  readonly more: boolean;
  /** Events lost since the object was loaded: the `lost` counter of the program. */
  readonly lost: number;
}

/**
 * @param offset where the record begins in the view, a multiple of 8
 * @param length of the record in bytes
 * @param ring index into `RingReader.maps`
 */
export type Visit = (view: RecordView, offset: number, length: number, ring: number) => void;

export interface RingReader extends Disposable {
  /** The ring-buffer maps that are read, in the order of their numbers. */
  readonly maps: readonly string[];
  /** The pipe of `watchFd` has no reader any more. */
  readonly hungUp: boolean;
  /**
   * Visits what is in the rings, up to 128 KiB, oldest first within one ring. The view belongs to the reader:
   * its bytes change at the next drain. Records visited are gone, even if `visit` throws.
   */
  drain(visit: Visit): Drained;
  /**
   * Asks for one `onWake` as soon as there is a record; if there is one already, at the event loop's next turn.
   * A drain may take the record that it would come for: ask again after each drain.
   */
  arm(): void;
  /** Stops waiting, at once; idempotent. */
  close(): void;
}

/** What a reader needs of a BpfObject. */
interface RingSource {
  readonly layout: {
    readonly name: string;
    readonly maps: Readonly<Record<string, MapLayout>>;
    readonly lost?: { readonly offset: number };
  };
  mapFd(name: string): number;
}

/**
 * Reads all ring-buffer maps of a loaded object. While it waits, it keeps the process alive, and nothing runs.
 * @param onWake called from the event loop, once per `arm`
 * @throws BpfError
 */
export function openRing(source: RingSource, onWake: () => void, options: RingOptions = {}): RingReader {
  const { name, lost, maps } = source.layout;
  const rings = Object.keys(maps).filter((map) => maps[map].kind === 'ringbuf');
  const { native, head } = openMailbox();
  const fds = new Int32Array(rings.map((map) => source.mapFd(map)));
  const lostFd = lost ? source.mapFd('.bss') : -1;
  let handle = step(`read the rings of ${name}`, () =>
    native.kit_reader_open(Buffer.from(fds.buffer), fds.length, lostFd, lost?.offset ?? 0, options.watchFd ?? -1),
  );
  let hungUp = false;
  const stopWatching = watchBytes(head[Field.wakeFd], (byte) => {
    hungUp ||= byte === HUNG_UP;
    onWake();
  });
  const select = () => {
    if (handle === 0)
      throw failure(`read the rings of ${name}`, constants.errno.EBADF, { cause: 'the reader is closed' });
    writeU64(head, Field.reader, handle);
  };
  const close = () => {
    if (handle === 0) return;
    native.kit_reader_close(handle);
    handle = 0;
    stopWatching();
  };
  return {
    maps: rings,
    get hungUp() {
      return hungUp;
    },
    drain(visit) {
      if (visiting) throw new Error('drain is called while another one still visits its records');
      select();
      native.kit_drain();
      return visitRecords(visit);
    },
    arm() {
      select();
      step('wait for events', native.kit_arm);
    },
    close,
    [Symbol.dispose]: close,
  };
}

/** The byte that says so (native/waiter.c). */
const HUNG_UP = 2;

/** All readers of a thread share one buffer. */
let visiting = false;

/** Each record is a length, the number of its ring, and its bytes up to a multiple of 8. */
function visitRecords(visit: Visit): Drained {
  const { head, ring } = openMailbox();
  const records = head[Field.records];
  const drained = { records, more: head[Field.more] === 1, lost: readU64(head, Field.lost) };
  visiting = true;
  try {
    for (let i = 0, at = 0; i < records; i++) {
      const length = ring.u32[at >> 2];
      visit(ring, at + 8, length, ring.u32[(at >> 2) + 1]);
      at += (length + 15) & ~7;
    }
  } finally {
    visiting = false;
  }
  return drained;
}
