import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BuildLog } from '../../../scripts/lib/stale.mjs';

const command = ['clang', '-O2'];
const target = 'package.json'; // of all files in the root, this one surely exists
let folder = '';
let inputs: string[] = [];

const log = () => new BuildLog(join(folder, 'log.json'));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ebpf-kit-'));
  inputs = ['a.h', 'b.c'].map((name) => join(folder, name));
  for (const input of inputs) writeFileSync(input, 'text');
  log().record(target, command, inputs);
});

afterEach(() => rmSync(folder, { recursive: true }));

test('what has not changed is fresh', () => {
  expect(log().isFresh(target, command)).toBe(true);
  expect(log().isFresh(target, command, inputs.toReversed())).toBe(true);
});

test.each<[string, () => void]>([
  ['an input with other text', () => writeFileSync(inputs[0], 'other text')],
  ['an input that is newer', () => utimesSync(inputs[0], 2e9, 2e9)],
  ['an input that is older', () => utimesSync(inputs[0], 1e9, 1e9)],
  ['an input that is gone', () => rmSync(inputs[1])],
  ['a log that was cut off', () => writeFileSync(join(folder, 'log.json'), '{"package.json":{"dig')],
  ['no log', () => rmSync(join(folder, 'log.json'))],
])('stale: %s', (_, change) => {
  change();
  expect(log().isFresh(target, command)).toBe(false);
});

test('stale: another command, another list of inputs, a target that is not there', () => {
  expect(log().isFresh(target, ['clang', '-O3'])).toBe(false);
  expect(log().isFresh(target, command, inputs.slice(1))).toBe(false);
  log().record('no/such/target', command, inputs);
  expect(log().isFresh('no/such/target', command)).toBe(false);
});
