import { describe, expect, test } from 'vitest';
import { recordView } from '../../src/btf/layout.ts';
import { type FlowKey, flowtop, type Traffic } from '../../src/gen/flowtop.ts';
import { advance, FIELDS } from '../../src/kit/flows/advance.ts';
import { FlowTable } from '../../src/kit/flows/flow-table.ts';
import { foldFlows } from '../../src/kit/flows/fold.ts';
import { FlowAt } from '../../src/kit/flows/row.ts';
import { held } from '../../src/kit/top/held.ts';

const key: FlowKey = {
  laddr: '10.0.0.1',
  raddr: '10.0.0.2',
  lport: 40000,
  rport: 443,
  netns: 1,
  protocol: 6,
  socket: 0,
};

const traffic = (values: Partial<Traffic>): Traffic => ({
  ...{ tx_packets: 0, rx_packets: 0, tx_wire_bytes: 0, rx_wire_bytes: 0, tx_bytes: 0, rx_bytes: 0 },
  ...{ tx_before: 0, rx_before: 0, seen: 0, user: '1', sent: 0, received: 0, srtt: 0, retrans: 0 },
  state: 'ESTABLISHED',
  ...values,
});

const nobody = { refresh: () => undefined };
const area = recordView(new ArrayBuffer(256));
const VALUE = 128;

/** A table to which flows are told as the kernel tells of them. */
function testTable(interval = 1e9) {
  const table = new FlowTable();
  Object.assign(table, { time: 5, interval });
  const place = (of: FlowKey) => {
    flowtop.maps.flows.key.encode(area, 0, of);
    return table.find(area.u32, 0);
  };
  return {
    table,
    place,
    tell(of: FlowKey, values: Partial<Traffic>): FlowAt {
      let slot = place(of);
      if (slot < 0) slot = table.add(area.u32, 0);
      flowtop.maps.flows.value.encode(area, VALUE, traffic(values));
      advance(table.numbers, slot * FIELDS, area.u32, VALUE >> 2);
      return new FlowAt(table, slot, nobody);
    },
  };
}

describe('a flow', () => {
  test('of TCP counts what its socket has carried since it was seen first', () => {
    const row = testTable().tell(key, { sent: 1001, tx_before: 1, received: 50, rx_before: 20 });
    expect(row).toMatchObject({
      tx_bytes: 1000,
      rx_bytes: 30,
      protocol: 'tcp',
      raddr: '10.0.0.2',
      state: 'ESTABLISHED',
    });
  });

  test('goes on counting when its ends are used again by another socket', () => {
    const { tell } = testTable();
    tell(key, { sent: 1001, tx_before: 1, received: 10 });
    const row = tell(key, { sent: 500, tx_before: 1, received: 4, user: '2' });
    expect(row).toMatchObject({ tx_bytes: 1500, rx_bytes: 14 });
  });

  test('is the same one when its socket, known by its address, gets a cookie', () => {
    const { tell } = testTable();
    tell(key, { sent: 1000, tx_before: 1000, user: `${0xffff_8880_0000_1000n}` });
    expect(tell(key, { sent: 0, tx_before: 1000, user: '7' }).tx_bytes).toBe(0);
    expect(tell(key, { sent: 1010, tx_before: 1000, user: '7' }).tx_bytes).toBe(10);
  });

  test('has no negative rate when a count is corrected', () => {
    const { tell } = testTable(5e8);
    tell(key, { received: 100 });
    const row = tell(key, { received: 60, sent: 1000 });
    expect(row).toMatchObject({ rx_rate: 0, rx_bytes: 60, tx_rate: 2000, tx_bytes: 1000 });
  });

  test('of a protocol without ports has none', () => {
    const row = testTable().tell({ ...key, protocol: 58, lport: 0, rport: 0 }, { state: 'NONE' });
    expect(row).toMatchObject({ protocol: 'icmpv6', lport: null, port: null, state: null, srtt: null });
  });

  test('that is held stays as it is', () => {
    const { tell } = testTable();
    const row = tell(key, { sent: 10 });
    const [kept] = held({ time: 5, interval: 1, rows: [row], totals: row, evicted: 0 }).rows;
    tell(key, { sent: 20 });
    expect([kept.tx_bytes, row.tx_bytes, Object.keys(kept).length]).toEqual([10, 20, 34]);
  });
});

describe('the table of flows', () => {
  const many = Array.from({ length: 3000 }, (_, i) => ({ ...key, lport: i, netns: i % 3 }));

  test('finds each of many, at places that they keep while others come and go', () => {
    const { table, tell, place } = testTable();
    for (const [i, each] of many.entries()) tell(each, { sent: i });
    const places = many.map(place);
    expect(new Set(places).size).toBe(many.length);
    for (const [i, at] of places.entries()) if (i % 2) table.remove(at);
    expect(many.map(place)).toEqual(places.map((at, i) => (i % 2 ? -1 : at)));
    expect(many.filter((_, i) => i % 2 === 0).map((each) => new FlowAt(table, place(each), nobody).tx_bytes)).toEqual(
      many.flatMap((_, i) => (i % 2 ? [] : [i])),
    );
  });

  test('takes no more room than the most that there were at once', () => {
    const { table, tell, place } = testTable();
    for (let i = 0; i < 50_000; i++) {
      tell({ ...key, lport: i & 0xffff, netns: i }, {});
      if (i >= 100) table.remove(place({ ...key, lport: (i - 100) & 0xffff, netns: i - 100 }));
    }
    expect([table.size, table.end]).toEqual([100, 101]);
  });
});

test('several flows have in common what is the same, and the rest summed up', () => {
  const { tell } = testTable();
  const rows = [1000, 2000].map((sent, i) =>
    tell({ ...key, lport: 40000 + i }, { sent, srtt: i * 1e6, tx_packets: 2 }),
  );
  expect(foldFlows(rows, 'g')).toMatchObject({
    key: 'g',
    members: 2,
    protocol: 'tcp',
    raddr: '10.0.0.2',
    lport: null,
    rport: 443,
    tx_bytes: 3000,
    tx_packets: 4,
    srtt: 1e6,
  });
});
