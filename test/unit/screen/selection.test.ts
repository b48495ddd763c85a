import { expect, it } from 'vitest';
import { type Selection, selected, unselected } from '../../../src/kit/screen/selection.ts';

const ids = [...'abcdefghij'];
const press = (before: Selection, ...keys: readonly string[]) =>
  keys.reduce((state, key) => selected(state, ids, 3, key), before);

it('is nothing until a key asks for it', () => {
  expect(press(unselected, 'q', 'escape')).toEqual(unselected);
  expect(selected(unselected, ids, 3)).toEqual(unselected);
});

it.each([
  [['down'], 'a', 0],
  [['down', 'down'], 'b', 0],
  [['j', 'j', 'j', 'k'], 'b', 0],
  [['down', 'down', 'down', 'down'], 'd', 1],
  [['pagedown'], 'c', 0],
  [['pagedown', 'pagedown'], 'f', 3],
  [['end'], 'j', 7],
  [['end', 'up', 'up', 'up'], 'g', 6],
  [['end', 'down'], 'j', 7],
  [['end', 'pageup'], 'g', 6],
  [['end', 'home'], 'a', 0],
  [['up'], 'a', 0],
  [['home'], 'a', 0],
])('%j marks %s', (keys, id, top) => {
  expect(press(unselected, ...keys)).toMatchObject({ id, top });
});

it('stays with its row, wherever that goes, and is seen there', () => {
  const marked = press(unselected, 'down', 'down');
  expect(selected(marked, [...'hijab'], 3)).toEqual({ id: 'b', index: 4, top: 2 });
  expect(selected(marked, [...'bhija'], 3)).toEqual({ id: 'b', index: 0, top: 0 });
});

it('passes to the row in its place when its own goes', () => {
  const marked = press(unselected, 'down', 'down');
  expect(selected(marked, [...'acdef'], 3)).toMatchObject({ id: 'c', index: 1 });
  expect(selected(marked, ['a'], 3)).toEqual({ id: 'a', index: 0, top: 0 });
  expect(selected(marked, [], 3)).toEqual(unselected);
});

it('escape takes it away', () => {
  expect(press(unselected, 'end', 'escape')).toEqual(unselected);
});

it('without room for a row there is still one', () => {
  expect(selected(unselected, ids, 0, 'down')).toMatchObject({ id: 'a' });
});
