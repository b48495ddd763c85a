import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import { monotonic } from '../../host/monotonic.ts';
import { count, showStatus } from '../say.ts';
import { formatDuration } from '../units.ts';
import type { PartMaker } from './parts.ts';

/** How often it is drawn anew, ms; what ends sooner shows none. */
const INTERVAL = 1000;

/**
 * Shows on a terminal how far the work has come, where no rows show that: a line that makes place for all that is said.
 * @param far how far it has come: `12s of 60s`, `40 %`
 * @param rows the descriptor to which they go; left out: there are none
 */
export function progressPart<E>(far: (elapsed: number) => string, rows?: number): PartMaker<E> {
  return ({ tool, counting }) => {
    if (!isatty(2) || (rows !== undefined && !counting && maySee(rows))) return undefined;
    let timer: NodeJS.Timeout | undefined;
    let events = 0;
    const clear = () => {
      clearInterval(timer);
      showStatus('');
    };
    return {
      ready() {
        const began = monotonic();
        const seen = () => (counting ? '' : `, ${count(events, 'event')}`);
        timer = setInterval(() => showStatus(`${tool}: ${far(monotonic() - began)}${seen()}`), INTERVAL);
      },
      events(batch) {
        events += batch.length;
        return undefined;
      },
      end() {
        clear();
        return [];
      },
      close: clear,
    };
  };
}

/** Whether somebody at the terminal may see what is written there: who reads a pipe may show it. */
function maySee(fd: number): boolean {
  const stat = fstatSync(fd);
  return isatty(fd) || stat.isFIFO() || stat.isSocket();
}

/** Of a run that may take some time. @param limit after which it ends, ms; left out: nobody knows */
export const timeProgress = <E>(limit: number | undefined, rows?: number): PartMaker<E> =>
  progressPart((elapsed) => {
    const seconds = Math.floor(elapsed / 1000) * 1000;
    if (limit === undefined) return formatDuration(seconds);
    const whole = limit >= 1000 ? Math.round(limit / 1000) * 1000 : limit;
    return `${formatDuration(Math.min(seconds, whole))} of ${formatDuration(whole)}`;
  }, rows);
