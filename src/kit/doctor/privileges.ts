import { ExitCode, KitError } from '../errors.ts';
import { type Check, checkBtf, checkCapabilities } from './checks.ts';

/** What every tool needs, looked at before anything is loaded. @throws KitError with the sentence that doctor says */
export function preflight(): void {
  if (process.platform !== 'linux') {
    const remedy = 'what was recorded on Linux can be shown here: ebpf-kit replay FILE';
    throw new KitError('eBPF is a part of Linux, and this is another system', ExitCode.unavailable, remedy);
  }
  demand(checkCapabilities(), ExitCode.noPermission);
  demand(checkBtf(), ExitCode.unavailable);
}

function demand({ state, detail, remedy }: Check, exitCode: number): void {
  if (state === 'missing') throw new KitError(detail, exitCode, remedy);
}
