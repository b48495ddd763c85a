import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/kit/errors.ts';
import { compileFilter } from '../../src/kit/filter/filter.ts';
import { visitColumns as columns, visit } from './output/sample.ts';

async function matching(text: string, event = visit()): Promise<boolean> {
  return (await compileFilter(text, columns)).matches(event);
}

async function refusal(text: string): Promise<{ message: string; remedy?: string }> {
  const error = await compileFilter(text, columns).catch((error: unknown) => error);
  if (error instanceof UsageError) return { message: error.message, remedy: error.remedy };
  throw new Error(`${text} was accepted`);
}

describe('a filter', () => {
  it.each([
    ['pid == 42', true],
    ['pid == 42 && comm == "sh"', false],
    ['pid in [1, 42]', true],
    ['pid > 41.5', true],
    ['ret < 0', false],
    ['latency > 1', true],
    ['latency * 2.0 == 3.0', true],
    ['!cut', true],
    ['comm.startsWith("ba") && comm.matches("^b.sh$")', true],
    ['"-l" in args', true],
    ['args == ["ls", "-l"]', true],
    ['args.exists(a, a.startsWith("--"))', false],
    ['size(args) == 2 && args[1] == "-l"', true],
  ])('%s: %j', async (text, expected) => {
    expect(await matching(text)).toBe(expected);
  });

  it('can be used beside a column that is called like a type of CEL, but not on it', async () => {
    const counted = { bytes: columns.pid, packets: columns.pid };
    expect((await compileFilter('packets == 42', counted)).matches(visit())).toBe(true);
    await expect(compileFilter('bytes > 1', counted)).rejects.toThrow('filter: "bytes" is a type of CEL');
  });

  it('is exact up to 2^53', async () => {
    expect(await matching('pid == 9007199254740991', visit({ pid: 9007199254740991 }))).toBe(true);
    expect(await matching('pid == 9007199254740990', visit({ pid: 9007199254740991 }))).toBe(false);
  });
  it('reads a column without a value as unset', async () => {
    expect(await matching('tty == ""')).toBe(true);
    expect(await matching('tty.startsWith("pts")')).toBe(false);
    expect(await matching('tty.startsWith("pts")', visit({ tty: 'pts/3' }))).toBe(true);
  });
  it('judges every event anew', async () => {
    const filter = await compileFilter('pid == 1', columns);
    expect([1, 2, 1].map((pid) => filter.matches(visit({ pid })))).toEqual([true, false, true]);
  });
  it('computes the columns that it uses, and no others', async () => {
    const exploding = { ...columns, comm: { ...columns.comm, value: () => expect.fail('comm was computed') } };
    const filter = await compileFilter('pid > 0 && args.exists(a, a == "ls")', exploding);
    expect([...filter.uses].sort()).toEqual(['args', 'pid']);
    expect(filter.matches(visit())).toBe(true);
  });
});

describe('an event without an answer', () => {
  it.each([
    ['args[5] == "x"', 'index out of bounds, index 5 >= size 2'],
    ['pid / ret == 1', 'division by zero'],
    ['comm.matches(args[0])', 'invalid regular expression: ('],
  ])('does not match %s, and the first is told', async (text, reason) => {
    const said: string[] = [];
    const filter = await compileFilter(text, columns, (message) => said.push(message));
    const event = visit(text.startsWith('comm') ? { args: ['('] } : {});
    expect([filter.matches(event), filter.matches(event)]).toEqual([false, false]);
    expect(said).toEqual([`filter: ${reason}: an event without an answer is no match`]);
    expect(filter.failures).toBe(2);
  });
  it('is none where the rest of the expression decides', async () => {
    const filter = await compileFilter('pid == 42 || args[5] == "x"', columns);
    expect([filter.matches(visit()), filter.failures]).toEqual([true, 0]);
  });
  it('leaves the stack traces of others alone', async () => {
    const filter = await compileFilter('args[5] == "x"', columns);
    const before = Error.stackTraceLimit;
    filter.matches(visit());
    expect(Error.stackTraceLimit).toBe(before);
  });
});

describe('a filter that cannot be used', () => {
  it('names the position of an unknown variable, and what was meant', async () => {
    expect(await refusal('1 < pidd')).toEqual({
      message: 'filter: unknown variable "pidd" at column 5 (did you mean "pid"?)',
      remedy: '  1 < pidd\n      ^^^^',
    });
  });
  it('points by terminal cells', async () => {
    expect((await refusal('comm == "日本" && pidd == 1')).remedy).toBe(
      '  comm == "日本" && pidd == 1\n                    ^^^^',
    );
  });
  it('is shown without what a terminal obeys', async () => {
    expect(await refusal('comm == "\x1b[2J" && x\u202e')).toEqual({
      message: 'filter: unexpected character: \\u{202e} at column 20',
      remedy: `  comm == "\\e[2J" && x\\u{202e}\n${' '.repeat(22)}^^^^^^^^`,
    });
  });
  it.each([
    ['', 'the expression is empty'],
    ['pid ==', 'the expression ends too early at column 7'],
    ['pid = 42', 'unexpected character: = at column 5 (write == to compare)'],
    ['comm ~ "b"', 'unexpected character: ~ at column 6 (write name.matches("…") for a regular expression)'],
    ["comm == 'x' and pid == 1", "unexpected character: 'd' at column 13 (write && or ||)"],
    ['pid == "42"', 'no such overload: int == string at column 1'],
    [
      'tty == null',
      'no such overload: string == null at column 1 (a column without a value reads as 0, "", false or [])',
    ],
    ['pid', 'the expression is int, not bool'],
    ['nonsense(pid)', "found no matching overload for 'nonsense(int)' at column 1"],
    ['comm.matches("(")', 'regular expression does not compile: unterminated group at column 14'],
    [
      'args.exists(a, a.matches("(?i)LS"))',
      'regular expression does not compile: invalid group at column 26 (no inline flags here: match name.lowerAscii())',
    ],
  ])('%j: %s', async (text, message) => {
    expect((await refusal(text)).message).toBe(`filter: ${message}`);
  });
});
