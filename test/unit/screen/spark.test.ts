import { describe, expect, it } from 'vitest';
import { bar, sparkline } from '../../../src/kit/screen/spark.ts';

describe('a sparkline', () => {
  it('has the newest value on the right, and the largest one at full height', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7, 8], 9, true)).toBe(' ▁▂▃▄▅▆▇█');
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7, 8], 9, false)).toBe(' .:-=+*%#');
    expect(sparkline([800, 1, 2], 2, true)).toBe('▄█');
    expect(sparkline([4], 3, true, 8)).toBe('  ▄');
  });

  it('shows what is not nothing, and nothing where nothing is', () => {
    expect(sparkline([1, 1e9], 2, true)).toBe('▁█');
    expect(sparkline([0, 0], 4, true)).toBe('    ');
    expect(sparkline([], 2, true)).toBe('  ');
    expect(sparkline([Number.NaN, 1], 2, true, 0)).toBe(' █');
    expect(sparkline([1, 2], 0, true)).toBe('');
  });
});

describe('a bar', () => {
  it.each([
    [0, '    ', '    '],
    [1 / 32, '▏   ', '#   '],
    [1e-9, '▏   ', '#   '],
    [0.5, '██  ', '##  '],
    [0.4375, '█▊  ', '##  '],
    [0.999, '████', '####'],
    [7, '████', '####'],
    [Number.NaN, '    ', '    '],
    [-1, '    ', '    '],
  ])('of %d', (share, utf8, ascii) => {
    expect([bar(share, 4, true), bar(share, 4, false)]).toEqual([utf8, ascii]);
  });

  it('of no width is nothing', () => {
    expect([bar(1, 0, true), bar(0.1, 0, false)]).toEqual(['', '']);
  });
});
