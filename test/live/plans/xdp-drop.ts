import { CABLE, testNet } from '../harness/net/hosts.ts';
import type { Cause } from './causes.ts';

let net: ReturnType<typeof testNet>;

/** A ping from the other end of a cable, which is counted and let pass. */
const packet: Cause = {
  args: ['--dry-run', '--show', '1', '--proto', 'icmp', CABLE],
  get under() {
    return net.near.inside;
  },
  async before() {
    net = testNet();
  },
  async happen() {
    net.far.run('ping', '-c', '1', '-W', '10', net.near.ipv4);
    return { type: 'drop', saddr: net.far.ipv4, daddr: net.near.ipv4, proto: 'icmp', verdict: 'would drop' };
  },
};

export const xdpDrop: Readonly<Record<string, Cause>> = { interface: packet };
