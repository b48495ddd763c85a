import { long, TRAFFIC } from './words.ts';

/**
 * The numbers that are kept of a flow, in their order: amounts that it has carried since it was seen first, the same at
 * the reading before, and what the kernel has said last.
 */
export const Now = {
  tx_bytes: 0,
  rx_bytes: 1,
  tx_wire_bytes: 2,
  rx_wire_bytes: 3,
  tx_packets: 4,
  rx_packets: 5,
  seen: 6,
  srtt: 7,
  retrans: 8,
  state: 9,
  sent: 10,
  received: 11,
  /** Carried by sockets that had the same ends before this one. */
  earlier_sent: 12,
  earlier_received: 13,
  /** Both words of struct traffic's `user`. */
  user: 14,
  user_high: 15,
  /** The reading that has found it last, and the one that found it changed. */
  read: 16,
  changed: 17,
  /** The reading after which its owner was looked for. */
  asked: 18,
  /** Here begin the amounts of the reading before. */
  before: 19,
} as const;

export type Now = (typeof Now)[keyof typeof Now];

const AMOUNTS = 6;
/** So many numbers has a flow. */
export const FIELDS = 25;

/** From an amount to the same at the reading before. */
export const BEFORE = Now.before;

/** A socket is known by its address while it has no cookie (bpf/include/cookie-owner.h): the kernel's half of all. */
const ADDRESSES = 0x8000_0000;

/** Whether something has happened to a flow since it was read last. */
export function hasChanged(numbers: Float64Array, at: number, words: Uint32Array, value: number): boolean {
  return (
    long(words, value + TRAFFIC.seen) !== numbers[at + Now.seen] ||
    long(words, value + TRAFFIC.tx_packets) !== numbers[at + Now.tx_packets] ||
    long(words, value + TRAFFIC.rx_packets) !== numbers[at + Now.rx_packets]
  );
}

/** The amounts are those of the reading before, too. */
export function keep(numbers: Float64Array, at: number): void {
  for (let i = at; i < at + AMOUNTS; i++) numbers[i + BEFORE] = numbers[i];
}

/** Takes note of what was read. @param at of the flow's numbers @param value of its struct traffic */
export function advance(numbers: Float64Array, at: number, words: Uint32Array, value: number): void {
  const [user, high] = [words[value + TRAFFIC.user], words[value + TRAFFIC.user + 1]];
  const sent = long(words, value + TRAFFIC.sent);
  const received = long(words, value + TRAFFIC.received);
  const isOther = user !== numbers[at + Now.user] || high !== numbers[at + Now.user_high];
  const hadCookie = numbers[at + Now.user_high] < ADDRESSES;
  // the same ends were used again: the new socket counts from the beginning
  if (isOther && hadCookie && (sent < numbers[at + Now.sent] || received < numbers[at + Now.received])) {
    numbers[at + Now.earlier_sent] += numbers[at + Now.sent];
    numbers[at + Now.earlier_received] += numbers[at + Now.received];
  }
  keep(numbers, at);
  const tx = numbers[at + Now.earlier_sent] + sent - long(words, value + TRAFFIC.tx_before);
  const rx = numbers[at + Now.earlier_received] + received - long(words, value + TRAFFIC.rx_before);
  numbers[at + Now.tx_bytes] = long(words, value + TRAFFIC.tx_bytes) + Math.max(0, tx);
  numbers[at + Now.rx_bytes] = long(words, value + TRAFFIC.rx_bytes) + Math.max(0, rx);
  numbers[at + Now.user] = user;
  numbers[at + Now.user_high] = high;
  numbers[at + Now.sent] = sent;
  numbers[at + Now.received] = received;
  numbers[at + Now.seen] = long(words, value + TRAFFIC.seen);
  numbers[at + Now.srtt] = long(words, value + TRAFFIC.srtt);
  numbers[at + Now.retrans] = words[value + TRAFFIC.retrans];
  numbers[at + Now.state] = words[value + TRAFFIC.state] & 0xff;
  numbers[at + Now.tx_packets] = long(words, value + TRAFFIC.tx_packets);
  numbers[at + Now.rx_packets] = long(words, value + TRAFFIC.rx_packets);
  numbers[at + Now.tx_wire_bytes] = long(words, value + TRAFFIC.tx_wire_bytes);
  numbers[at + Now.rx_wire_bytes] = long(words, value + TRAFFIC.rx_wire_bytes);
}
