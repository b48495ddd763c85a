import { readClocks } from '../../bpf/clock.ts';
import { say } from '../say.ts';
import type { PartMaker } from '../stream/parts.ts';
import { runStream, type StreamOptions } from '../stream/run-stream.ts';
import type { OptionSpecs, OptionsOf } from '../tool/options.ts';
import { confirmPart } from './confirm-part.ts';
import { countersPart } from './counters-part.ts';
import type { AnyControl, Interface } from './define.ts';
import { Fleet } from './fleet.ts';
import { keysPart } from './keys-part.ts';
import type { ControlOptions } from './options.ts';
import { pinRoot } from './pins.ts';
import { countersOf } from './readings.ts';
import { demandAttaching } from './rights.ts';
import { judging } from './safety.ts';
import { streaming, tabling } from './streaming.ts';
import { watchPart } from './watch-part.ts';

/** What the parts of one run know of it. */
export interface ControlRun {
  readonly tool: AnyControl;
  /** Once everything is attached. */
  readonly fleet: Fleet;
  /** Looks at once what has become of the interfaces, and says it. */
  look: () => void;
  /** Pins everything, if that is asked for: when it is attached, or else when it is confirmed. */
  stay: () => void;
  /** Does what "confirm" does. */
  confirm: () => void;
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
  const { pin, background, xdpMode, yes, confirm, interval = 1000 } = control;
  const state = await tool.state(options);
  const counters = countersOf(tool);
  const events = counters === undefined || (tool.events?.(options) ?? true);
  let fleet: Fleet | undefined;
  const run: ControlRun = {
    tool,
    get fleet() {
      if (!fleet) throw new Error('nothing is attached yet');
      return fleet;
    },
    look: () => undefined,
    stay: () => undefined,
    confirm: () => undefined,
  };
  const open = (ringSize?: number) => {
    demandAttaching();
    const root = pin ? pinRoot((message) => say(tool.name, message)) : undefined;
    const confirmBy = confirm === undefined ? 0 : readClocks().boot + confirm * 1e6;
    const judge = judging(tool, state, yes);
    fleet = Fleet.open(tool, state, {
      interfaces,
      mode: xdpMode,
      rows: events && !background,
      ringSize,
      confirmBy,
      judge,
    });
    run.stay = () => root !== undefined && fleet?.pin(root, tool.name);
    if (confirm === undefined) stayOrEnd(run);
    return fleet;
  };
  const parts: PartMaker<object>[] = [
    watchPart(run, control),
    ...(background ? [] : [keysPart<object>(run, confirm !== undefined)]),
    ...(events && counters ? [countersPart<object>(run, counters, stream)] : []),
    ...(confirm === undefined ? [] : [confirmPart<object>(run, confirm, background)]),
  ];
  const shown = events ? streaming(tool, interfaces, open) : tabling(tool, counters, interval, open);
  return runStream(shown, options, stream, { parts });
}

function stayOrEnd({ fleet, stay }: ControlRun): void {
  try {
    stay();
  } catch (error) {
    fleet.close();
    throw error;
  }
}
