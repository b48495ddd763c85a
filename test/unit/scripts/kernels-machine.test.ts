import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadOrder } from '../../../scripts/kernels/initramfs.mjs';
import { emulate } from '../../../scripts/kernels/machine.mjs';

describe('a machine', () => {
  let folder = '';
  let log = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ebpf-kit-'));
    log = join(folder, 'console.log');
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  /** Stands in for qemu. */
  function pretend(script: string) {
    const file = join(folder, 'qemu-system-x86_64');
    writeFileSync(file, `#!/bin/bash\n${script}\n`);
    chmodSync(file, 0o755);
  }

  const limits = { silence: 60, total: 60 };

  test('is heard to its end, line by line, and leaves a log', async () => {
    pretend('echo "with $*"; printf "one\\r\\ntw"; echo o; echo error >&2');
    const lines: string[] = [];
    const { text, trouble } = await emulate(['-m', '2'], { log, limits, onLine: (line) => lines.push(line) });
    expect(trouble).toBeUndefined();
    expect(lines.toSorted()).toEqual(['error', 'one', 'two', 'with -m 2']);
    expect(readFileSync(log, 'utf8')).toBe(text);
  });

  test('that says nothing more is killed', async () => {
    pretend('echo booting; exec sleep 1000');
    const { text, trouble } = await emulate([], { log, limits: { silence: 0.3, total: 60 } });
    expect(trouble).toBe('it said nothing for 0.3 s, and was killed');
    expect(text).toBe('booting\n');
  });

  test('that says something, but never ends, is killed', async () => {
    pretend('while :; do echo again; read -t 0.05 <> <(:); done');
    const { text, trouble } = await emulate([], { log, limits: { silence: 60, total: 0.5 } });
    expect(trouble).toBe('it took more than 0.5 s, and was killed');
    expect(text).toContain('again\nagain\n');
  });

  test('whose kernel panics is in trouble, although qemu ends well', async () => {
    pretend('echo "[ 1.2] Kernel panic - not syncing: Attempted to kill init!"');
    expect((await emulate([], { log, limits })).trouble).toBe('its kernel panicked');
  });
});

test('modules are loaded after what they need', () => {
  const dependencies = [
    'kernel/fs/9p/9p.ko.xz: kernel/net/9p/9pnet.ko.xz kernel/fs/netfs/netfs.ko.xz',
    'kernel/net/9p/9pnet_virtio.ko.xz: kernel/net/9p/9pnet.ko.xz kernel/drivers/virtio/virtio-ring.ko.xz',
    'kernel/net/9p/9pnet.ko.xz:',
    'kernel/fs/netfs/netfs.ko.xz:',
    'kernel/drivers/virtio/virtio-ring.ko.xz: kernel/drivers/virtio/virtio.ko.xz',
    'kernel/drivers/virtio/virtio.ko.xz:',
    'kernel/drivers/net/veth.ko.xz:',
  ];
  const order = loadOrder(`${dependencies.join('\n')}\n`, ['built_in', '9pnet_virtio', '9p']);
  expect(order).toEqual([
    'kernel/net/9p/9pnet.ko.xz',
    'kernel/drivers/virtio/virtio.ko.xz',
    'kernel/drivers/virtio/virtio-ring.ko.xz',
    'kernel/net/9p/9pnet_virtio.ko.xz',
    'kernel/fs/netfs/netfs.ko.xz',
    'kernel/fs/9p/9p.ko.xz',
  ]);
});
