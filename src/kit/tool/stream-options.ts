import { fstatSync } from 'node:fs';
import { assertionOptions } from '../assert/assertion-options.ts';
import { UsageError } from '../errors.ts';
import { reportOptions } from '../report/report-options.ts';
import { parseBytes, parseCount, parseDuration } from '../units.ts';
import { flag, option } from './options.ts';

const PAGE = 4096;
/** The kernel's: a ring's size is a u32 that is a power of two, and twice its pages must be mapped. */
const RING_MAX = 1024 ** 3;

/** What is shown, and in which form: of events, and of recordings. */
export const outputOptions = {
  columns: option('--columns <list>', 'columns to show: a,b,c, or +a,-b to change the default', String),
  filter: option('--filter <expr>', 'only events for which this CEL expression over the columns is true', String),
  json: flag('--json', 'one JSON object per line (all columns unless --columns is given)'),
  csv: flag('--csv', 'comma-separated values with a header line (RFC 4180)'),
  output: option('-o, --output <file>', 'write the rows to this file, which is made anew', String),
  ...reportOptions,
};

/** When it ends, by what the events are. */
export const limitOptions = {
  maxEvents: option('--max-events <n>', 'end after this many events', (text) =>
    parseCount(text, '--max-events', { min: 1 }),
  ),
  until: option('--until <expr>', 'end with the first event for which this expression is true', String),
  waitFor: option('--wait-for <expr>', 'the same; exit with 124 if that does not happen', String),
};

/** When it ends, by the clock. */
const timeOptions = {
  duration: option('--duration <time>', 'end after this time: 500ms, 10s, 5m', (text) =>
    parseDuration(text, '--duration', { min: 1 }),
  ),
  timeout: option('--timeout <time>', 'how long --wait-for waits', (text) =>
    parseDuration(text, '--timeout', { min: 1 }),
  ),
};

const recordOptions = {
  record: option('--record <file>', 'keep every event, before the filter, for ebpf-kit replay', String),
};

const scriptOptions = {
  readyFd: option('--ready-fd <n>', 'write "ready" to this file descriptor once everything is attached', parseReadyFd),
  readyFile: option('--ready-file <path>', 'make this file once everything is attached', String),
};

const attachOptions = {
  ringSize: option('--ring-size <bytes>', 'size of the ring buffer, a power of two (usually 4M)', parseRingSize),
  plan: option('--plan <name>', 'insist on this way to attach, see doctor', String),
  verbose: flag('-v, --verbose', "say what is attached and how, show libbpf's log and stack traces"),
};

/** What every stream tool has besides its own options; the library takes all but those about the output. */
export const streamOptions = {
  ...outputOptions,
  ...recordOptions,
  ...timeOptions,
  ...limitOptions,
  ...assertionOptions,
  ...scriptOptions,
  ...attachOptions,
};

/** What a recording can be shown with. */
export const replayOptions = { ...outputOptions, ...limitOptions, ...assertionOptions };

export const replayOptionGroups = { Output: outputOptions, 'When to end': limitOptions, Assertions: assertionOptions };

/** Their headings in help. */
export const streamOptionGroups = {
  Output: { ...outputOptions, ...recordOptions },
  'When to end': { ...timeOptions, ...limitOptions },
  Assertions: assertionOptions,
  'For scripts': scriptOptions,
  'How it attaches': attachOptions,
};

function parseRingSize(text: string): number {
  const size = parseBytes(text, '--ring-size', { min: PAGE, max: RING_MAX });
  if (Number.isInteger(Math.log2(size))) return size;
  const below = 2 ** Math.floor(Math.log2(size));
  throw new UsageError(`--ring-size: ${size} is not a power of two`, `the nearest are ${below} and ${below * 2}`);
}

function parseReadyFd(text: string): number {
  const fd = parseCount(text, '--ready-fd', { min: 1 });
  try {
    fstatSync(fd);
  } catch {
    throw new UsageError(`--ready-fd: ${fd} is not an open file descriptor`, `open it in the shell: ${fd}>ready`);
  }
  return fd;
}

interface Checked {
  readonly json: boolean;
  readonly csv: boolean;
  readonly waitFor?: string;
  readonly timeout?: number;
}

/** @throws KitError for options that exclude each other, or need each other */
export function checkStreamOptions({ json, csv, waitFor, timeout }: Checked): void {
  if (json && csv) throw new UsageError('--json and --csv exclude each other');
  if (timeout !== undefined && waitFor === undefined)
    throw new UsageError('--timeout needs --wait-for', 'to end after some time, whatever happens: --duration');
}
