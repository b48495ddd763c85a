import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { ASKED, nameServer, record, reply, TYPE } from '../harness/net/dns.ts';
import type { Cause } from './causes.ts';
import { loopback } from './connection.ts';

/** A connect to everybody at once fails before anything is sent. */
const UNROUTABLE = '255.255.255.255';

export const tcpconnect: Readonly<Record<string, Cause>> = {
  states: {
    args: ['-p', `${process.pid}`],
    async happen() {
      const { client, server } = await loopback();
      return { type: 'connect', pid: process.pid, lport: client, rport: server, result: 'established', error: null };
    },
  },
  unsent: {
    args: ['-p', `${process.pid}`],
    async happen() {
      const socket = connect(80, UNROUTABLE);
      await once(socket, 'error');
      const ends = { raddr: UNROUTABLE, rport: 80, latency: null };
      return { type: 'connect', pid: process.pid, ...ends, result: 'unreachable', error: 'ENETUNREACH' };
    },
  },
  dns: {
    args: ['-d', '-p', `${process.pid}`],
    async happen() {
      const server = '127.53.0.1';
      await nameServer(server, (query) => reply(query, [record(ASKED, TYPE.A, Buffer.of(127, 0, 0, 1))]));
      const resolver = new Resolver();
      resolver.setServers([server]);
      await resolver.resolve4('plans.example');
      const { client } = await loopback();
      return { type: 'connect', pid: process.pid, lport: client, query: 'plans.example' };
    },
  },
};
