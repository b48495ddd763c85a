import { CABLE, testNet } from '../harness/net/hosts.ts';
import type { Cause } from './causes.ts';

let net: ReturnType<typeof testNet>;

/** A ping from the other end of a cable. */
const ping: Cause = {
  args: [CABLE],
  get under() {
    return net.near.inside;
  },
  async before() {
    net = testNet();
  },
  async happen() {
    net.far.run('ping', '-c', '1', '-W', '10', net.near.ipv4);
    return { type: 'ping', saddr: net.far.ipv4, daddr: net.near.ipv4, seq: 1, length: 64, verdict: 'passed' };
  },
};

export const pingdrop: Readonly<Record<string, Cause>> = { interface: ping };
