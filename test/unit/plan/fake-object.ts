import { BpfError } from '../../../src/bpf/error.ts';
import type { BpfObject } from '../../../src/bpf/object.ts';

/** What the fake kernel refuses: the program's name, and at which step. */
export interface Refusals {
  /** A program, or "something else": the load fails, and no program is to blame. */
  readonly load?: readonly string[];
  readonly attach?: readonly string[];
}

export const somethingElse = 'something else';

/** The kernel as far as plans know it: it refuses on cue and writes down all that it is asked for. */
export function fakeKernel({ load = [], attach = [] }: Refusals = {}) {
  const log: string[] = [];
  let opened = 0;
  const open = (): BpfObject => {
    const id = opened++;
    const wanted: string[] = [];
    const note = (what: string) => log.push(`${id} ${what}`);
    note('open');
    const object = {
      // those whose name says so are iterators
      layout: {
        programs: new Proxy({}, { get: (_, name) => (String(name).endsWith('_iter') ? 'iter/task' : 'tp/any') }),
      },
      setAutoload(program: string, on: boolean) {
        if (on) wanted.push(program);
      },
      load() {
        note(`load ${wanted.join(' ')}`);
        const refused = wanted.find((program) => load.includes(program));
        if (refused) throw refusal('load', refused);
        if (load.includes(somethingElse)) throw new BpfError('load map', 12, 'ENOMEM', 'out of memory');
      },
      attach(program: string, target?: unknown) {
        note(`attach ${program}${target ? ` to ${JSON.stringify(target)}` : ''}`);
        if (attach.includes(program)) throw refusal('attach', program);
        return { program, detach: () => note(`detach ${program}`) };
      },
      close() {
        note('close');
      },
    };
    return object as unknown as BpfObject;
  };
  return { open, log };
}

/** The fake of src/bpf/link.ts. */
export const readIterator = ({ program }: { readonly program: string }) => Buffer.from(`found by ${program}`);

function refusal(step: string, program: string): BpfError {
  return new BpfError(`${step} ${program}`, 22, 'EINVAL', 'invalid argument', '', program);
}
