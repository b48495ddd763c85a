import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execsOf, growth, TREES } from './harness/command.ts';
import { openStage, type Stage } from './harness/stage.ts';

let neighbour: Stage;
beforeAll(() => {
  neighbour = openStage();
});
afterAll(() => neighbour.close());

describe('the processes of a command', () => {
  it('are the command alone, from its own exec on', async () => {
    expect(await execsOf(['/bin/true', 'alone'], neighbour)).toEqual([['/bin/true', 'alone']]);
  });

  it('are trees of all kinds, and nothing else', async () => {
    const script = TREES.map((steps) => `"$0" ${steps.join(' ')} -- /bin/true leaf`).join('\n');
    const words = ['/bin/sh', '-c', script, growth([])[0][0]];
    expect(await execsOf(words, neighbour)).toEqual([words, ...TREES.flatMap(growth)]);
  });
});
