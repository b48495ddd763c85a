import { signalName } from '../../host/signals.ts';
import { column } from './typed-columns.ts';

/** What wait(2) tells of a process that has ended, in an event. */
export interface Ended {
  readonly wait_status: number;
}

const signal = ({ wait_status }: Ended) => wait_status & 0x7f;
const code = ({ wait_status }: Ended) => (wait_status >> 8) & 0xff;
const coreDumped = ({ wait_status }: Ended) => (wait_status & 0x80) !== 0;

/** bcc's words: `0`, `code 1`, `signal 9 (KILL)`, `signal 6 (ABRT), core dumped`. */
function words(event: Ended): string {
  if (!signal(event)) return code(event) ? `code ${code(event)}` : '0';
  const cause = `signal ${signal(event)} (${signalName(signal(event))})`;
  return coreDumped(event) ? `${cause}, core dumped` : cause;
}

/** How a process has ended; `status`, in words, is the one for tables. */
export const exitColumns = {
  exit_code: column({
    head: 'CODE',
    width: 4,
    align: 'right',
    type: 'int',
    nullable: true,
    doc: 'what it exited with, 0-255; null when a signal has ended it',
    value: (event: Ended) => (signal(event) ? null : code(event)),
    alert: (value) => value !== 0,
  }),
  signal: column({
    head: 'SIGNAL',
    width: 8,
    type: 'string',
    nullable: true,
    doc: 'name of the signal that has ended it, without SIG: KILL, RTMIN+3; null when it exited by itself',
    value: (event: Ended) => (signal(event) ? signalName(signal(event)) : null),
  }),
  core_dumped: column({
    head: 'CORE',
    width: 5,
    type: 'bool',
    doc: 'whether the kernel has dumped its core',
    value: coreDumped,
  }),
  status: column({
    head: 'EXIT_CODE',
    width: 10,
    type: 'string',
    doc: 'how it ended, in words: 0, code 1, signal 9 (KILL), signal 6 (ABRT), core dumped',
    value: words,
    alert: (value) => value !== '0',
  }),
};
