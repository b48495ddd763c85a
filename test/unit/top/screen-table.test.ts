import { describe, expect, it } from 'vitest';
import type { NamedColumn } from '../../../src/kit/columns/columns.ts';
import { type Line, paintLine } from '../../../src/kit/screen/line.ts';
import { layOut } from '../../../src/kit/top/screen/layout.ts';
import { statusLines } from '../../../src/kit/top/screen/status.ts';
import { headLine, rowLine, totalLine } from '../../../src/kit/top/screen/table-lines.ts';
import { columns, facts, type Row, row, settings, snapshotOf } from './sample.ts';

const plain = ({ spans }: Line) => spans.map((span) => (typeof span === 'string' ? span : span.text)).join('');

const all: readonly NamedColumn<Row>[] = [columns.name, columns.address, columns.rate];
const place = (width: number, rows: readonly Row[], shown = all, more: readonly NamedColumn<Row>[] = []) =>
  layOut(shown, more, rows, { width, history: 60, known: new Map() });

describe('a table on the screen', () => {
  it('has its columns, and a sparkline in what is left', () => {
    const rows = [row('curl', 512), row('sshd', 1000)];
    const layout = place(44, rows);
    const lines = [
      headLine(layout, 'rate'),
      totalLine(layout, snapshotOf(rows).totals),
      ...rows.map((each) => rowLine(layout, each, [0, 4, 8], { utf8: true })),
    ];
    expect(lines.map(plain)).toEqual(
      [
        'NAME     ADDRESS        RATE          RECENT',
        'total                  1512B',
        'curl     10.0.0.1       512B              ▄█',
        'sshd     10.0.0.1      1000B              ▄█',
      ].map((text) => expect.stringMatching(new RegExp(`^${text} *$`))),
    );
    for (const line of lines) expect(plain(line).length).toBeLessThanOrEqual(44);
  });

  it('marks the column that it is sorted by, and values that deserve attention', () => {
    const layout = place(30, []);
    const paint = (line: Line) => paintLine(line, 80, { colour: true, utf8: true }).text;
    expect(paint(headLine(layout, 'name'))).toContain('\x1b[7mNAME    \x1b[0m \x1b[1mADDRESS');
    expect(paint(rowLine(layout, row('a', 901), [], { utf8: true }))).toContain('\x1b[31m  901B\x1b[0m');
    expect(paint(rowLine(layout, row('a', 900), [], { utf8: true }))).not.toContain('\x1b[31m');
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
    const layout = place(width, []);
    expect(layout.placed.map(({ column }) => column.name)).toEqual(names);
    expect(layout.spark).toBe(spark);
  });

  it('grows columns with what they say, and takes further columns, while there is room', () => {
    const long = row('a', 1, 'fd00:1234:5678:9abc::1');
    expect(place(60, [long]).placed.map(({ width }) => width)).toEqual([8, 22, 6]);
    expect(place(40, [long]).placed.map(({ width }) => width)).toEqual([8, 15, 6]);
    const name = (width: number) =>
      place(width, [long], [columns.rate], [columns.address, columns.name]).placed.map(({ column }) => column.name);
    expect(name(60)).toEqual(['rate', 'address', 'name']);
    expect(name(29)).toEqual(['rate', 'address']);
    expect(name(25)).toEqual(['rate', 'name']);
    expect(name(23)).toEqual(['rate']);
  });

  it('keeps the widths that it once had', () => {
    const known = new Map<string, number>();
    layOut(all, [], [row('a-long-name', 1)], { width: 60, history: 60, known });
    expect(layOut(all, [], [], { width: 60, history: 60, known }).placed[0].width).toBe(11);
  });

  it('shows no byte that a terminal obeys', () => {
    expect(plain(rowLine(place(60, []), row('\x1b[2J', 1), [], { utf8: true }))).toMatch(/^\\e\[2J /);
  });
});

describe('what stands above it', () => {
  const rows = [row('curl', 512), row('sshd', 1000)];
  const status = (part = {}, snapshot = snapshotOf(rows), seen = { top: 0, page: 10 }) =>
    statusLines(facts, { ...settings, ...part }, snapshot, seen).map(plain);

  it('is when, what, and how', () => {
    expect(status()).toEqual(['flowtop 12:34:56, 2 flows, each flow for itself, every 1 s']);
    expect(status({ group: 'host' }, snapshotOf(rows, { interval: 2.53e9 }))).toEqual([
      'flowtop 12:34:56, 2 flows, by remote address, every 2.5 s',
    ]);
  });

  it('and which rows are seen, and what is left out', () => {
    expect(status({ paused: true }, snapshotOf(rows, { found: 7 }), { top: 1, page: 1 })).toEqual([
      'flowtop 12:34:56, 2 flows, each flow for itself, 2-2 of 7, every 1 s   paused ',
      '5 rows not shown (--rows)',
    ]);
    expect(status({ filter: 'a == 1', search: 'x', reverse: true }, snapshotOf(rows, { evicted: 3 }))[1]).toBe(
      'filter: a == 1  search: x  reverse order  3 flows forgotten: there is room for 100 at a time',
    );
  });
});
