import { BpfError } from '../../bpf/error.ts';
import { interfaceFacts, type XdpMode } from '../../bpf/interface.ts';
import type { Link } from '../../bpf/link.ts';
import type { BpfObject } from '../../bpf/object.ts';
import { refusalOf } from '../../bpf/xdp.ts';
import { ExitCode, KitError } from '../errors.ts';
import type { Interface } from './define.ts';
import { whoHolds } from './holder.ts';

export type WantedMode = Exclude<XdpMode, 'hardware'> | 'auto';

/** What XDP needs at most besides a packet in one page, bytes: headroom, Ethernet header, struct skb_shared_info. */
const OVERHEAD = 256 + 14 + 320;
const PAGE = 4096;

export interface AttachedInterface {
  readonly link: Link;
  readonly mode: Exclude<XdpMode, 'hardware'>;
  /** Why it is not the native one. */
  readonly reason?: string;
}

/**
 * Attaches the program to an interface: where the mode is not insisted on, in the driver, else behind it.
 * @throws KitError when the interface has a program already, or takes none
 */
export function attachXdp(object: BpfObject, program: string, at: Interface, wanted: WantedMode): AttachedInterface {
  const attach = (mode: 'native' | 'generic') => object.attach(program, { kind: 'xdp', ifindex: at.index, mode });
  const holder = whoHolds(object.layout, at);
  if (holder) throw holder;
  if (wanted === 'generic') return { link: tried(() => attach('generic'), object, at), mode: 'generic' };
  try {
    return { link: attach('native'), mode: 'native' };
  } catch (error) {
    if (!(error instanceof BpfError)) throw error;
    const reason = nativeRefusal(object, program, at, error);
    if (wanted === 'native') {
      throw new KitError(
        `${at.name} takes no XDP program in its driver: ${reason}`,
        ExitCode.unavailable,
        'without --xdp-mode native it runs behind the driver (generic), which is slower',
      );
    }
    return { link: tried(() => attach('generic'), object, at), mode: 'generic', reason };
  }
}

function tried(attach: () => Link, object: BpfObject, at: Interface): Link {
  try {
    return attach();
  } catch (error) {
    if (!(error instanceof BpfError)) throw error;
    throw whoHolds(object.layout, at) ?? refusal(error, at, 'generic');
  }
}

function refusal(error: BpfError, { name }: Interface, mode: string): Error {
  if (error.code === 'EPERM' || error.code === 'EACCES') return error;
  const cause = error.code === 'ENODEV' ? 'it is gone' : error.message.slice(error.what.length + 2);
  return new KitError(`attaching to ${name} (${mode} XDP): ${cause}`, ExitCode.unavailable);
}

/** Why the driver refuses, in words. @throws KitError when it is no matter of the driver */
function nativeRefusal(object: BpfObject, program: string, at: Interface, error: BpfError): string {
  if (error.code === 'EBUSY' || error.code === 'EEXIST') throw whoHolds(object.layout, at) ?? error;
  if (error.code === 'EPERM' || error.code === 'EACCES' || error.code === 'ENODEV') throw refusal(error, at, 'native');
  const facts = interfaceFacts(at.name);
  const said = refusalOf(object.programFd(program), at.index);
  const mtu = /mtu|frame size|too large|single.?buf/i.test(said) || error.code === 'ERANGE';
  if (mtu) {
    const limit = `a packet has to fit into a page, so that the limit is about ${PAGE - OVERHEAD} bytes`;
    return `${said ? `${said}: ` : 'the MTU is too large: '}${limit}; its own MTU is ${facts?.mtu ?? '?'}`;
  }
  if (facts?.lro || /lro/i.test(said)) {
    return `${said || 'large receive offload is on'} (ethtool -K ${at.name} lro off)`;
  }
  if (said) return said;
  const driver = facts?.driver ? `its driver (${facts.driver})` : 'its driver';
  return error.code === 'EOPNOTSUPP' ? `${driver} has no XDP` : error.message.slice(error.what.length + 2);
}
