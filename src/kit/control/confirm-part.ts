import { ExitCode, KitError } from '../errors.ts';
import { after } from '../stream/deadline.ts';
import type { PartMaker } from '../stream/parts.ts';
import { readAbout, writeAbout } from './about.ts';
import type { ControlRun } from './run.ts';

/** How often it is looked whether another command has confirmed, ms. */
const LOOK = 100;

/**
 * Ends the run, and so detaches, unless all interfaces are confirmed in time. Until then nothing is pinned: whatever
 * ends this process takes it back, too.
 * @param ms how long
 * @param background the run ends once it is confirmed
 */
export const confirmPart =
  <E>(run: ControlRun, ms: number, background: boolean): PartMaker<E> =>
  (_, control) => {
    let stopTimer = () => {};
    let looking: NodeJS.Timeout | undefined;
    const stop = () => {
      stopTimer();
      clearInterval(looking);
    };
    const waiting = () => run.fleet.held.filter(({ maps }) => readAbout(maps).confirm_by !== 0);
    const look = () => {
      if (waiting().length > 0) return;
      stop();
      control.tell('confirmed');
      try {
        run.stay();
      } catch (error) {
        control.fail(error as KitError);
      }
      if (background) control.finish();
    };
    const takeBack = () => {
      stop();
      control.fail(new KitError(`not confirmed within ${ms / 1000} s: detached`, ExitCode.failure));
    };
    return {
      ready() {
        const names = run.fleet.held.map(({ at }) => at.name).join(' ');
        const how = `by Enter, or by ebpf-kit ${run.tool.name} confirm ${names}`;
        control.tell(`detaches in ${ms / 1000} s unless it is confirmed: ${how}`);
        stopTimer = after(ms, takeBack);
        looking = setInterval(look, LOOK);
        run.confirm = () => {
          for (const { maps } of waiting()) writeAbout(maps, { ...readAbout(maps), confirm_by: 0 });
          look();
          run.confirm = () => undefined;
        };
      },
      end() {
        stop();
        return [];
      },
      close: stop,
    };
  };
