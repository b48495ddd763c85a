import type { KitError } from './errors.ts';

/** open: writable. closed: the reader went away. failed: the device did (disk full). */
export type SinkState = 'open' | 'closed' | 'failed';

/** Standard output as a thing that never blocks. */
export interface Sink {
  readonly state: SinkState;
  /** Bytes accepted but not yet written. */
  readonly waiting: number;
  /** Events in batches accepted but not yet written: lost, if the process ends now. */
  readonly unwritten: number;
  /**
   * Takes a batch as a whole, or refuses it as a whole.
   * @param events how many events it holds; a batch of none (header, summary) is never refused for want of room
   * @returns false when refused: the backlog is full, or the sink is no longer open
   */
  write(text: string, events?: number): boolean;
  /** Resolves when all is written, when the sink is no longer open, or after `deadline` ms. */
  flush(deadline: number): Promise<void>;
  /** Gives up what is unwritten and frees what the sink owns (never fd itself). Idempotent. */
  close(): void;
}

export interface SinkOptions {
  /** Bound of the backlog in bytes, 8 MiB unless given. */
  readonly limit?: number;
  /** Called once when the sink leaves 'open' by itself: with an error when it failed, without when the reader left. */
  readonly onEnd?: (error?: KitError) => void;
}

export declare function openSink(fd: number, options?: SinkOptions): Sink;
