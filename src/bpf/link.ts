/** An attached program. The kernel detaches it when the process ends, however it ends. */
export interface Link extends Disposable {
  /** The descriptor that holds it (the first, where it takes several); owned by the link. */
  readonly fd: number;
  /** Detaches at once; idempotent. */
  detach(): void;
}

/** Runs an attached iterator program once, to its end, and returns all that it wrote. */
export declare function readIterator(link: Link): Buffer;
