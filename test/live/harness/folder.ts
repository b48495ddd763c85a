import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that everybody may look into, and that goes with the test. @returns its path */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ebpf-kit-test-'));
  chmodSync(folder, 0o755);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A FIFO that goes with the test: whoever opens it waits for the other side. @returns its path */
export function testFifo(): string {
  const path = join(testFolder(), 'fifo');
  execFileSync('mkfifo', [path]);
  return path;
}
