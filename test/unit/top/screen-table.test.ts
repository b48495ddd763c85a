import { describe, expect, it } from 'vitest';
import type { NamedColumn } from '../../../src/kit/columns/columns.ts';
import { type Line, paintLine } from '../../../src/kit/screen/line.ts';
import { sparkline } from '../../../src/kit/screen/spark.ts';
import { layOut } from '../../../src/kit/top/screen/layout.ts';
import { statusLines } from '../../../src/kit/top/screen/status.ts';
import { headLine, rowLine, totalLine } from '../../../src/kit/top/screen/table-lines.ts';
import { columns, facts, type Row, row, settings, snapshotOf } from './sample.ts';

const plain = ({ spans }: Line) => spans.map((span) => (typeof span === 'string' ? span : span.text)).join('');

const all: readonly NamedColumn<Row>[] = [columns.name, columns.address, columns.rate];
const place = (width: number, rows: readonly Row[], shown = all, more: readonly NamedColumn<Row>[] = []) =>
  layOut(shown, more, rows, { width, history: 60, order: ['address', 'name', 'rate'], known: new Map() });

describe('a table on the screen', () => {
  it('has its columns, and a sparkline in what is left', () => {
    const rows = [row('curl', 512), row('sshd', 1000)];
    const layout = place(40, rows);
    const lines = [
      headLine(layout, 'rate', 'RECENT'),
      totalLine(layout, snapshotOf(rows).totals),
      ...rows.map((each) => rowLine(layout, each, sparkline([0, 4, 8], layout.spark, true))),
    ];
    expect(lines.map(plain)).toEqual([
      'NAME ADDRESS    RATE              RECENT',
      'total          1512B',
      'curl 10.0.0.1   512B                  ▄█',
      'sshd 10.0.0.1  1000B                  ▄█',
    ]);
  });

  it('marks the column that it is sorted by, and values that deserve attention', () => {
    const layout = place(30, [row('somebody', 1)]);
    const paint = (line: Line) => paintLine(line, 80, { colour: true, utf8: true }).text;
    expect(paint(headLine(layout, 'name', 'RECENT'))).toContain('\x1b[7mNAME    \x1b[0m \x1b[1mADDRESS');
    expect(paint(rowLine(layout, row('a', 901), ''))).toContain('\x1b[31m  901B\x1b[0m');
    expect(paint(rowLine(layout, row('a', 900), ''))).not.toContain('\x1b[31m');
  });

  it.each([
    // all of it, and a sparkline as long as there is history
    [200, ['name', 'address', 'rate'], 60],
    [28 + 9, ['name', 'address', 'rate'], 8],
    // no sparkline that is too short to say something
    [28 + 8, ['name', 'address', 'rate'], 0],
    [28, ['name', 'address', 'rate'], 0],
    [27, ['name', 'address'], 0],
    [20, ['name', 'rate'], 0],
    [1, ['name'], 0],
  ])('in %d cells', (width, names, spark) => {
    const layout = place(width, [row('somebody', 1, '192.168.22.1')]);
    expect(layout.placed.map(({ column }) => column.name)).toEqual(names);
    expect(layout.spark).toBe(spark);
  });

  it('grows columns with what they say, while there is room', () => {
    const long = row('a', 1, 'fd00:1234:5678:9abc::1');
    const widths = (width: number) => place(width, [long]).placed.map((placed) => placed.width);
    expect(widths(60)).toEqual([4, 22, 6]);
    expect(widths(40)).toEqual([4, 19, 6]);
    expect(widths(30)).toEqual([4, 18, 6]);
  });

  it('has further columns where there is room for them and a sparkline, all in their usual order', () => {
    const names = (width: number) =>
      place(width, [], [columns.rate], [columns.address, columns.name]).placed.map(({ column }) => column.name);
    expect(names(60)).toEqual(['address', 'name', 'rate']);
    expect(names(29)).toEqual(['address', 'rate']);
    expect(names(25)).toEqual(['name', 'rate']);
    expect(names(23)).toEqual(['rate']);
  });

  it('keeps the widths that it once had', () => {
    const known = new Map<string, number>();
    layOut(all, [], [row('a-long-name', 1)], { width: 60, history: 60, order: [], known });
    expect(layOut(all, [], [], { width: 60, history: 60, order: [], known }).placed[0].width).toBe(11);
  });

  it('shows no byte that a terminal obeys', () => {
    const hostile = row('\x1b[2J', 1);
    expect(plain(rowLine(place(60, [hostile]), hostile, ''))).toMatch(/^\\e\[2J /);
  });
});

describe('what stands above it', () => {
  const rows = [row('curl', 512), row('sshd', 1000)];
  const status = (part = {}, snapshot = snapshotOf(rows), seen = { top: 0, page: 10 }) =>
    statusLines(facts, { ...settings, ...part }, snapshot, seen).map(plain);

  it('is when, what, and how', () => {
    expect(status()).toEqual(['flowtop 12:34:56, 2 flows, each flow for itself, by RATE, every 1 s']);
    expect(status({ group: 'host' }, snapshotOf(rows, { interval: 2.53e9 }))).toEqual([
      'flowtop 12:34:56, 2 flows, by remote address, by RATE, every 2.5 s',
    ]);
  });

  it('and which rows are seen, and what is left out', () => {
    expect(status({ paused: true }, snapshotOf(rows, { found: 7 }), { top: 1, page: 1 })).toEqual([
      'flowtop 12:34:56, 2 flows, each flow for itself, 2-2 of 7, by RATE, every 1 s   paused ',
      '5 rows not shown (--rows)',
    ]);
    expect(status({ filter: 'a == 1', search: 'x', reverse: true }, snapshotOf(rows, { evicted: 3 }))[1]).toBe(
      'filter: a == 1  search: x  reverse order  3 flows forgotten: there is room for 100 at a time',
    );
  });
});
