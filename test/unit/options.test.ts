import { describe, expect, expectTypeOf, it } from 'vitest';
import { UsageError } from '../../src/kit/errors.ts';
import { flag, option, parsePid, setting, withDefaults } from '../../src/kit/tool/options.ts';
import { checkStreamOptions, streamOptions } from '../../src/kit/tool/stream-options.ts';

const specs = {
  all: flag('-a, --all', 'everything'),
  name: option('-n, --name <name>', 'only this', (text) => text.toUpperCase()),
  count: setting('--count <n>', 'so many', Number, 3),
};

describe('withDefaults', () => {
  it('has every option, with its default where it was not given', () => {
    expect(withDefaults(specs, {})).toEqual({ all: false, name: undefined, count: 3 });
    expect(Object.keys(withDefaults(specs, {}))).toEqual(['all', 'name', 'count']);
  });
  it('keeps what was given, also when that is nothing much', () => {
    expect(withDefaults(specs, { all: true, name: '', count: 0 })).toEqual({ all: true, name: '', count: 0 });
  });
  it('leaves out what is no option of these', () => {
    expect(withDefaults(specs, { more: 1 } as object)).not.toHaveProperty('more');
  });
  it('tells the compiler the types', () => {
    const options = withDefaults(specs, {});
    expectTypeOf(options).toEqualTypeOf<{
      readonly all: boolean;
      readonly name: string | undefined;
      readonly count: number;
    }>();
  });
});

describe('parsePid', () => {
  it.each([
    ['1', 1],
    ['4194304', 4194304],
  ])('%s', (text, pid) => expect(parsePid(text)).toBe(pid));

  it.each([
    ['0', 'process id: "0" is less than 1'],
    ['-1', 'process id: "-1" is less than 1'],
    ['4194305', 'process id: "4194305" is more than 4194304'],
    ['0x10', 'process id: "0x10" is no whole number'],
    ['', 'process id: "" is no whole number'],
  ])('refuses %j', (text, message) => expect(() => parsePid(text)).toThrow(new UsageError(message)));
});

describe('options of every stream tool', () => {
  const { ringSize, readyFd, duration, maxEvents } = streamOptions;

  it.each([
    ['4096', 4096],
    ['4K', 4096],
    ['16M', 16 * 1024 ** 2],
    ['1G', 1024 ** 3],
  ])('--ring-size %s', (text, bytes) => expect(ringSize.parse?.(text)).toBe(bytes));

  it.each([
    ['4095', '--ring-size: "4095" is less than 4K', undefined],
    ['4097', '--ring-size: 4097 is not a power of two', 'the nearest are 4096 and 8192'],
    ['3M', '--ring-size: 3145728 is not a power of two', 'the nearest are 2097152 and 4194304'],
    ['2G', '--ring-size: "2G" is more than 1G', undefined],
  ])('--ring-size %s is refused', (text, message, remedy) => {
    expect(() => ringSize.parse?.(text)).toThrow(expect.objectContaining({ message, remedy, exitCode: 2 }));
  });

  it('--ready-fd takes a descriptor that is open', () => {
    expect(readyFd.parse?.('2')).toBe(2);
    const message = '--ready-fd: 9999 is not an open file descriptor';
    expect(() => readyFd.parse?.('9999')).toThrow(
      expect.objectContaining({ message, remedy: 'open it in the shell: 9999>ready' }),
    );
    expect(() => readyFd.parse?.('0')).toThrow('--ready-fd: "0" is less than 1');
  });

  it('--duration and --max-events are at least one', () => {
    expect(duration.parse?.('1.5m')).toBe(90_000);
    expect(() => duration.parse?.('0.4ms')).toThrow('--duration: "0.4ms" is less than 1ms');
    expect(maxEvents.parse?.('7')).toBe(7);
    expect(() => maxEvents.parse?.('0')).toThrow('--max-events: "0" is less than 1');
  });

  it('--json and --csv exclude each other', () => {
    expect(() => checkStreamOptions({ json: true, csv: true })).toThrow(
      new UsageError('--json and --csv exclude each other'),
    );
    for (const form of [
      { json: true, csv: false },
      { json: false, csv: true },
      { json: false, csv: false },
    ]) {
      expect(() => checkStreamOptions(form)).not.toThrow();
    }
  });
});
