import { createsFile, openFlags } from '../../host/open-flags.ts';
import { column } from './typed-columns.ts';

/** What an event says of a call that opens a file. */
export interface Opening {
  /** A descriptor, or a negative errno. */
  readonly ret: number;
  readonly flags: number;
  readonly mode: number;
  /** As it was asked for. */
  readonly path: string;
  readonly is_readable: boolean;
  readonly path_truncated: boolean;
  /** Relative to `directory`, which is empty where that is not known. */
  readonly is_relative: boolean;
  readonly directory: string;
  /** Path of what was opened; empty where nothing was. */
  readonly file: string;
}

const path = (e: Opening) => (e.is_readable ? e.path : null);

function fullPath(e: Opening): string | null {
  if (!e.is_readable || !e.is_relative) return path(e);
  const directory = e.directory === '/' ? '' : e.directory || '/…';
  return e.path.startsWith('/') ? directory + e.path : `${directory}/${e.path}`;
}

const pathColumn = (doc: string, value: (e: Opening) => string | null) =>
  column({
    head: 'PATH',
    width: 24,
    type: 'string',
    nullable: true,
    doc,
    value,
    text: (text, e) => (e.path_truncated ? `${text}…` : String(text)),
  });

/** What came of it. */
export const resultColumns = {
  fd: column({
    head: 'FD',
    width: 4,
    align: 'right',
    type: 'int',
    doc: 'the new descriptor; -1 where there is none',
    value: ({ ret }: Opening) => (ret < 0 ? -1 : ret),
  }),
  err: column({
    head: 'ERR',
    width: 3,
    align: 'right',
    type: 'int',
    doc: 'number of the errno; 0: it succeeded',
    value: ({ ret }: Opening) => (ret < 0 ? -ret : 0),
    alert: (errno) => errno !== 0,
  }),
};

/** What was asked for, and which file that is. */
export const openingColumns = {
  flags: column({
    head: 'FLAGS',
    width: 18,
    type: 'strings',
    doc: 'how it is to be opened: flags by name, the access mode first',
    resolved: true,
    key: (e) => e.flags,
    value: (e: Opening) => openFlags(e.flags),
    text: (names) => (names as readonly string[]).join('|'),
  }),
  mode: column({
    head: 'MODE',
    width: 4,
    type: 'string',
    nullable: true,
    doc: 'permissions for a file that is made, octal, before the umask; null: none is made',
    resolved: true,
    value: (e: Opening) => (createsFile(e.flags) ? e.mode.toString(8).padStart(4, '0') : null),
  }),
  path_truncated: column({
    head: 'CUT',
    width: 3,
    type: 'bool',
    doc: 'whether the path is longer than the 4095 bytes that are shown',
    value: (e: Opening) => e.path_truncated,
  }),
  file: column({
    head: 'FILE',
    width: 24,
    type: 'string',
    nullable: true,
    doc: 'path of the file that was opened, without symbolic links and ".."; null where it failed',
    value: (e: Opening) => e.file || null,
  }),
  full_path: pathColumn('the path; a relative one behind its directory', fullPath),
  path: pathColumn('the path as it was asked for; null where it could not be read', path),
};
