import { type Codec, type RecordView, recordView } from '../../btf/layout.ts';
import { flowtop, type Owner, type Traffic } from '../../gen/flowtop.ts';

const { flows, owners } = flowtop.maps;

/** Of a key of the map of flows. */
export const KEY_WORDS = flows.key.size >> 2;

/** Keys of flows, one behind the other. */
export const keyStore = (count: number): RecordView => recordView(new ArrayBuffer(round8(count * flows.key.size)));

const round8 = (size: number) => (size + 7) & ~7;

/**
 * At which 32-bit word of a struct each field stands: what is read for every flow in every interval is not made an
 * object of. The codec tells, by writing the struct.
 * @param samples a value for each field that is not 0
 */
function wordsOf<T extends object>(codec: Codec<T>, samples: T, zero: T): Readonly<Record<keyof T, number>> {
  const view = recordView(new ArrayBuffer(round8(codec.size)));
  const names = Object.keys(samples) as (keyof T)[];
  const words = names.map((name) => {
    codec.encode(view, 0, { ...zero, [name]: samples[name] });
    return [name, view.u32.findIndex((word) => word !== 0)] as const;
  });
  return Object.fromEntries(words) as Record<keyof T, number>;
}

const amounts = (each: number) => ({
  tx_packets: each,
  rx_packets: each,
  tx_wire_bytes: each,
  rx_wire_bytes: each,
  tx_bytes: each,
  rx_bytes: each,
  tx_before: each,
  rx_before: each,
  seen: each,
  sent: each,
  received: each,
  srtt: each,
  retrans: each,
});

/** Of struct traffic. `state` is the lowest byte of its word. */
export const TRAFFIC = wordsOf<Traffic>(
  flows.value,
  { ...amounts(1), user: '1', state: 'ESTABLISHED' },
  { ...amounts(0), user: '0', state: 'NONE' },
);

/** Of struct owner, which ends with `comm`. */
export const OWNER = wordsOf<Owner>(
  owners.value,
  { cgroup_id: '1', pid: 1, tid: 1, uid: 1, comm: 'x' },
  { cgroup_id: '0', pid: 0, tid: 0, uid: 0, comm: '' },
);

/** Of what tells one owner from another. */
export const OWNER_WORDS = OWNER.comm + 4;

/** A u64; precise up to 2^53. */
export const long = (words: Uint32Array, at: number): number => words[at] + words[at + 1] * 4294967296;
