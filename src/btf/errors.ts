/** An object file is not what it should be: not ELF, cut short, without BTF, or with a shape that cannot be exported. */
export class ObjectError extends Error {
  override readonly name = 'ObjectError';
}

/**
 * Runs a reader of untrusted bytes: reading out of bounds means that the file is corrupt.
 * @throws ObjectError instead of the RangeError of a DataView
 */
export function readingOf<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new ObjectError(`corrupt ${what}: it points outside of itself`);
    throw error;
  }
}
