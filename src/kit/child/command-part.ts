import type { KitError } from '../errors.ts';
import type { PartMaker } from '../stream/parts.ts';
import { joinArgs } from '../text.ts';
import { describeEnd, shellStatus } from './end.ts';
import type { Child } from './hold.ts';

/**
 * The command that is traced: it begins when everything is attached, and when it ends, so does the run, with its exit
 * status. The run never ends before it.
 */
export const commandPart =
  <E>(child: Child): PartMaker<E> =>
  (_, control) => {
    let refused: Promise<KitError | undefined>;
    return {
      ready() {
        refused = child.release().then(
          () => undefined,
          (error: KitError) => error,
        );
        child.ended.then(() => control.finish());
      },
      async end() {
        const end = await child.ended;
        const refusal = await refused;
        if (refusal) control.fail(refusal);
        const name = `-- ${joinArgs(child.words)}`;
        return [{ kind: 'command', name, status: shellStatus(end), message: describeEnd(end) }];
      },
    };
  };
