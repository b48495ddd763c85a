import { describe, expect, it } from 'vitest';
import { pickColumns } from '../../src/kit/columns/columns.ts';
import { fieldColumn } from '../../src/kit/columns/field-column.ts';
import { UsageError } from '../../src/kit/errors.ts';
import { visitColumns as all, visit } from './output/sample.ts';

const usual = ['comm', 'pid', 'ret', 'args'];
const picked = (text?: string) => pickColumns(all, usual, text).map(({ name }) => name);

function refusal(text: string): UsageError {
  try {
    picked(text);
  } catch (error) {
    if (error instanceof UsageError) return error;
  }
  throw new Error(`${text} was accepted`);
}

describe('pickColumns', () => {
  it('shows the usual ones unless told otherwise', () => {
    expect(picked()).toEqual(usual);
  });
  it('shows exactly those named, in that order', () => {
    expect(picked('pid,comm')).toEqual(['pid', 'comm']);
    expect(picked(' pid , comm ')).toEqual(['pid', 'comm']);
  });
  it('adds where the order of all columns puts it, and takes away', () => {
    expect(picked('+tty')).toEqual(['comm', 'pid', 'ret', 'tty', 'args']);
    expect(picked('+tty,-ret,+cut')).toEqual(['comm', 'pid', 'cut', 'tty', 'args']);
    expect(picked('-ret')).toEqual(['comm', 'pid', 'args']);
  });
  it('does nothing twice', () => {
    expect(picked('+pid,-tty')).toEqual(usual);
  });
  it('appends what comes after all that is shown', () => {
    expect(pickColumns(all, ['pid'], '+args').map(({ name }) => name)).toEqual(['pid', 'args']);
  });

  it.each(['pidd', 'comm,pidd', '+pidd', '-pidd'])('refuses the unknown column in %j', (text) => {
    const { message, remedy } = refusal(text);
    expect(message).toBe('columns: unknown column "pidd" (did you mean "pid"?)');
    expect(remedy).toBe('columns: comm, pid, ret, latency, cut, tty, args');
  });
  it.each([
    ['toString', 'columns: unknown column "toString"'],
    ['', 'columns: unknown column ""'],
    ['pid,', 'columns: unknown column ""'],
    ['+', 'columns: unknown column ""'],
    ['pid,comm,pid', 'columns: "pid" is named twice'],
    ['pid,+tty', 'columns: "pid,+tty" mixes names with and without a sign'],
    ['-comm,-pid,-ret,-args', 'columns: none is left'],
  ])('refuses %j', (text, message) => {
    expect(refusal(text).message).toBe(message);
  });
});

describe('fieldColumn', () => {
  it('looks as the meaning says', () => {
    const column = fieldColumn({ meaning: 'errno', type: 'int' }, 'ret' as never, { doc: 'result' });
    expect(column).toMatchObject({ head: 'RET', width: 3, align: 'right', type: 'int', doc: 'result' });
    expect([column.alert?.(-2, {}), column.alert?.(0, {})]).toEqual([true, false]);
  });
  it('reads the field', () => {
    expect(all.args.value(visit({ args: ['a'] }))).toEqual(['a']);
  });
  it('shows nanoseconds in a unit that the head names', () => {
    const column = fieldColumn({ meaning: 'duration_ns', type: 'int' }, 'delay' as never, { doc: '' });
    expect([column.head, column.text?.(1_234_567, {})]).toEqual(['DELAY(ms)', '1.235']);
  });
  it('lets the tool have its own way', () => {
    const spec = { doc: '', head: 'LAT', width: 9, text: () => 'x' };
    expect(fieldColumn({ meaning: 'duration_ns', type: 'int' }, 'delay' as never, spec)).toMatchObject(spec);
  });
  it.each(['ints', 'object'] as const)('refuses %s', (type) => {
    expect(() => fieldColumn({ meaning: 'plain', type }, 'mac' as never, { doc: '' })).toThrow(
      new TypeError('field mac is no single value'),
    );
  });
});
