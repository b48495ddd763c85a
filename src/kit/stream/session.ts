import { setImmediate, setTimeout } from 'node:timers/promises';
import { returnLargeBlocks } from '../../bpf/memory.ts';
import { openRing, type RingReader } from '../../bpf/ring.ts';
import { monotonic } from '../../host/monotonic.ts';
import type { Attached } from '../tool/attach-plan.ts';
import type { Setup, StreamTool } from '../tool/define.ts';
import { type AttachedTool, attachTool } from '../tool/load.ts';
import type { Losses } from './loss-report.ts';
import { readCounts } from './read-counts.ts';

/**
 * How long the reader lets events gather before it looks again, ms. Each look costs about 0.2 ms of CPU, whatever it
 * finds; the first event after a silence is shown at once. A ring of 4 MiB holds what 20 ms of a storm bring.
 */
const GAP = 20;
/** How long the events that came before the end may still be read after it, ms. */
const LAST_READ = 150;

export interface SessionOptions {
  /** Names of alternatives to insist on, as --plan takes them. */
  readonly plan?: string;
  /** Bytes of the ring buffer: a power of two and at least a page. */
  readonly ringSize?: number;
  /** Standard output, if its reader's going away is to end the session. */
  readonly watchFd?: number;
  /** The process is there for this session alone: how it gets its memory may be changed. */
  readonly alone?: boolean;
}

type Decode<E extends object> = StreamTool<E>['event']['decode'];

/** A loaded, attached and read BPF object: from the kernel's hooks to batches of typed events. */
export class Session<E extends object> implements Disposable {
  readonly #attached: AttachedTool;
  readonly #ring: RingReader;
  readonly #decode: Decode<E>;
  /** It counts: its one batch comes at the end. */
  readonly counting: boolean;
  readonly start: number;
  #wake = () => {};
  #lost = 0;
  #missed = 0;
  #strays = 0;
  #late = 0;
  #more = false;

  /**
   * Loads and attaches; when this returns, everything is being observed.
   * @param now the clock of the events, ns since boot
   * @throws BpfError, PlanError, UsageError; nothing is left attached then
   */
  static open<E extends object>(
    tool: Pick<StreamTool<E>, 'object' | 'event' | 'plan'>,
    setup: Setup,
    options: SessionOptions,
    now: () => number,
  ): Session<E> {
    if (options.alone) returnLargeBlocks();
    const attached = attachTool(tool, setup, options);
    try {
      return new Session(attached, tool.event.decode, setup.maxCounts !== undefined, now(), options.watchFd);
    } catch (error) {
      attached.object.close();
      throw error;
    }
  }

  private constructor(attached: AttachedTool, decode: Decode<E>, counting: boolean, start: number, watchFd?: number) {
    this.#attached = attached;
    this.#decode = decode;
    this.#ring = openRing(attached.object, () => this.#wake(), { watchFd });
    this.start = start;
    this.counting = counting;
  }

  /** How everything is observed. */
  get attached(): Omit<Attached, 'object'> {
    return this.#attached;
  }

  /** The reader of `watchFd` is gone. */
  get hungUp(): boolean {
    return this.#ring.hungUp;
  }

  /** Up to date at every batch; the misses cost a system call and are read when asked for. */
  losses(): Losses {
    const { object, strays } = this.#attached;
    if (object.loaded) [this.#missed, this.#strays] = [object.misses(), strays()];
    const [ring, uncounted] = this.counting ? [0, this.#lost] : [this.#lost, 0];
    return { ring, uncounted, missed: this.#missed, strays: this.#strays, late: this.#late };
  }

  /**
   * The events in batches, one per drain of the ring. Ends after `signal`, with what had happened before it, or when
   * the reader of `watchFd` is gone; closes the session at its end.
   */
  async *batches(signal: AbortSignal): AsyncGenerator<readonly E[], void> {
    const wake = () => this.#wake();
    signal.addEventListener('abort', wake);
    try {
      if (this.#attached.batches) return yield* this.#attached.batches(signal) as AsyncGenerator<readonly E[], void>;
      while (!signal.aborted && !this.#ring.hungUp) {
        const batch = this.#drain();
        if (batch.length) yield batch;
        if (this.#more) await setImmediate();
        else if (batch.length) await setTimeout(GAP);
        else await this.#something();
      }
      if (this.#ring.hungUp) return;
      this.#attached.object.detach();
      const end = monotonic() + LAST_READ;
      do {
        const batch = this.#drain();
        if (!batch.length) break;
        yield batch;
      } while (monotonic() < end);
      for (let left = 1; left > 0; this.#late += left) left = this.#ring.drain(() => {}).records;
      if (this.counting) yield readCounts(this.#attached.object) as E[];
    } finally {
      signal.removeEventListener('abort', wake);
      this.close();
    }
  }

  #drain(): E[] {
    const batch: E[] = [];
    const { more, lost } = this.#ring.drain((view, offset, length) => {
      batch.push(this.#decode(view, offset, length));
    });
    this.#more = more;
    this.#lost = lost;
    return batch;
  }

  /** Until there is something to read, or nothing more is wanted. */
  #something(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#ring.arm();
    });
  }

  /** Detaches and frees everything; idempotent. */
  close(): void {
    this.losses();
    this.#ring.close();
    this.#attached.object.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
