/** A batch of output: its bytes, and how many events they tell of. */
export interface Batch {
  readonly bytes: Buffer;
  readonly events: number;
}

/** Handed to the device at once: enough to fill any pipe, little enough that what waits is known well. */
const PIECE = 256 * 1024;

/** Takes the oldest batches out of the queue, as one; at least one, which may be larger than a piece. */
export function takePiece(queue: Batch[]): Batch {
  let size = 0;
  let count = 0;
  while (count < queue.length && (count === 0 || size + queue[count].bytes.length <= PIECE)) {
    size += queue[count++].bytes.length;
  }
  const batches = queue.splice(0, count);
  if (count === 1) return batches[0];
  return {
    bytes: Buffer.concat(batches.map(({ bytes }) => bytes)),
    events: batches.reduce((sum, { events }) => sum + events, 0),
  };
}
