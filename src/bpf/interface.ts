import { constants } from 'node:os';
import { openMailbox } from './mailbox.ts';
import { step } from './step.ts';

const { ENODEV } = constants.errno;
/** struct interface of native/interface.c: where its members begin. */
const AT = { ifindex: 0, mtu: 4, lro: 8, driver: 12, size: 44 } as const;

/** A network interface of the namespace that this process is in. */
export interface InterfaceFacts {
  readonly index: number;
  /** Bytes; 0: not known. */
  readonly mtu: number;
  /** Large receive offload is on. */
  readonly lro: boolean;
  /** Empty: the interface does not tell. */
  readonly driver: string;
}

/** @returns undefined when there is none of that name @throws BpfError */
export function interfaceFacts(name: string): InterfaceFacts | undefined {
  const bytes = Buffer.alloc(AT.size);
  const result = openMailbox().native.kit_interface(name, bytes);
  if (result === -ENODEV) return undefined;
  step(`ask for interface ${name}`, () => result);
  return {
    index: bytes.readUInt32LE(AT.ifindex),
    mtu: bytes.readUInt32LE(AT.mtu),
    lro: bytes.readUInt32LE(AT.lro) === 1,
    driver: bytes.toString('latin1', AT.driver, bytes.indexOf(0, AT.driver)),
  };
}

/** The XDP program of an interface. */
export interface AttachedXdp {
  readonly mode: XdpMode;
  /** Its id. */
  readonly program: number;
}

export type XdpMode = 'native' | 'generic' | 'hardware';

/** The order in which kit_xdp_query says them, behind the mode of a single one. */
const MODES = ['native', 'hardware', 'generic'] as const satisfies readonly XdpMode[];

/** The XDP programs of an interface of the namespace that this process is in; there may be one of each mode. @throws BpfError */
export function xdpPrograms(ifindex: number): readonly AttachedXdp[] {
  const words = Buffer.alloc(16);
  const result = openMailbox().native.kit_xdp_query(ifindex, words);
  if (result === -ENODEV) return [];
  step(`ask for the XDP programs of interface ${ifindex}`, () => result);
  return MODES.flatMap((mode, i) => {
    const program = words.readUInt32LE(4 + 4 * i);
    return program ? [{ mode, program }] : [];
  });
}
