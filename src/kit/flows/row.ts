import { tcpState } from '../../btf/tcp-state.ts';
import type { FlowRow } from '../columns/flow-row.ts';
import { Now } from './advance.ts';
import { FlowWindow } from './window.ts';

/** The fields of the flow in a window. */
export class FlowAt extends FlowWindow implements FlowRow {
  get key() {
    return this.serial();
  }
  get time() {
    return this.read();
  }
  get quiet() {
    return Math.max(0, this.awake() - this.now(Now.seen));
  }
  get members() {
    return 1;
  }
  get rate() {
    return this.rateOf(Now.tx_wire_bytes) + this.rateOf(Now.rx_wire_bytes);
  }
  get protocol() {
    return this.both().protocol;
  }
  get laddr() {
    return this.both().laddr;
  }
  get raddr() {
    return this.both().raddr;
  }
  get lport() {
    return this.both().lport;
  }
  get rport() {
    return this.both().rport;
  }
  get port() {
    return this.both().port;
  }
  get netns() {
    return this.both().netns;
  }
  get pid() {
    return this.whose()?.pid ?? null;
  }
  get tid() {
    return this.whose()?.tid ?? null;
  }
  get uid() {
    return this.whose()?.uid ?? null;
  }
  get comm() {
    return this.whose()?.comm ?? null;
  }
  get cgroup_id() {
    return this.whose()?.cgroup_id ?? null;
  }
  get cgroup() {
    return this.whose()?.cgroup ?? null;
  }
  get container() {
    return this.whose()?.container ?? null;
  }
  get tx_bytes() {
    return this.now(Now.tx_bytes);
  }
  get rx_bytes() {
    return this.now(Now.rx_bytes);
  }
  get tx_wire_bytes() {
    return this.now(Now.tx_wire_bytes);
  }
  get rx_wire_bytes() {
    return this.now(Now.rx_wire_bytes);
  }
  get tx_packets() {
    return this.now(Now.tx_packets);
  }
  get rx_packets() {
    return this.now(Now.rx_packets);
  }
  get tx_rate() {
    return this.rateOf(Now.tx_bytes);
  }
  get rx_rate() {
    return this.rateOf(Now.rx_bytes);
  }
  get tx_wire_rate() {
    return this.rateOf(Now.tx_wire_bytes);
  }
  get rx_wire_rate() {
    return this.rateOf(Now.rx_wire_bytes);
  }
  get tx_packet_rate() {
    return this.rateOf(Now.tx_packets);
  }
  get rx_packet_rate() {
    return this.rateOf(Now.rx_packets);
  }
  get srtt() {
    return this.isTcp() && this.now(Now.srtt) > 0 ? this.now(Now.srtt) : null;
  }
  get retrans() {
    return this.isTcp() ? this.now(Now.retrans) : null;
  }
  get state() {
    return this.isTcp() ? tcpState(this.now(Now.state)) : null;
  }
}

// so that who goes through the fields of a row finds them
for (const [name, getter] of Object.entries(Object.getOwnPropertyDescriptors(FlowAt.prototype)))
  if (getter.get) Object.defineProperty(FlowAt.prototype, name, { ...getter, enumerable: true });
