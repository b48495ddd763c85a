import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { containerId, resolveCgroup } from '../../src/host/cgroups.ts';
import { ExitCode } from '../../src/kit/errors.ts';

const directory = mkdtempSync(join(tmpdir(), 'ebpf-kit-cgroups-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('cgroups', () => {
  const root = join(directory, 'unified');
  const service = join(root, 'system.slice', 'cron.service');
  mkdirSync(service, { recursive: true });
  writeFileSync(join(root, 'cgroup.procs'), '');
  symlinkSync(service, join(directory, 'cron'));
  const remedy = `the cgroups of this machine are the directories in ${root}`;
  const id = `${statSync(service, { bigint: true }).ino}`;

  it.each(['/system.slice/cron.service', 'system.slice/cron.service/', service, join(directory, 'cron')])(
    'are found by %s',
    (text) => {
      expect(resolveCgroup(text, root)).toEqual({ path: '/system.slice/cron.service', id, directory: service });
    },
  );
  it('have a root', () => {
    expect([resolveCgroup('/', root).path, resolveCgroup(root, root).path]).toEqual(['/', '/']);
  });
  it.each(['', 'nope', '..', '/etc', 'cgroup.procs', '../unified-2'])('are not found by %j', (text) => {
    expect(() => resolveCgroup(text, root)).toThrow(
      expect.objectContaining({ message: `no cgroup "${text}"`, exitCode: ExitCode.usage, remedy }),
    );
  });
  it('need cgroup v2', () => {
    const error = { message: 'cgroup v2 is not mounted', exitCode: ExitCode.unavailable };
    expect(() => resolveCgroup('/', '')).toThrow(expect.objectContaining(error));
  });
});

describe('containers', () => {
  const id = '0123456789abcdef'.repeat(4);
  const other = 'f'.repeat(64);
  it.each([
    `/docker/${id}`,
    `/system.slice/docker-${id}.scope`,
    `/system.slice/docker-${id}.scope/init.scope`,
    `/kubepods.slice/kubepods-pod1_2.slice/cri-containerd-${id}.scope`,
    `/kubepods/burstable/pod1-2/${id}`,
    `/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:${id}`,
    `/machine.slice/libpod-${id}.scope/container`,
    `/docker/${other}/docker/${id}`,
  ])('are found in %s', (path) => {
    expect(containerId(path)).toBe(id);
  });
  it.each([
    '/',
    '/user.slice',
    `/crio-conmon-${id}.scope`,
    `/machine.slice/libpod-conmon-${id}.scope`,
    `/${id}0`,
    `/x${id}`,
  ])('are not found in %s', (path) => {
    expect(containerId(path)).toBeUndefined();
  });
});
