import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/kit/errors.ts';
import { nearest, suggestion } from '../../src/kit/nearest.ts';
import { parseBytes, parseCount, parseDuration, parseMilliseconds, parseRegex } from '../../src/kit/units.ts';

function refusal(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('parseBytes', () => {
  it.each([
    ['0', 0],
    ['4096', 4096],
    ['64B', 64],
    ['512k', 524288],
    ['16M', 16777216],
    ['1.5MiB', 1572864],
    ['1GB', 1073741824],
    ['2T', 2199023255552],
  ])('%s is %i', (text, bytes) => {
    expect(parseBytes(text, '--ring-size')).toBe(bytes);
  });

  it.each(['', 'M', '-1', '1.5', '0.3K', '16X', '1e3', '16 M', '9999999999T', '0x10'])('refuses %j', (text) => {
    expect(refusal(() => parseBytes(text, '--ring-size'))).toBe(`--ring-size: "${text}" is no amount of bytes`);
  });

  it('keeps to its range, and says it in the same units', () => {
    const range = { min: 4096, max: 1024 ** 3 };
    expect(parseBytes('4K', 'size', range)).toBe(4096);
    expect(refusal(() => parseBytes('4095', 'size', range))).toBe('size: "4095" is less than 4K');
    expect(refusal(() => parseBytes('1025M', 'size', range))).toBe('size: "1025M" is more than 1G');
  });

  it('cannot be made to write an escape sequence', () => {
    expect(refusal(() => parseBytes('\x1b[2J', 'size'))).toBe('size: "\\e[2J" is no amount of bytes');
  });
});

describe('parseDuration', () => {
  it.each([
    ['10', 10000],
    ['10s', 10000],
    ['500ms', 500],
    ['1.5m', 90000],
    ['2h', 7200000],
    ['1d', 86400000],
  ])('%s is %i ms', (text, milliseconds) => {
    expect(parseDuration(text, '--duration')).toBe(milliseconds);
  });

  it.each(['', 's', '-1s', '1w', '1 s', 'NaN', 'Infinity'])('refuses %j', (text) => {
    expect(refusal(() => parseDuration(text, '--duration'))).toBe(`--duration: "${text}" is no duration`);
  });

  it('keeps to its range', () => {
    expect(refusal(() => parseDuration('0', 'interval', { min: 100 }))).toBe('interval: "0" is less than 100ms');
    expect(refusal(() => parseDuration('2h', 'interval', { max: 60000 }))).toBe('interval: "2h" is more than 60s');
  });
});

describe('parseCount', () => {
  it('takes whole numbers', () => {
    expect(parseCount('-12', 'n')).toBe(-12);
    expect(parseCount('007', 'n')).toBe(7);
  });
  it.each(['', '1.0', '1e3', '0x1', 'x', '99999999999999999999'])('refuses %j', (text) => {
    expect(refusal(() => parseCount(text, 'n'))).toBe(`n: "${text}" is no whole number`);
  });
  it('keeps to its range', () => {
    expect(refusal(() => parseCount('0', 'n', { min: 1 }))).toBe('n: "0" is less than 1');
  });
});

describe('parseRegex', () => {
  it('is as lenient as Python with escapes', () => {
    expect(parseRegex('foo\\-bar', '--line').test('foo-bar')).toBe(true);
  });
  it('says why one does not compile', () => {
    expect(refusal(() => parseRegex('a(b', '--name'))).toBe(
      '--name: "a(b" is no regular expression: unterminated group',
    );
    expect(refusal(() => parseRegex('/: (', '--name'))).toBe(
      '--name: "/: (" is no regular expression: unterminated group',
    );
  });
});

describe('nearest', () => {
  const names = ['pid', 'ppid', 'comm', 'parent_comm', 'args'];
  it.each([
    ['pidd', 'pid'],
    ['PID', 'pid'],
    ['parentcomm', 'parent_comm'],
    ['agrs', 'args'],
    ['com', 'comm'],
    ['latency', undefined],
    ['', undefined],
  ])('%j means %j', (name, meant) => {
    expect(nearest(name, names)).toBe(meant);
  });
  it('is a half sentence for errors', () => {
    expect(suggestion('pidd', names)).toBe(' (did you mean "pid"?)');
    expect(suggestion('latency', names)).toBe('');
  });
});

describe('parseMilliseconds', () => {
  it.each([
    ['0', 0],
    ['20', 20],
    ['0.5', 0.5],
  ])('%s is %d', (text, ms) => expect(parseMilliseconds(text, '--min-ms')).toBe(ms));

  it.each(['', '-1', '1ms', '.5', '1.', '1e3', '9999999999'])('refuses %j', (text) => {
    expect(refusal(() => parseMilliseconds(text, '--min-ms'))).toBe(`--min-ms: "${text}" is no number of milliseconds`);
  });
});
