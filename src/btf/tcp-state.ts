/** include/net/tcp_states.h, by number. */
const STATES = [
  ...['NONE', 'ESTABLISHED', 'SYN_SENT', 'SYN_RECV', 'FIN_WAIT1', 'FIN_WAIT2', 'TIME_WAIT', 'CLOSE'],
  ...['CLOSE_WAIT', 'LAST_ACK', 'LISTEN', 'CLOSING', 'NEW_SYN_RECV', 'BOUND_INACTIVE'],
];

/** The name of a TCP state; the number as text where nobody knows it. NONE: the socket did not exist. */
export function tcpState(state: number): string {
  return STATES[state] ?? `${state}`;
}

/** The number of a TCP state. @throws RangeError for a name that none has */
export function tcpStateNumber(name: string): number {
  const state = STATES.indexOf(name);
  if (state < 0) throw new RangeError(`'${name}' is no TCP state`);
  return state;
}
