import type { ToolName } from '../../../src/registry.ts';
import { execsnoop } from './execsnoop.ts';
import { exitsnoop } from './exitsnoop.ts';
import { flowtop } from './flowtop.ts';
import { opensnoop } from './opensnoop.ts';
import { pingdrop } from './pingdrop.ts';
import { tcpaccept } from './tcpaccept.ts';
import { tcpconnect } from './tcpconnect.ts';
import { tcpdrop } from './tcpdrop.ts';
import { tcplife } from './tcplife.ts';
import { tcpretrans } from './tcpretrans.ts';
import { tcpstates } from './tcpstates.ts';
import { xdpDrop } from './xdp-drop.ts';

/** How to make a tool see something. */
export interface Cause {
  /** Options with which the tool observes it. */
  readonly args: readonly string[];
  /** Words before the command: `ip netns exec NAME`. */
  readonly under?: readonly string[];
  /** The tool ends by itself. */
  readonly once?: true;
  /** Makes what is to be older than the run. */
  before?(): Promise<void>;
  /**
   * Makes it happen once.
   * @param way how the tool observes it
   * @returns what the record of it contains, and none of anything else
   */
  happen(way: string): Promise<Readonly<Record<string, unknown>>>;
}

/** Tool → observation of its plan → how to cause it. */
export const causes: Readonly<Record<ToolName, Readonly<Record<string, Cause>>>> = {
  execsnoop,
  exitsnoop,
  opensnoop,
  pingdrop,
  flowtop,
  tcpaccept,
  tcpconnect,
  tcpdrop,
  tcplife,
  tcpretrans,
  tcpstates,
  'xdp-drop': xdpDrop,
};
