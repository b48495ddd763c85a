import { describe, expect, it } from 'vitest';
import { line, paintLine } from '../../../src/kit/screen/line.ts';

const look = { colour: true, utf8: true };

describe('a line on the screen', () => {
  it.each([
    ['abc', 3, 'abc', 3],
    ['abcd', 3, 'ab…', 3],
    ['日本語', 6, '日本語', 6],
    ['日本語', 5, '日本…', 5],
    ['日本語', 4, '日…', 3],
    ['日本語', 1, '…', 1],
    // a letter with a combining accent covers one cell
    ['e\u0301e\u0301', 2, 'e\u0301e\u0301', 2],
    ['😀😀', 3, '😀…', 3],
    // what could move the cursor does not get there
    ['a\x1b[2Jb', 20, 'a\\e[2Jb', 7],
    ['a\nb', 20, 'a\\nb', 4],
  ])('%j in %d cells', (text, width, shown, cells) => {
    expect(paintLine(line(text), width, look)).toEqual({ text: shown, cells });
  });

  it('styles parts, and cuts where the width ends', () => {
    const styled = line('a', { text: 'bcd', style: 'bold' }, 'ef');
    expect(paintLine(styled, 9, look)).toEqual({ text: 'a\x1b[1mbcd\x1b[0mef', cells: 6 });
    expect(paintLine(styled, 3, look)).toEqual({ text: 'a\x1b[1mb…\x1b[0m', cells: 3 });
    expect(paintLine(styled, 4, look)).toEqual({ text: 'a\x1b[1mbcd\x1b[0m', cells: 4 });
  });

  it('fills its width', () => {
    const { text, cells } = paintLine({ spans: ['a', { text: 'b', style: 'red' }], fill: 'inverse' }, 4, look);
    expect(text).toBe('\x1b[7ma\x1b[0m\x1b[31;7mb\x1b[0m\x1b[7m  \x1b[0m');
    expect(cells).toBe(4);
  });

  it('without colour it is still bold, dim and inverse', () => {
    const styled = line({ text: 'a', style: 'red' }, { text: 'b', style: 'inverse' }, { text: 'c', style: 'bold' });
    expect(paintLine(styled, 9, { ...look, colour: false }).text).toBe('a\x1b[7mb\x1b[0m\x1b[1mc\x1b[0m');
  });

  it('without UTF-8 the mark of a cut is ASCII', () => {
    expect(paintLine(line('abcd'), 3, { ...look, utf8: false }).text).toBe('ab~');
  });
});
