import type { Cause } from './causes.ts';
import { type HeldLoopback, heldLoopback, loopback } from './connection.ts';

/** A change that a packet brings, so that the process is one that was noted before. */
const established: Cause = {
  args: ['-p', `${process.pid}`],
  async happen() {
    const { client, server } = await loopback();
    const states = { oldstate: 'SYN_SENT', newstate: 'ESTABLISHED' };
    return { type: 'change', pid: process.pid, lport: client, rport: server, ...states };
  },
};

let older: HeldLoopback;

/** A change that a packet brings to a socket that nobody has been inside of since the start. */
const closed: Cause = {
  args: [],
  async before() {
    older = await heldLoopback();
  },
  async happen(way) {
    await older.reset();
    const states = { oldstate: 'ESTABLISHED', newstate: 'CLOSE' };
    return {
      type: 'change',
      pid: way === 'none' ? null : process.pid,
      lport: older.server,
      rport: older.client,
      ...states,
    };
  },
};

export const tcpstates: Readonly<Record<string, Cause>> = { owners: established, holders: closed, states: established };
