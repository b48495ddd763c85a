import type { Cause } from './causes.ts';
import { loopback } from './connection.ts';

export const tcpaccept: Readonly<Record<string, Cause>> = {
  accept: {
    args: [],
    async happen() {
      const { client, server } = await loopback();
      const ends = { laddr: '127.0.0.1', lport: server, raddr: '127.0.0.1', rport: client };
      return { type: 'accept', pid: process.pid, ip: 4, ...ends, backlog: 0 };
    },
  },
};
