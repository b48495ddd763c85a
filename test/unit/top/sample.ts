import type { NamedColumn } from '../../../src/kit/columns/columns.ts';
import type { Snapshot, TopFacts, TopRow, TopSettings } from '../../../src/kit/top/model.ts';

export interface Row extends TopRow {
  readonly name: string | null;
  readonly address: string;
  readonly quiet: number;
  readonly time: number;
}

export const row = (name: string, rate: number, address = '10.0.0.1'): Row => ({
  key: name,
  members: 1,
  rate,
  name,
  address,
  quiet: 0,
  time: 0,
});

const text = (name: 'name' | 'address', width: number): NamedColumn<Row> => ({
  name,
  head: name.toUpperCase(),
  width,
  align: 'left',
  type: 'string',
  doc: `its ${name}`,
  value: (row) => row[name],
});

export const columns = {
  name: text('name', 8),
  address: text('address', 12),
  rate: {
    name: 'rate',
    head: 'RATE',
    width: 6,
    align: 'right',
    type: 'int',
    doc: 'bytes per second',
    value: (row: Row) => row.rate,
    text: (value) => `${value}B`,
    alert: (value) => Number(value) > 900,
  } as NamedColumn<Row>,
};

export const settings: TopSettings = {
  sort: 'rate',
  reverse: false,
  group: 'flow',
  filter: undefined,
  search: '',
  paused: false,
  units: 'bin-bytes',
  interval: 1000,
  idle: false,
  rows: undefined,
};

export function snapshotOf(rows: readonly Row[], part: Partial<Snapshot<Row>> = {}): Snapshot<Row> {
  const total = rows.reduce((sum, { rate }) => sum + rate, 0);
  return {
    time: 0,
    interval: 1e9,
    columns: [columns.name, columns.address, columns.rate],
    rows,
    all: rows,
    found: rows.length,
    totals: { ...row('', total, ''), name: null, members: rows.length },
    evicted: 0,
    capacity: 100,
    recent: ({ rate }) => [0, rate / 2, rate],
    ...part,
  };
}

export const facts = {
  name: 'flowtop',
  what: 'flows',
  groups: [
    ['flow', 'each flow for itself'],
    ['host', 'by remote address'],
  ],
  sorts: () => ['rate', 'name'],
  columns,
  run: { clock: { time: () => '12:34:56' } },
} as unknown as TopFacts<Row>;
