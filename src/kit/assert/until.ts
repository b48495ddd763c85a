import { ExitCode } from '../errors.ts';
import { compileFilter } from '../filter/filter.ts';
import { after } from '../stream/deadline.ts';
import type { Outcome, PartMaker } from '../stream/parts.ts';
import { formatDuration } from '../units.ts';

/** Ends the run with the first event of which the expression is true. */
export const untilPart =
  <E>(expression: string): PartMaker<E> =>
  async ({ all }, control) => {
    const { uses, matches } = await compileFilter(expression, all, control.tell, 'until');
    return { uses, events: upTo(matches, () => control.stop()) };
  };

/**
 * The same, but it is a failure if that does not happen.
 * @param timeout how long to wait, ms; left out: until the run ends otherwise
 */
export const waitForPart =
  <E>(expression: string, timeout = Infinity): PartMaker<E> =>
  async ({ all }, control) => {
    const { uses, matches } = await compileFilter(expression, all, control.tell, 'wait-for');
    let happened = false;
    let late = false;
    let stopTimer = () => {};
    const name = `--wait-for ${expression}`;
    const outcome = (): Outcome => {
      if (happened) return { kind: 'timeout', name, status: ExitCode.ok, message: `happened: ${name}` };
      const when = late ? `within ${formatDuration(timeout)}` : 'before the end';
      return { kind: 'timeout', name, status: ExitCode.timeout, message: `${name}: did not happen ${when}` };
    };
    return {
      uses,
      ready() {
        stopTimer = after(timeout, () => {
          late = true;
          control.finish();
        });
      },
      events: upTo(matches, () => {
        happened = true;
        control.stop();
      }),
      end: () => [outcome()],
      close: () => stopTimer(),
    };
  };

/** The events up to the first one that matches, which is told. */
function upTo<E>(matches: (event: E) => boolean, found: () => void): (events: readonly E[]) => readonly E[] {
  return (events) => {
    const first = events.findIndex((event) => matches(event));
    if (first < 0) return events;
    found();
    return events.slice(0, first + 1);
  };
}
