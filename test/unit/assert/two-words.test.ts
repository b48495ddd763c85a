import { describe, expect, it } from 'vitest';
import { assertionOptions, countRangeText, parseCountRange } from '../../../src/kit/assert/assertion-options.ts';
import { joinTwoWords } from '../../../src/kit/tool/two-words.ts';

const parse = (...words: string[]) => {
  const joined = joinTwoWords(words);
  return assertionOptions.expectCount.parse?.(joined[joined.indexOf('--expect-count') + 1]);
};

describe('--expect-count', () => {
  it.each([
    ['3', 3, 3],
    ['0', 0, 0],
    ['1..3', 1, 3],
    ['2..', 2, Infinity],
    ['..5', 0, 5],
  ])('%s', (text, min, max) => {
    expect(parse('--expect-count', 'pid > 1', text)).toEqual([{ expression: 'pid > 1', min, max }]);
    expect(countRangeText(parseCountRange(text))).toBe(text);
  });

  it.each(['', '..', 'x', '3..1', '1.5', '-1', '1...3', '1,3', '99999999999999999'])('is not "%s"', (text) => {
    expect(() => parseCountRange(text)).toThrow(`--expect-count: "${text}" is no number of events`);
  });

  it('says what is missing behind the expression', () => {
    expect(() => parse('--expect-count', 'pid > 1')).toThrow('"pid > 1" is not followed by a number of events');
    expect(() => parse('--expect-count', 'pid > 1', 'often')).toThrow('is not followed by a number of events');
  });
});

describe('two words that are one argument', () => {
  it('are joined wherever they stand', () => {
    expect(joinTwoWords(['execsnoop', '--expect-count', 'a == 1', '1..2', '-x'])).toEqual([
      'execsnoop',
      '--expect-count',
      'a == 1\x001..2',
      '-x',
    ]);
    expect(joinTwoWords(['--expect-count=a == 1', '2', '--expect-count', 'b', '..3'])).toEqual([
      '--expect-count',
      'a == 1\x002',
      '--expect-count',
      'b\x00..3',
    ]);
  });

  it("are another command's behind --", () => {
    const words = ['execsnoop', '--', 'test', '--expect-count', 'a', '1'];
    expect(joinTwoWords(words)).toEqual(words);
  });

  it('are left as they are where one is missing', () => {
    expect(joinTwoWords(['--expect-count', 'a', '--json'])).toEqual(['--expect-count', 'a', '--json']);
    expect(joinTwoWords(['--expect-count'])).toEqual(['--expect-count']);
    expect(joinTwoWords([])).toEqual([]);
  });
});
