import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CgroupPaths, containerName } from '../../src/host/cgroup-paths.ts';

const ID = '0123456789abcdef'.repeat(4);

test.each([
  [`/system.slice/docker-${ID}.scope`, 'docker:0123456789ab'],
  [`/docker/${ID}`, 'docker:0123456789ab'],
  [`/machine.slice/libpod-${ID}.scope/container`, 'podman:0123456789ab'],
  [`/kubepods.slice/kubepods-pod1.slice/cri-containerd-${ID}.scope`, 'containerd:0123456789ab'],
  [`/kubepods/besteffort/pod1/${ID}`, 'kubepods:0123456789ab'],
  [`/kubepods.slice/crio-${ID}.scope`, 'crio:0123456789ab'],
  [`/elsewhere/${ID}`, 'container:0123456789ab'],
  ['/system.slice/cron.service', '/system.slice/cron.service'],
])('%s is %s', (path, name) => {
  expect(containerName(path)).toBe(name);
});

test('paths by id, also of a cgroup that is there later', () => {
  const root = mkdtempSync(join(tmpdir(), 'cgroups-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'a/b'), { recursive: true });
  const idOf = (path: string) => `${statSync(join(root, path), { bigint: true }).ino}`;
  const paths = new CgroupPaths(root);
  expect(paths.pathOf(idOf('a/b'))).toBe('/a/b');
  expect(paths.pathOf(idOf('.'))).toBe('/');
  mkdirSync(join(root, 'a/c'));
  // the tree was read a moment ago
  expect(paths.pathOf(idOf('a/c'))).toBeNull();
  expect(new CgroupPaths(root).pathOf(idOf('a/c'))).toBe('/a/c');
});
