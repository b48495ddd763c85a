import { ExitCode, KitError } from '../errors.ts';
import type { PartMaker } from '../stream/parts.ts';
import type { Held } from './held.ts';
import type { ControlOptions } from './options.ts';
import type { ControlRun } from './run.ts';

/** How often it is looked whether an interface is gone, or has been given something else to do, ms. */
const LOOK = 250;

/** Says what is done at each interface, and what becomes of it; ends the run when none is left. */
export const watchPart =
  <E>(run: ControlRun, { background, pin, confirm }: ControlOptions): PartMaker<E> =>
  (_, control) => {
    const { tool } = run;
    const gone = new Set<Held>();
    let timer: NodeJS.Timeout | undefined;
    const look = () => {
      for (const held of run.fleet.held) {
        if (gone.has(held) || held.attached.link.fd < 0) continue;
        const news = held.look();
        if (news !== 'gone' && held.takeBack())
          control.tell(`${held.at.name}: not confirmed in time: it is what it was before`);
        if (news === 'changed') control.tell(`${held.at.name}: ${tool.describe(held.state)}`);
        if (news !== 'gone') continue;
        gone.add(held);
        control.tell(`${held.at.name} is gone: the interface was removed`);
      }
      if (gone.size === run.fleet.held.length) control.fail(new KitError('no interface is left', ExitCode.failure));
    };
    return {
      ready() {
        run.look = look;
        for (const { at, attached, state } of run.fleet.held) {
          const { mode, reason } = attached;
          const why = reason && `, which is slower: the driver takes no program: ${reason}`;
          control.tell(`${at.name}: ${tool.describe(state)} (${mode} XDP${why ?? ''})`);
        }
        look();
        const names = run.fleet.held.map(({ at }) => at.name).join(' ');
        if (pin && confirm === undefined) control.tell(`it stays attached until ebpf-kit ${tool.name} stop ${names}`);
        if (background && confirm === undefined) control.finish();
        else timer = setInterval(look, LOOK);
      },
      // a row may be about what has been put into force since the last look
      ...(tool.live === 'program' && { seen: look }),
      end() {
        clearInterval(timer);
        if (gone.size === 0) return [];
        const message = `removed meanwhile: ${[...gone].map(({ at }) => at.name).join(', ')}`;
        return [{ kind: 'interface', name: 'interfaces', status: ExitCode.failure, message }];
      },
      close: () => clearInterval(timer),
    };
  };
