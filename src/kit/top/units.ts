import { UsageError } from '../errors.ts';
import { suggestion } from '../nearest.ts';
import { escapeText } from '../text.ts';
import { UNIT_FAMILIES, type UnitFamily } from './model.ts';

/** bandwhich's names. @throws UsageError */
export function parseUnits(text: string): UnitFamily {
  const family = UNIT_FAMILIES.find((name) => name === text);
  if (family) return family;
  throw new UsageError(
    `--units: unknown units "${escapeText(text)}"${suggestion(text, UNIT_FAMILIES)}`,
    `units: ${UNIT_FAMILIES.join(', ')}`,
  );
}

const PREFIXES = {
  bin: ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'],
  si: ['', 'k', 'M', 'G', 'T', 'P'],
} as const;

/** An amount with three digits that count: `512B`, `1.25KiB`, `98.7Mb`; the unit of bits is `b`. @param bytes 0 or more */
export function formatAmount(bytes: number, family: UnitFamily): string {
  const [system, unit] = family.split('-') as ['bin' | 'si', 'bytes' | 'bits'];
  const base = system === 'bin' ? 1024 : 1000;
  const prefixes = PREFIXES[system];
  let amount = unit === 'bits' ? bytes * 8 : bytes;
  let power = 0;
  // 999.5 would be written with four digits
  while (amount >= (base === 1000 ? 999.5 : 1023.5) && power < prefixes.length - 1) {
    amount /= base;
    power++;
  }
  const digits = power === 0 || amount >= 99.95 ? 0 : amount >= 9.995 ? 1 : 2;
  return `${amount.toFixed(digits)}${prefixes[power]}${unit === 'bits' ? 'b' : 'B'}`;
}
