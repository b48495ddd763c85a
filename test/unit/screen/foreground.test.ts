import { expect, it } from 'vitest';
import { inForeground } from '../../../src/kit/screen/foreground.ts';

it.each([
  ['its group has the terminal', '7 (node) S 1 7 5 34816 7 4194304 0', true],
  ['another group has it', '7 (node) S 1 7 5 34816 5 4194304 0', false],
  ['nobody has it: the session has ended', '7 (node) S 1 7 5 34816 -1 4194304 0', false],
  ['there is no terminal, so no job control', '7 (node) S 1 7 5 0 -1 4194304 0', true],
  ['a name may hold anything', '7 (a) S 1 2 3) S 1 7 5 34816 7 4194304 0', true],
  ['/proc cannot be read', '', true],
])('%s', (_, stat, expected) => {
  expect(inForeground(stat)).toBe(expected);
});
