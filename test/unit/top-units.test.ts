import { expect, test } from 'vitest';
import { UsageError } from '../../src/kit/errors.ts';
import { formatAmount, parseUnits } from '../../src/kit/top/units.ts';

test.each([
  [0, 'bin-bytes', '0B'],
  [1023, 'bin-bytes', '1023B'],
  [1024, 'bin-bytes', '1.00KiB'],
  [10 * 1024, 'bin-bytes', '10.0KiB'],
  [1023.9 * 1024, 'bin-bytes', '1.00MiB'],
  [123.4 * 1024 ** 3, 'bin-bytes', '123GiB'],
  [125, 'si-bits', '1.00kb'],
  [999, 'si-bytes', '999B'],
  [999_600, 'si-bytes', '1.00MB'],
  [128, 'bin-bits', '1.00Kib'],
] as const)('%d in %s is %s', (bytes, family, text) => {
  expect(formatAmount(bytes, family)).toBe(text);
});

test('units by their names', () => {
  expect(parseUnits('si-bits')).toBe('si-bits');
  expect(() => parseUnits('bits')).toThrow(UsageError);
});
