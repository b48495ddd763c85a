import { describe, expect, it } from 'vitest';
import { edit, editorOf, editorSpans, editorText } from '../../../src/kit/screen/editor.ts';

const after = (text: string, ...keys: readonly string[]) => {
  const editor = keys.reduce(edit, editorOf(text));
  return `${editor.chars.slice(0, editor.at).join('')}|${editor.chars.slice(editor.at).join('')}`;
};

describe('a line that is written', () => {
  it.each([
    ['', ['a', 'é', '😀', ' '], 'aé😀 |'],
    ['ab', ['backspace'], 'a|'],
    ['ab', ['left', 'x'], 'ax|b'],
    ['ab', ['left', 'left', 'left', 'x'], 'x|ab'],
    ['ab', ['home', 'delete'], '|b'],
    ['ab', ['ctrl-a', 'right', 'ctrl-d'], 'a|'],
    ['ab', ['home', 'end', 'c'], 'abc|'],
    ['ab', ['backspace', 'backspace', 'backspace', 'delete'], '|'],
    ['ab', ['left', 'ctrl-u'], '|b'],
    ['ab', ['left', 'ctrl-k'], 'a|'],
    ['ab cd  ', ['ctrl-w'], 'ab |'],
    ['😀', ['ctrl-w'], '|'],
    ['ab', ['up', 'tab', 'alt-x', 'ctrl-x', 'pageup'], 'ab|'],
  ])('%j and %j', (text, keys, result) => {
    expect(after(text, ...keys)).toBe(result);
  });

  it('is shown with its cursor, and around it where there is no room', () => {
    const spans = (text: string, width: number, ...keys: string[]) =>
      editorSpans(keys.reduce(edit, editorOf(text)), width);
    expect(spans('abc', 10)).toEqual(['abc', { text: ' ', style: 'inverse' }, '']);
    expect(spans('abc', 10, 'left')).toEqual(['ab', { text: 'c', style: 'inverse' }, '']);
    expect(spans('abcdef', 4)).toEqual(['def', { text: ' ', style: 'inverse' }, '']);
    expect(spans('abcdef', 4, 'home')).toEqual(['', { text: 'a', style: 'inverse' }, 'bcdef']);
    expect(spans('日本', 4)).toEqual(['本', { text: ' ', style: 'inverse' }, '']);
    expect(spans('ab', 1)).toEqual(['', { text: ' ', style: 'inverse' }, '']);
  });

  it('gives its text back', () => {
    expect(editorText(editorOf('a😀b'))).toBe('a😀b');
  });
});
