import type { BpfObject } from '../../bpf/object.ts';
import { gateways, sshSessions } from '../../host/lifelines.ts';
import { ExitCode, KitError } from '../errors.ts';
import type { AnyControl, Interface } from './define.ts';
import { framesFor } from './frames.ts';

/**
 * A look at what is loaded, before it comes into force: would it cut what this shell hangs on? The program itself is
 * asked, with frames as they would come in.
 * @returns a function that throws KitError then; undefined: the tool cannot be asked, or `yes` was said
 */
export function judging(tool: AnyControl, state: unknown, yes: boolean | undefined) {
  if (!tool.judge || yes) return undefined;
  return (object: BpfObject, at: Interface): void => {
    for (const { what, frame } of lifelines(at.name)) {
      const rule = tool.judge?.(object, state, frame);
      if (rule === undefined) continue;
      throw new KitError(
        `refused on ${at.name}: "${rule}" ${WHEN.test(rule) ? 'may disturb' : 'would cut'} ${what}`,
        ExitCode.failure,
        '--yes does it all the same; --confirm 30s with it takes it back unless it is confirmed in time',
      );
    }
  };
}

/** A rule that drops only some of what it is about. */
const WHEN = /\b(percent|rate)\b/;

/** What must not be cut, as frames that come in at an interface. */
function lifelines(name: string): readonly { readonly what: string; readonly frame: Buffer }[] {
  const routers = gateways().filter((gateway) => gateway.interface === name);
  const frames = framesFor(name, routers.find(({ mac }) => mac !== undefined)?.mac);
  const sessions = sshSessions().map((session) => ({
    what: `the SSH connection from ${session.raddr} (port ${session.rport})`,
    frame: frames.session(session),
  }));
  const gateway = routers.flatMap((router) => [
    {
      what: `the default gateway ${router.address}, whose hardware address would stay unknown`,
      frame: frames.resolution(router),
    },
    { what: `the default gateway ${router.address}`, frame: frames.fromGateway(router) },
  ]);
  return [...sessions, ...gateway];
}
