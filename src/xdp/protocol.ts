import { nameOf, PROTOCOLS } from '../rules/names.ts';
import { IPV6 } from '../rules/tables.ts';

/** Of struct packet (bpf/include/xdp-packet.h); null: no IP, or nothing that is known. */
export function protocolName(proto: number): string | null {
  return proto < 2 * IPV6 ? nameOf(PROTOCOLS, proto % IPV6) : null;
}
