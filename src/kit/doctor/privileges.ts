import { type Capability, capabilities } from '../../host/capabilities.ts';
import { ExitCode, KitError } from '../errors.ts';
import { type Check, checkBtf, checkCapabilities, currentUser } from './checks.ts';

/** What every tool needs, looked at before anything is loaded. @throws KitError with the sentence that doctor says */
export function preflight(): void {
  if (process.platform !== 'linux') {
    const remedy = 'what was recorded on Linux can be shown here: ebpf-kit replay FILE';
    throw new KitError('eBPF is a part of Linux, and this is another system', ExitCode.unavailable, remedy);
  }
  demand(checkCapabilities(), ExitCode.noPermission);
  demand(checkBtf(), ExitCode.unavailable);
}

/** The same, and what a tool needs besides. @throws KitError */
export function preflightWith(...needed: readonly Capability[]): void {
  preflight();
  const held = capabilities();
  const lacking = needed.filter((name) => !held.has(name));
  if (lacking.length === 0) return;
  const cause = `no permission: user ${currentUser()} lacks ${lacking.join(' and ')}`;
  throw new KitError(cause, ExitCode.noPermission, 'run it as root, for example with sudo');
}

function demand({ state, detail, remedy }: Check, exitCode: number): void {
  if (state === 'missing') throw new KitError(detail, exitCode, remedy);
}
