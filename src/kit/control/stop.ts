import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { xdpPrograms } from '../../bpf/interface.ts';
import { openById, type XdpLink } from '../../bpf/links.ts';
import { monotonic } from '../../host/monotonic.ts';
import { ExitCode, KitError } from '../errors.ts';
import type { Instance } from './find.ts';
import { unpin } from './pins.ts';

/** How long an end may take, ms; usually a few. */
const PATIENCE = 5000;
const LOOK = 10;

/**
 * Ends what runs at an interface: removes its pin, and asks its process to end.
 * @throws KitError when it is still there after 5 s, or somebody else holds it
 */
export async function stop({ about, link, pids, pin }: Instance): Promise<void> {
  if (pin !== undefined) unpin(pin);
  const own = pids.filter((pid) => isRun(pid, about.pid));
  for (const pid of own) endProcess(pid);
  const end = monotonic() + PATIENCE;
  while (isThere(link.id) || isAttached(link)) {
    if (monotonic() > end) {
      const holders = pids.length
        ? `held by process ${pids.join(', ')}`
        : 'held by something that cannot be seen from here';
      throw new KitError(`${about.tool} on ${about.dev} does not end: ${holders}`, ExitCode.failure);
    }
    await setTimeout(LOOK);
  }
}

/** Whether a process is the run that said it had this id: in its own PID namespace, which is the last (proc_pid_status(5)). */
function isRun(pid: number, said: number): boolean {
  try {
    const [, ids = ''] = /^NSpid:\s*(.+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return ids.trim().split(/\s+/).at(-1) === `${said}`;
  } catch {
    return false; // it has ended since
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // it has ended since
  }
}

/** A link's id is gone before its program is taken off (bpf_link_free). */
function isAttached({ ifindex, program }: XdpLink): boolean {
  return ifindex !== 0 && xdpPrograms(ifindex).some((each) => each.program === program);
}

/** Whether a link is still attached or held. */
export function isThere(link: number): boolean {
  using opened = openById('link', link);
  return opened !== undefined;
}
