import { readFileSync } from 'node:fs';
import { arch, cpus, hostname, release, type, version } from 'node:os';
import { packageFile } from '../../root.ts';
import type { Machine } from './format.ts';

/** This machine, for whoever reads a recording elsewhere. */
export function thisMachine(): Machine {
  return {
    hostname: hostname(),
    system: type(),
    kernel: release(),
    kernel_build: version(),
    arch: arch(),
    cpus: cpus().length,
    boot_id: bootId(),
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}

/** Version of this package. */
export function ownVersion(): string {
  return (JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string }).version;
}
