import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { ObjectError } from '../btf/errors.ts';
import { fileLayoutHash } from '../btf/hash.ts';
import type { ObjectLayout } from '../btf/layout.ts';
import { BpfError } from './error.ts';
import { failure } from './step.ts';

/**
 * The bytes of an object file, which are those that the layout was generated from.
 * @throws BpfError: it is missing, corrupt (code 'FORMAT'), or another one (code 'LAYOUT')
 */
export function readObjectFile(layout: ObjectLayout, file: string | URL): Buffer {
  const what = `open ${file instanceof URL ? file.pathname : file}`;
  const bytes = readBytes(what, file);
  if (hashOf(what, bytes) !== layout.hash) {
    const cause = `it is not the object that the code for ${layout.name} was generated from, run npm run build`;
    throw new BpfError(what, 0, 'LAYOUT', cause);
  }
  return bytes;
}

function readBytes(what: string, file: string | URL): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw failure(what, constants.errno[code as keyof typeof constants.errno] ?? constants.errno.EIO);
  }
}

function hashOf(what: string, bytes: Buffer): string {
  try {
    return fileLayoutHash(bytes);
  } catch (error) {
    if (error instanceof ObjectError) throw new BpfError(what, 0, 'FORMAT', error.message);
    throw error;
  }
}
