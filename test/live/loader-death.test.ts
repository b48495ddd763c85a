import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { mountPoint } from '../../src/host/mounts.ts';
import { hold } from './loader/hold.ts';
import { exists, heldBy, survivors } from './loader/witness.ts';

const cgroup = join(mountPoint('cgroup2') ?? '', `ebpf-kit-test-${process.pid}`);
mkdirSync(cgroup);
afterAll(() => rmdirSync(cgroup));

describe('a process that is killed', () => {
  it('leaves no program, map or link in the kernel', async () => {
    const holder = await hold([
      { program: 'on_tracepoint' },
      { program: 'on_raw_tracepoint' },
      { program: 'on_tp_btf' },
      { program: 'on_uprobe', target: { kind: 'uprobe', path: 'libc.so.6', symbol: 'getppid' } },
      { program: 'on_perf_event', target: { kind: 'perf_event', type: 1, config: 0, frequency: 49 } },
      { program: 'on_cgroup', target: { kind: 'cgroup', path: cgroup } },
      { program: 'on_task' },
      { program: 'on_map', target: { kind: 'iter', map: 'hits' } },
    ]);
    expect(holder.held.filter(({ kind }) => kind === 'prog').length).toBe(8);
    expect(holder.held.filter(({ kind }) => kind === 'map').length).toBe(2);
    expect(holder.held.filter(({ kind }) => kind === 'link').length).toBeGreaterThanOrEqual(5);
    expect(holder.held.every(exists)).toBe(true);
    await holder.kill('SIGKILL');
    expect(await survivors(holder.held)).toEqual([]);
    expect(heldBy('self')).toEqual([]);
  });
});
