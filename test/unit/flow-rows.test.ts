import { describe, expect, test } from 'vitest';
import type { FlowKey, Traffic } from '../../src/gen/flowtop.ts';
import { foldFlows } from '../../src/kit/flows/fold.ts';
import { advance, flowRow, newFlow } from '../../src/kit/flows/row.ts';

const key: FlowKey = {
  laddr: '10.0.0.1',
  raddr: '10.0.0.2',
  lport: 40000,
  rport: 443,
  netns: 1,
  protocol: 6,
  socket: '0',
};

const traffic = (values: Partial<Traffic>): Traffic => ({
  ...{ tx_packets: 0, rx_packets: 0, tx_wire_bytes: 0, rx_wire_bytes: 0, tx_bytes: 0, rx_bytes: 0 },
  ...{ tx_before: 0, rx_before: 0, seen: 0, user: '1', sent: 0, received: 0, srtt: 0, retrans: 0 },
  state: 'ESTABLISHED',
  ...values,
});

describe('a flow', () => {
  test('of TCP counts what its socket has carried since it was seen first', () => {
    const flow = newFlow('k', key, traffic({}));
    advance(flow, traffic({ sent: 1001, tx_before: 1, received: 50, rx_before: 20 }));
    expect(flow.amounts).toMatchObject({ tx_bytes: 1000, rx_bytes: 30 });
  });

  test('goes on counting when its ends are used again by another socket', () => {
    const flow = newFlow('k', key, traffic({}));
    advance(flow, traffic({ sent: 1001, tx_before: 1, received: 10 }));
    advance(flow, traffic({ sent: 500, tx_before: 1, received: 4, user: '2' }));
    expect(flow.amounts).toMatchObject({ tx_bytes: 1500, rx_bytes: 14 });
  });

  test('has no negative rate when a count is corrected', () => {
    const flow = newFlow('k', key, traffic({}));
    advance(flow, traffic({ received: 100 }));
    advance(flow, traffic({ received: 60, sent: 1000 }));
    expect(flowRow(flow, 0, 5e8)).toMatchObject({ rx_rate: 0, rx_bytes: 60, tx_rate: 2000, tx_bytes: 1000 });
  });

  test('of a protocol without ports has none', () => {
    const flow = newFlow('k', { ...key, protocol: 58, lport: 0, rport: 0 }, traffic({ state: 'NONE' }));
    expect(flowRow(flow, 0, 1)).toMatchObject({ protocol: 'icmpv6', lport: null, port: null, state: null, srtt: null });
  });
});

test('several flows have in common what is the same, and the rest summed up', () => {
  const rows = [1000, 2000].map((sent, i) => {
    const flow = newFlow(`k${i}`, { ...key, lport: 40000 + i }, traffic({}));
    advance(flow, traffic({ sent, srtt: i * 1e6, tx_packets: 2 }));
    return flowRow(flow, 5, 1e9);
  });
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
