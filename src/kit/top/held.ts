import type { Reading } from './define.ts';
import type { TopRow } from './model.ts';

/** A reading that stays as it is now: a tool's own rows may be windows to what its source knows. */
export const held = <E extends TopRow>(reading: Reading<E>): Reading<E> => ({
  ...reading,
  rows: reading.rows.map(heldRow),
});

function heldRow<E extends TopRow>(row: E): E {
  const kept: Partial<E> = {};
  // those that its class has for it, too
  for (const name in row) kept[name] = row[name];
  return kept as E;
}
