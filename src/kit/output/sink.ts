import { causeOf } from '../../host/errno.ts';
import { ExitCode, KitError } from '../errors.ts';
import { type Batch, takePiece } from './sink-backlog.ts';
import { type Device, openDevice } from './sink-device.ts';

/** open: writable. closed: the reader went away. failed: the device did (disk full). */
export type SinkState = 'open' | 'closed' | 'failed';

export interface SinkOptions {
  /** What it writes to, for messages; by default standard output. */
  readonly name?: string;
  /** Bound of the backlog in bytes, 8 MiB unless given. */
  readonly limit?: number;
  /** Called once, later, when the sink leaves 'open' by itself: with an error when it failed, without when the reader left. */
  readonly onEnd?: (error?: KitError) => void;
}

/** What the reader's end says when it is gone. */
const GONE: ReadonlySet<string | undefined> = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED']);

/** Standard output that never blocks: what is not taken at once waits in a bounded backlog. */
export class Sink implements Disposable {
  readonly #device: Device;
  readonly #limit: number;
  readonly #name: string;
  readonly #onEnd: (error?: KitError) => void;
  readonly #flushes = new Set<() => void>();
  #queue: Batch[] = [];
  #state: SinkState = 'open';
  #waiting = 0;
  #unwritten = 0;
  #writing = false;
  #pumping = false;

  constructor(device: Device, { name = 'standard output', limit = 8 * 1024 * 1024, onEnd = () => {} }: SinkOptions) {
    this.#device = device;
    this.#name = name;
    this.#limit = limit;
    this.#onEnd = onEnd;
  }

  get state(): SinkState {
    return this.#state;
  }

  /** Bytes taken but not yet written. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Events in batches taken but not yet written: lost, once the sink is closed. */
  get unwritten(): number {
    return this.#unwritten;
  }

  /**
   * Takes a batch as a whole, or refuses it as a whole. Bytes are the caller's again when it returns.
   * @param events how many events it holds; a batch of none (header, summary) is never refused for want of room, and
   *   neither is one that finds nothing waiting
   * @returns false when refused: the backlog is full, or the sink is no longer open
   */
  write(batch: string | Buffer, events = 0): boolean {
    if (this.#state !== 'open') return false;
    if (batch.length === 0) return true;
    // it must wait behind others
    const owned = typeof batch === 'string' || this.#writing;
    const bytes = owned ? Buffer.from(batch as string) : batch;
    if (events > 0 && this.#waiting > 0 && this.#waiting + bytes.length > this.#limit) return false;
    this.#waiting += bytes.length;
    this.#unwritten += events;
    this.#queue.push({ bytes, events });
    this.#pump();
    return true;
  }

  /** Resolves when all is written, when the sink is no longer open, or after `deadline` ms. */
  flush(deadline: number): Promise<void> {
    if (this.#waiting === 0 || this.#state !== 'open') return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#flushes.delete(end);
        resolve();
      };
      const timer = setTimeout(end, deadline);
      this.#flushes.add(end);
    });
  }

  /** Gives up what is unwritten and frees what the sink opened. Idempotent; calls no onEnd. */
  close(): void {
    if (this.#state === 'open') this.#leave('closed');
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** A device may be done before its write returns: hence a loop, and not a call from #written. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.#queue.length > 0 && !this.#writing) {
      const piece = takePiece(this.#queue);
      this.#writing = true;
      this.#device.write(piece.bytes, (error) => this.#written(piece, error));
    }
    this.#pumping = false;
  }

  #written(piece: Batch, error?: NodeJS.ErrnoException | null): void {
    if (this.#state !== 'open') return;
    this.#writing = false;
    if (error) {
      this.#end(error);
      return;
    }
    this.#waiting -= piece.bytes.length;
    this.#unwritten -= piece.events;
    if (this.#waiting === 0) this.#endFlushes();
    this.#pump();
  }

  #end(cause: NodeJS.ErrnoException): void {
    const gone = GONE.has(cause.code);
    // Before those who wait for a flush go on.
    queueMicrotask(() => this.#onEnd(gone ? undefined : failure(this.#name, cause)));
    this.#leave(gone ? 'closed' : 'failed');
  }

  #leave(state: SinkState): void {
    this.#state = state;
    this.#queue = [];
    this.#device.close();
    this.#endFlushes();
  }

  #endFlushes(): void {
    for (const end of this.#flushes) end();
  }
}

function failure(name: string, error: NodeJS.ErrnoException): KitError {
  const remedy = error.code === 'ENOSPC' ? 'make room on that disk, or send the output elsewhere' : undefined;
  return new KitError(`writing to ${name}: ${causeOf(error)}`, ExitCode.failure, remedy);
}

/** The sink behind a descriptor, which stays the caller's: closing the sink leaves it open. */
export function openSink(fd: number, options: SinkOptions = {}): Sink {
  return new Sink(openDevice(fd), options);
}
