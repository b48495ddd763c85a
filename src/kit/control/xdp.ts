import { BpfError } from '../../bpf/error.ts';
import { type InterfaceFacts, interfaceFacts, type XdpMode } from '../../bpf/interface.ts';
import type { Link } from '../../bpf/link.ts';
import type { BpfObject } from '../../bpf/object.ts';
import { refusalOf } from '../../bpf/xdp.ts';
import { ExitCode, KitError } from '../errors.ts';
import type { AnyControl, Interface } from './define.ts';
import { whoHolds } from './holder.ts';
import { programOf } from './load.ts';

export type WantedMode = Exclude<XdpMode, 'hardware'> | 'auto';

/** What XDP needs at most besides a packet in one page, bytes: headroom, Ethernet header, struct skb_shared_info. */
const OVERHEAD = 256 + 14 + 320;
const PAGE = 4096;

export interface AttachedInterface {
  /** The one that was given, or the one for large packets. */
  readonly object: BpfObject;
  /** Descriptor of its program. */
  readonly program: number;
  readonly link: Link;
  readonly mode: Exclude<XdpMode, 'hardware'>;
  /** Why it is not the native one. */
  readonly reason?: string;
}

/**
 * Attaches the program to an interface: where the mode is not insisted on, in the driver, else behind it.
 * @param loadFrags the object with the program for packets that do not fit into a page, for drivers that ask for it
 * @throws KitError when the interface has a program already, or takes none
 */
export function attachXdp(
  tool: AnyControl,
  object: BpfObject,
  at: Interface,
  wanted: WantedMode,
  loadFrags: () => BpfObject,
): AttachedInterface {
  const attach = (mode: 'native' | 'generic') => object.attach(tool.program, { kind: 'xdp', ifindex: at.index, mode });
  const program = object.programFd(tool.program);
  const generic = () => ({
    object,
    program,
    link: tried(() => attach('generic'), object, at),
    mode: 'generic' as const,
  });
  const holder = whoHolds(object.layout, at);
  if (holder) throw holder;
  if (wanted === 'generic') return generic();
  try {
    return { object, program, link: attach('native'), mode: 'native' };
  } catch (error) {
    if (!(error instanceof BpfError)) throw error;
    const { isMtu, reason } = nativeRefusal(object, tool.program, at, error);
    const larger = isMtu ? attachFrags(tool, at, loadFrags) : undefined;
    if (larger) return larger;
    if (wanted === 'native') {
      throw new KitError(
        `${at.name} takes no XDP program in its driver: ${reason}`,
        ExitCode.unavailable,
        'without --xdp-mode native it runs behind the driver (generic), which is slower',
      );
    }
    return { ...generic(), reason };
  }
}

/** @returns undefined where the kernel or the driver has no such programs */
function attachFrags(tool: AnyControl, at: Interface, load: () => BpfObject): AttachedInterface | undefined {
  let object: BpfObject | undefined;
  try {
    object = load();
    const link = object.attach(programOf(tool, true), { kind: 'xdp', ifindex: at.index, mode: 'native' });
    return { object, program: object.programFd(programOf(tool, true)), link, mode: 'native' };
  } catch (error) {
    object?.close();
    if (error instanceof BpfError) return undefined;
    throw error;
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

interface Refusal {
  /** In words. */
  readonly reason: string;
  /** Because of the interface's MTU. */
  readonly isMtu: boolean;
}

/** Why the driver refuses. @throws KitError when it is no matter of the driver */
function nativeRefusal(object: BpfObject, program: string, at: Interface, error: BpfError): Refusal {
  if (error.code === 'EBUSY' || error.code === 'EEXIST') throw whoHolds(object.layout, at) ?? error;
  if (error.code === 'EPERM' || error.code === 'EACCES' || error.code === 'ENODEV') throw refusal(error, at, 'native');
  const facts = interfaceFacts(at.name);
  const said = refusalOf(object.programFd(program), at.index);
  const isMtu = /mtu|frame size|too large|single.?buf/i.test(said) || error.code === 'ERANGE';
  if (isMtu) {
    const limit = `a packet has to fit into a page, so that the limit is about ${PAGE - OVERHEAD} bytes`;
    const reason = `${said ? `${said}: ` : 'the MTU is too large: '}${limit}; its own MTU is ${facts?.mtu ?? '?'}`;
    return { reason, isMtu };
  }
  return { reason: otherReason(said, facts, at, error), isMtu };
}

function otherReason(said: string, facts: InterfaceFacts | undefined, { name }: Interface, error: BpfError): string {
  if (facts?.lro || /lro/i.test(said)) return `${said || 'large receive offload is on'} (ethtool -K ${name} lro off)`;
  if (said) return said;
  const driver = facts?.driver ? `its driver (${facts.driver})` : 'its driver';
  return error.code === 'EOPNOTSUPP' ? `${driver} has no XDP` : error.message.slice(error.what.length + 2);
}
