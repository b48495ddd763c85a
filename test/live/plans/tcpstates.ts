import type { Cause } from './causes.ts';
import { loopback } from './connection.ts';

/** A change that a packet brings, so that the process is one that was noted before. */
const established: Cause = {
  args: ['-p', `${process.pid}`],
  async happen() {
    const { client, server } = await loopback();
    const states = { oldstate: 'SYN_SENT', newstate: 'ESTABLISHED' };
    return { type: 'change', pid: process.pid, lport: client, rport: server, ...states };
  },
};

export const tcpstates: Readonly<Record<string, Cause>> = { owners: established, states: established };
