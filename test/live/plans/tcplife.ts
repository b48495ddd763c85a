import type { Cause } from './causes.ts';
import { type HeldLoopback, heldLoopback, loopback } from './connection.ts';

/** A session whose last packets come while nobody is inside a call. */
const session: Cause = {
  args: ['-p', `${process.pid}`],
  async happen() {
    const { client, server } = await loopback();
    const carried = { tx_bytes: 'there'.length, rx_bytes: 'and back'.length };
    return { type: 'session', pid: process.pid, lport: client, rport: server, role: 'connect', ...carried };
  },
};

let older: HeldLoopback;
const before = async () => {
  older = await heldLoopback();
};

/** A session that a packet ends, on whose socket nobody has been since the start. */
const broken: Cause = {
  args: [],
  before,
  async happen(way) {
    await older.reset();
    const ends = { lport: older.server, rport: older.client, role: 'accept' };
    return { type: 'session', pid: way === 'none' ? null : process.pid, ...ends, reason: 'RST', partial: true };
  },
};

const open: Cause = {
  args: ['--open'],
  once: true,
  before,
  async happen() {
    await older.reset();
    const ends = { lport: older.client, rport: older.server, role: 'connect' };
    return { type: 'session', pid: process.pid, ...ends, state: 'ESTABLISHED', partial: true };
  },
};

export const tcplife: Readonly<Record<string, Cause>> = { owners: session, holders: broken, ends: session, open };
