import type { RecordView } from '../btf/layout.ts';
import type { BpfObject } from './object.ts';

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
  /** The ring-buffer maps read, in the order of their numbers. */
  readonly maps: readonly string[];
  readonly hungUp: boolean;
  drain(visit: Visit): Drained;
  arm(): void;
  close(): void;
}

/**
 * Reads all ring-buffer maps of a loaded object.
 * @param onWake called once per `arm`, from the event loop
 */
export declare function openRing(object: BpfObject, onWake: () => void, options?: RingOptions): RingReader;
