import { isatty } from 'node:tty';
import type { PartMaker } from '../stream/parts.ts';
import type { ControlRun } from './run.ts';

/**
 * Keys that change what is done at all interfaces of the run, where standard output is a terminal.
 * @param confirms Enter confirms
 */
export const keysPart =
  <E>(run: ControlRun, confirms: boolean): PartMaker<E> =>
  async (_, control) => {
    const { keys = {} } = run.tool;
    const help = Object.entries(keys).map(([key, { doc }]) => `${key} ${doc}`);
    if ((help.length === 0 && !confirms) || !isatty(1)) return undefined;
    const { openKeys } = await import('../screen/open-keys.ts');
    let close = () => {};
    const onKey = (key: string) => {
      if (key === 'enter') run.confirm();
      if (!Object.hasOwn(keys, key)) return;
      for (const held of run.fleet.held) run.tool.write(held.maps, keys[key].change(held.state));
      run.look();
    };
    return {
      ready() {
        const opened = openKeys(onKey);
        if (!opened) return;
        close = opened.close;
        if (help.length) control.tell(`keys: ${help.join(', ')}, Ctrl-C end`);
      },
      end() {
        close();
        return [];
      },
      close: () => close(),
    };
  };
