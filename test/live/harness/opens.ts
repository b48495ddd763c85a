import { testCgroup } from './cgroup.ts';
import { observed, type Row } from './observe.ts';
import type { OpenCall, Outcome, Request, Stage } from './stage.ts';

/** A file that a child of the stage opens; by openat unless said. */
export type Opening = Partial<Omit<Request, 'file' | 'how'>> & { readonly how?: OpenCall } & Pick<Request, 'file'>;

/** Opens files one after the other, each in a child of its own. */
export async function open(stage: Stage, ...openings: readonly Opening[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const opening of openings) outcomes.push(await stage.run({ how: 'openat', args: [], ...opening }));
  return outcomes;
}

/** What opensnoop says of these opens, and of no others: their children are in a cgroup of their own. */
export async function opens(
  stage: Stage,
  args: readonly string[],
  ...openings: readonly Opening[]
): Promise<{ seen: Row[]; outcomes: Outcome[]; cgroup: string }> {
  const [{ path, directory }] = testCgroup();
  let outcomes: Outcome[] = [];
  const seen = await observed('opensnoop', ['--cgroup', path, ...args], async () => {
    outcomes = await open(stage, ...openings.map((opening) => ({ ...opening, cgroup: directory })));
  });
  return { seen, outcomes, cgroup: path };
}
