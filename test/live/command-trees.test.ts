// @module-tag anywhere
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execsOf, grove, growth, TREES } from './harness/command.ts';
import { openStage, type Stage } from './harness/stage.ts';

let neighbour: Stage;
beforeAll(() => {
  neighbour = openStage();
});
afterAll(() => neighbour.close());

describe('the processes of a command', () => {
  it.each(TREES.map((steps) => [steps.join(' '), steps] as const))('%s', async (_, steps) => {
    expect(await execsOf(grove(steps, 'leaf'), neighbour)).toEqual(growth(steps));
  });

  it('are the same, ten times in a row', async () => {
    const script = TREES.map((steps) => `"$0" ${steps.join(' ')} -- /bin/true leaf`).join('\n');
    const words = ['/bin/sh', '-c', script, growth([])[0][0]];
    for (let round = 0; round < 10; round++) {
      expect(await execsOf(words, neighbour)).toEqual([words, ...TREES.flatMap(growth)]);
    }
  });

  it('are those of shells in shells, of pipelines and of what goes on in the background', async () => {
    const script = 'sh -c "sh -c \'true 1; true 2\'"; true 3 | cat; (true 4 & wait); setsid -w true 5; :';
    const lines = (await execsOf(['bash', '-c', script], neighbour)).map((args) => args.join(' '));
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
    const [first, ...others] = await execsOf(words, neighbour);
    expect(first).toEqual(words);
    expect(others).toEqual(Array.from({ length: 1000 }, () => ['/bin/true', 'leaf']));
  });
});
