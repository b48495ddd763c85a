// @module-tag anywhere
import { expect, it } from 'vitest';
import { exits, openMourner } from './harness/mourner.ts';
import { PATIENCE } from './harness/tool.ts';

it('10,000 short processes, as fast as they come, are all shown', { timeout: PATIENCE }, async () => {
  await using mourner = openMourner();
  const times = 10_000;
  const seen = await exits(mourner, ['--require-complete'], () => mourner.child({ how: 'series', times }));
  expect(seen).toHaveLength(times);
  expect(new Set(seen.map(({ pid, time }) => `${pid} ${time}`)).size).toBe(times);
});
