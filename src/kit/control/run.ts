import { say } from '../say.ts';
import type { PartMaker } from '../stream/parts.ts';
import { runStream, type StreamOptions } from '../stream/run-stream.ts';
import type { OptionSpecs, OptionsOf } from '../tool/options.ts';
import { countersPart } from './counters-part.ts';
import type { AnyControl, Interface } from './define.ts';
import { Fleet } from './fleet.ts';
import { keysPart } from './keys-part.ts';
import type { ControlOptions } from './options.ts';
import { pinRoot } from './pins.ts';
import { streaming } from './streaming.ts';
import { watchPart } from './watch-part.ts';

/** What the parts of one run know of it. */
export interface ControlRun {
  readonly tool: AnyControl;
  /** Once everything is attached. */
  readonly fleet: Fleet;
  /** Looks at once what has become of the interfaces, and says it. */
  look: () => void;
}

/**
 * Runs a control tool in the foreground: attaches, shows what comes, changes what it is told to change.
 * @returns the exit status
 * @throws KitError, BpfError with nothing left attached
 */
export async function runControl(
  tool: AnyControl,
  options: OptionsOf<OptionSpecs>,
  interfaces: readonly Interface[],
  control: ControlOptions,
  stream: StreamOptions,
): Promise<number> {
  const { pin, background, xdpMode } = control;
  const state = await tool.state(options);
  let fleet: Fleet | undefined;
  const run: ControlRun = {
    tool,
    get fleet() {
      if (!fleet) throw new Error('nothing is attached yet');
      return fleet;
    },
    look: () => undefined,
  };
  const open = (ringSize?: number) => {
    const root = pin ? pinRoot((message) => say(tool.name, message)) : undefined;
    fleet = Fleet.open(tool, state, { interfaces, mode: xdpMode, rows: !background, ringSize });
    if (root !== undefined) pinAll(fleet, root, tool.name);
    return fleet;
  };
  const parts: PartMaker<object>[] = [
    watchPart(run, control),
    ...(background ? [] : [keysPart<object>(run)]),
    countersPart(run, stream),
  ];
  return runStream(streaming(tool, interfaces, open), options, stream, parts);
}

function pinAll(fleet: Fleet, root: string, tool: string): void {
  try {
    fleet.pin(root, tool);
  } catch (error) {
    fleet.close();
    throw error;
  }
}
