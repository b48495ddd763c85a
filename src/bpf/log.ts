import { Field, openMailbox, readU64, writeU64 } from './mailbox.ts';

/** Characters kept for `takeLog`; later messages are left out. */
const KEPT = 256 * 1024;
/** LOG_STATISTICS of native/kit.h. */
const LOG_STATISTICS = 2;
let kept = '';

/**
 * Whether libbpf's debug messages are wanted, too: hundreds of lines per object. With 'statistics' those of the
 * verifier are among them, for each program of objects opened from now on.
 */
export function setDebugLog(on: boolean | 'statistics'): void {
  openMailbox().head[Field.logDebug] = on === 'statistics' ? LOG_STATISTICS : Number(on);
}

/** What libbpf said since this was last asked, for -v. */
export function takeLog(): string {
  const text = kept;
  kept = '';
  return text;
}

/** What libbpf said during the one operation that has just ended. It is kept for `takeLog` as well. */
export function operationLog(): string {
  const { head } = openMailbox();
  const text = readMessages();
  writeU64(head, Field.logWritten, 0);
  if (kept.length < KEPT) kept += text;
  return text;
}

/** The shim keeps the beginning in the first quarter of the area, the end in the rest, as a ring. */
function readMessages(): string {
  const { head, log } = openMailbox();
  const written = readU64(head, Field.logWritten);
  if (written <= log.length) return log.toString('utf8', 0, written);
  const first = log.length / 4;
  const oldest = first + ((written - first) % (log.length - first));
  const omitted = `\n… ${written - log.length} bytes left out …\n`;
  return [log.subarray(0, first), omitted, log.subarray(oldest), log.subarray(first, oldest)].join('');
}
