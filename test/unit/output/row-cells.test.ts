import { describe, expect, it } from 'vitest';
import type { EventLayout } from '../../../src/btf/layout.ts';
import { openClock } from '../../../src/host/clock.ts';
import type { NamedColumn } from '../../../src/kit/columns/columns.ts';
import { csvWriter } from '../../../src/kit/output/csv.ts';
import { jsonWriter } from '../../../src/kit/output/json.ts';
import { RowBytes } from '../../../src/kit/output/row-bytes.ts';
import { tableWriter } from '../../../src/kit/output/table.ts';
import { withDefaults } from '../../../src/kit/tool/options.ts';
import { loadTool, tools } from '../../../src/registry.ts';
import { randomEvents, randomFrom } from './random-events.ts';
import { csvRow, jsonRow, tableRow } from './reference.ts';

const SEED = 20260131;
const EVENTS = 3000;
const clock = openClock(() => ({ boot: 1e9, real: Date.UTC(2026, 0, 31, 23, 59, 58) * 1e3 }));
const run = { clock, start: 2e9, ended: AbortSignal.abort() };

const streams = (await Promise.all(tools.map(({ name }) => loadTool(name)))).filter(({ shape }) => shape === 'stream');

describe.each(streams)('rows of $name', (tool) => {
  const { event } = tool as { event: EventLayout<object> };
  const all = tool.columns(withDefaults(tool.options, {}), run);
  const columns = Object.entries(all).map(([name, column]) => ({ ...column, name })) as NamedColumn<object>[];
  // the kernel never sends what a column has no word for
  const isPossible = (each: object) => columns.every(({ value }) => value(each) !== undefined);
  const events = randomEvents(event, EVENTS, randomFrom(SEED)).filter(isPossible);

  it.each([
    ['JSON', jsonWriter(columns, 'fuzz'), jsonRow],
    ['CSV', csvWriter(columns), csvRow],
    ['a table', tableWriter(columns), tableRow],
  ])('are in %s what each of them is by itself', (_, writer, reference) => {
    expect(events.length).toBeGreaterThan(EVENTS / 10);
    const whole = events.map((each) => reference(columns, each));
    expect(writer.rows(events).split('\n')).toEqual(whole.join('').split('\n'));
    // also where batches end
    for (let at = 0; at < events.length; at += 7) {
      expect(writer.rows(events.slice(at, at + 7))).toBe(whole.slice(at, at + 7).join(''));
    }
  });
});

describe('bytes of rows', () => {
  const written = (put: (rows: RowBytes) => void) => {
    const rows = new RowBytes();
    put(rows);
    return rows.bytes.toString();
  };
  const random = randomFrom(SEED);
  const whole = [0, -0, 1, -1, 9, 10, 99, 100, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 32, 999_999_999, 1e9, 1e15, 1e18];
  const odd = [2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 53, 2 ** 64, 1e21, 1e22, 1.5, 0.1, 1e-6, 1e-7, 999e-9, 5e-324, 1e300];
  const more = [999_999.999999999, 1_000_000.000000001, 0.1 + 0.2, -0.5, NaN, Infinity, -Infinity];

  it('have numbers as JavaScript has them', () => {
    for (const value of [...whole, ...odd, ...more]) expect(written((rows) => rows.number(value))).toBe(`${value}`);
    for (let i = 0; i < 100_000; i++) {
      const size = 10 ** Math.floor(random() * 18);
      const integer = Math.floor(random() * size) * (random() < 0.2 ? -1 : 1);
      for (const value of [integer, integer / 1e9, integer / 1e6, random() * size]) {
        const text = written((rows) => rows.number(value));
        if (text !== `${value}`) expect(text).toBe(`${value}`);
      }
    }
  });

  it('have digits of a number with zeros before them', () => {
    expect(written((rows) => [0, 7, 999_999, 12_345].map((value) => rows.digits(value, 6)))).toBe(
      '000000000007999999012345',
    );
  });

  it('take more than there was room for', () => {
    const long = 'x'.repeat(100_000);
    const puts = (rows: RowBytes) => {
      rows.ascii('a');
      rows.quoted(long);
      rows.text(`é${long}`);
      rows.raw(Buffer.from(long));
      rows.copy(0, 100_003);
      for (let i = 0; i < 100_000; i++) rows.number(7);
    };
    expect(written(puts)).toBe(`a"${long}"é${long}${long}a"${long}"${'7'.repeat(100_000)}`);
  });
});
