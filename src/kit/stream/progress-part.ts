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
 */
export function progressPart<E>(far: (elapsed: number) => string): PartMaker<E> {
  return ({ tool, counting }) => {
    if (!isatty(2) || (isatty(1) && !counting)) return undefined;
    let timer: NodeJS.Timeout | undefined;
    let events = 0;
    const clear = () => {
      clearInterval(timer);
      showStatus('');
    };
    return {
      ready() {
        const began = monotonic();
        const rows = () => (counting ? '' : `, ${count(events, 'event')}`);
        timer = setInterval(() => showStatus(`${tool}: ${far(monotonic() - began)}${rows()}`), INTERVAL);
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

/** Of a run that ends after some time, ms. */
export const durationProgress = <E>(duration: number): PartMaker<E> =>
  progressPart((elapsed) => {
    const whole = duration >= 1000 ? Math.round(duration / 1000) * 1000 : duration;
    return `${formatDuration(Math.min(Math.floor(elapsed / 1000) * 1000, whole))} of ${formatDuration(whole)}`;
  });
