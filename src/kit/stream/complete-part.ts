import { ExitCode } from '../errors.ts';
import { count } from '../say.ts';
import type { PartMaker } from './parts.ts';

/** Marks of events that are not whole have names of this form (bpf/include/types.h: flag_t). */
const MARK = /_truncated$/;

/** --require-complete: nothing may be missing in what the run tells. The last part: what others miss at their end counts. */
export const completePart =
  <E extends object>(): PartMaker<E> =>
  ({ fields = {} }, control) => {
    const marks = Object.keys(fields).filter((name) => MARK.test(name)) as (keyof E)[];
    let cut = 0;
    const isCut = (event: E) => marks.some((mark) => event[mark] === true);
    return {
      ...(marks.length > 0 && {
        events(batch: readonly E[]) {
          for (const event of batch) if (isCut(event)) cut++;
          return undefined;
        },
      }),
      end({ lost }) {
        const lacks = [lost && `${count(lost, 'event')} lost`, cut && `${count(cut, 'event')} cut`, ...control.missing];
        const message = lacks.filter(Boolean).join(', ');
        const told = { kind: 'incomplete', name: '--require-complete' } as const;
        if (message) return [{ ...told, status: ExitCode.incomplete, message: `incomplete: ${message}` }];
        return [{ ...told, status: ExitCode.ok, message: 'complete: nothing was lost or cut' }];
      },
    };
  };
