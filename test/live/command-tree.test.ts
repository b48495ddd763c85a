import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grove, traced } from './harness/command.ts';
import { openStage, type Stage } from './harness/stage.ts';

let neighbour: Stage;
beforeAll(() => {
  neighbour = openStage();
});
afterAll(() => neighbour.close());

/** Execs of others, as long as something goes on. */
async function beside<T>(work: Promise<T>): Promise<T> {
  let going = true;
  work
    .catch(() => undefined)
    .finally(() => {
      going = false;
    });
  while (going) await neighbour.run({ file: '/bin/true', args: ['true', 'neighbour'] });
  return work;
}

/** The command lines that execsnoop shows of a command, while neighbours exec as well. */
async function execs(words: readonly string[]): Promise<string[][]> {
  const { rows, status, stderr } = await beside(traced('execsnoop', ['--require-complete'], words));
  expect(status, stderr).toBe(0);
  return rows.map(({ args }) => args as string[]);
}

/** grove's own execs: its first, and those of the steps that start it anew with what is left of them. */
const expected = (steps: readonly string[]) => {
  const anew = steps.flatMap((step, i) => (step === 'vfork' || step === 'exec' ? [steps.slice(i + 1)] : []));
  return anew.map((left) => ['grove', '-', ...left, '--', '/bin/true', 'leaf']);
};

const TREES: readonly (readonly string[])[] = [
  ['fork'],
  ['vfork'],
  ['files'],
  ['fork', 'sibling'],
  ['orphan'],
  ['fork', 'setsid'],
  ['orphan', 'setsid', 'orphan'],
  ['thread', 'fork'],
  ['fork', 'thread'],
  ['thread', 'vfork', 'thread', 'fork'],
  ['exec', 'exec', 'exec'],
  ['fork', 'exec', 'vfork', 'orphan', 'exec', 'fork'],
  ['pidns', 'fork'],
  ['many=3', 'orphan'],
];

describe('the processes of a command', () => {
  it('are the command alone, from its own exec on', async () => {
    expect(await execs(['/bin/true', 'alone'])).toEqual([['/bin/true', 'alone']]);
  });

  it.each(TREES.map((steps) => [steps.join(' '), steps] as const))('%s', async (_, steps) => {
    const words = grove(steps, 'leaf');
    const leaves = steps.includes('many=3') ? 3 : 1;
    expect(await execs(words)).toEqual([
      words,
      ...expected(steps),
      ...Array.from({ length: leaves }, () => ['/bin/true', 'leaf']),
    ]);
  });

  it('are the same, ten times in a row', async () => {
    const script = TREES.map((steps) => `"$0" ${steps.join(' ')} -- /bin/true leaf`).join('\n');
    const [program] = grove([], '');
    const all = TREES.flatMap((steps) => [
      [program, ...steps, '--', '/bin/true', 'leaf'],
      ...expected(steps),
      ...Array.from({ length: steps.includes('many=3') ? 3 : 1 }, () => ['/bin/true', 'leaf']),
    ]);
    for (let round = 0; round < 10; round++) {
      expect(await execs(['/bin/sh', '-c', script, program])).toEqual([['/bin/sh', '-c', script, program], ...all]);
    }
  });

  it('are those of shells in shells, of pipelines and of what goes on in the background', async () => {
    const script = 'sh -c "sh -c \'true 1; true 2\'"; true 3 | cat; (true 4 & wait); setsid -w true 5; :';
    const lines = (await execs(['bash', '-c', script])).map((args) => args.join(' '));
    // `true` is a part of the shell: only what is run by others is a program
    expect(lines.toSorted()).toEqual(
      [
        `bash -c ${script}`,
        "sh -c sh -c 'true 1; true 2'",
        'sh -c true 1; true 2',
        'cat',
        'setsid -w true 5',
        'true 5',
      ].toSorted(),
    );
  });

  it('are a thousand children of one process', async () => {
    const words = grove(['many=1000'], 'leaf');
    const seen = await execs(words);
    expect(seen[0]).toEqual(words);
    expect(seen.slice(1)).toEqual(Array.from({ length: 1000 }, () => ['/bin/true', 'leaf']));
  });
});
