import { describe, expect, it } from 'vitest';
import { tcpdrop } from '../../src/gen/tcpdrop.ts';
import { flowColumns, tcpFlags } from '../../src/kit/columns/packet-columns.ts';

describe('a packet', () => {
  it.each([
    [0x02, 'SYN'],
    [0x12, 'SYN|ACK'],
    [0x11, 'FIN|ACK'],
    [0xff, 'FIN|SYN|RST|PSH|ACK|URG|ECE|CWR'],
    [0, ''],
  ])('with the flags %i is %s', (flags, text) => {
    expect(tcpFlags(flags)).toBe(text);
  });

  const columns = flowColumns(tcpdrop.events.drop);
  const flow = { saddr: 'fd00::1', sport: 6000, daddr: '10.0.0.2', dport: 80, netns: 1 };

  it('has both ends in one column each', () => {
    expect(columns.source.value(flow)).toBe('[fd00::1]:6000');
    expect(columns.source.text?.('[fd00::1]:6000', flow)).toBe('[fd00::1]:6000       >');
    expect(columns.destination.value(flow)).toBe('10.0.0.2:80');
  });
  it('is of the version that its source is of', () => {
    expect(columns.ip.value(flow)).toBe(6);
    expect(columns.ip.value({ ...flow, saddr: '10.0.0.1' })).toBe(4);
  });
});
