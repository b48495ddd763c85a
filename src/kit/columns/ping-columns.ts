import type { Ping } from '../../gen/pingdrop.ts';
import { interfaceName } from '../../host/interfaces.ts';
import { column } from './typed-columns.ts';

/** By the numbers that bpf/pingdrop.bpf.c has for them. */
const VERDICTS = ['passed', 'would drop', 'dropped'] as const;

/** What is computed of a ping. */
export const pingColumns = {
  interface: column({
    head: 'IFACE',
    width: 8,
    type: 'string',
    doc: 'interface that it came in by',
    resolved: true,
    value: ({ ifindex }: Ping) => interfaceName(ifindex),
  }),
  kind: column({
    head: 'KIND',
    width: 7,
    type: 'string',
    doc: 'request, or reply',
    value: ({ reply }: Ping) => (reply ? 'reply' : 'request'),
  }),
  vlan: column({
    head: 'VLAN',
    width: 4,
    type: 'int',
    nullable: true,
    doc: 'VLAN id, the inner one of several; null: it has none, or the hardware has taken it off',
    value: ({ vlan }: Ping) => vlan || null,
  }),
  verdict: column({
    head: 'VERDICT',
    width: 10,
    type: 'string',
    doc: 'passed, dropped, or would drop: it has passed in mode trace, and mode drop would drop it',
    value: ({ verdict }: Ping) => VERDICTS[verdict],
    alert: (verdict) => verdict === 'dropped',
  }),
};
