import { type RecordView, recordView } from '../../../src/btf/layout.ts';

/** Where the records of `emptyRecord` begin: not where their buffer does. */
export const AT = 64;

/** A record of zeros, in a buffer that is full of other bytes. */
export function emptyRecord(size: number): RecordView {
  const view = recordView(new ArrayBuffer(4096));
  view.u8.fill(0xee);
  view.u8.fill(0, AT, AT + size);
  return view;
}

export function writeWords({ buf }: RecordView, at: number, values: readonly number[]): void {
  for (const [i, value] of values.entries()) buf.writeUInt32LE(value, at + i * 4);
}
