import { isatty } from 'node:tty';
import type { PartMaker } from '../stream/parts.ts';
import type { ControlRun } from './run.ts';

/** Keys that change what is done at all interfaces of the run, where standard output is a terminal. */
export const keysPart =
  <E>(run: ControlRun): PartMaker<E> =>
  async (_, control) => {
    const { keys = {} } = run.tool;
    if (Object.keys(keys).length === 0 || !isatty(1)) return undefined;
    const { openKeys } = await import('../screen/open-keys.ts');
    let close = () => {};
    const onKey = (key: string) => {
      if (!Object.hasOwn(keys, key)) return;
      for (const held of run.fleet.held) run.tool.write(held.maps, keys[key].change(held.state));
      run.look();
    };
    return {
      ready() {
        const opened = openKeys(onKey);
        if (!opened) return;
        close = opened.close;
        const help = Object.entries(keys).map(([key, { doc }]) => `${key} ${doc}`);
        control.tell(`keys: ${help.join(', ')}, Ctrl-C end`);
      },
      end() {
        close();
        return [];
      },
      close: () => close(),
    };
  };
