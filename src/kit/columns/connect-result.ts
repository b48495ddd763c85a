import { errnoName } from '../../host/errno.ts';
import { column } from './typed-columns.ts';

/** What has become of a connect. */
export interface Outcome {
  readonly is_established: boolean;
  /** 0, or a negative errno; without either, the process has given up. */
  readonly ret: number;
}

const RESULTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timed out',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  ECONNRESET: 'reset',
  ECONNABORTED: 'aborted',
  EACCES: 'denied',
  EPERM: 'denied',
};

/** In a word, or two; what is rare shows its errno in the table. */
export const connectResult = column({
  head: 'RESULT',
  width: 11,
  type: 'string',
  doc: 'established, refused, timed out, unreachable, reset, denied, aborted (by an administrator), canceled (given up by the process), or failed: see error',
  value({ is_established, ret }: Outcome) {
    if (is_established) return 'established';
    return ret === 0 ? 'canceled' : (RESULTS[errnoName(ret)] ?? 'failed');
  },
  text: (result, { ret }: Outcome) => (result === 'failed' ? errnoName(ret) : String(result)),
  alert: (result) => result !== 'established',
});
