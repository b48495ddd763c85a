import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {'build' | 'test' | 'check' | 'kernels' | 'bench'} Purpose */

/**
 * Something that the system's package manager provides. `program` is looked for on PATH, `file` at its path.
 * `packages`: names on Debian, Fedora, Arch; one name stands for all three.
 * @typedef {{ purpose: Purpose, program?: string, file?: string, packages: readonly string[] }} Need
 */

/** @type {readonly Need[]} */
export const needs = [
  { purpose: 'build', program: 'clang', packages: ['clang'] },
  { purpose: 'build', program: 'llvm-strip', packages: ['llvm'] },
  { purpose: 'build', file: '/usr/include/bpf/bpf_helpers.h', packages: ['libbpf-dev', 'libbpf-devel', 'libbpf'] },
  { purpose: 'build', program: 'gcc', packages: ['gcc'] },
  { purpose: 'build', program: 'g++', packages: ['g++', 'gcc-c++', 'gcc'] },
  { purpose: 'build', file: '/usr/include/stdio.h', packages: ['libc6-dev', 'glibc-devel', 'glibc'] },
  { purpose: 'build', program: 'make', packages: ['make'] },
  { purpose: 'build', program: 'python3', packages: ['python3', 'python3', 'python'] },
  { purpose: 'test', program: 'bpftool', packages: ['bpftool', 'bpftool', 'bpf'] },
  { purpose: 'test', program: 'ip', packages: ['iproute2', 'iproute', 'iproute2'] },
  { purpose: 'test', program: 'ping', packages: ['iputils-ping', 'iputils', 'iputils'] },
  { purpose: 'test', program: 'sysctl', packages: ['procps', 'procps-ng', 'procps-ng'] },
  { purpose: 'test', program: 'nft', packages: ['nftables'] },
  { purpose: 'test', program: 'xmllint', packages: ['libxml2-utils', 'libxml2', 'libxml2'] },
  { purpose: 'test', program: 'tmux', packages: ['tmux'] },
  { purpose: 'test', program: 'zsh', packages: ['zsh'] },
  { purpose: 'test', program: 'fish', packages: ['fish'] },
  { purpose: 'check', program: 'clang-format', packages: ['clang-format', 'clang-tools-extra', 'clang'] },
  { purpose: 'kernels', program: 'qemu-system-x86_64', packages: ['qemu-system-x86'] },
  { purpose: 'kernels', file: '/bin/busybox', packages: ['busybox-static', 'busybox', 'busybox'] },
  { purpose: 'kernels', program: 'xz', packages: ['xz-utils', 'xz', 'xz'] },
  { purpose: 'kernels', program: 'apt-get', packages: ['apt'] },
  { purpose: 'kernels', program: 'dpkg-deb', packages: ['dpkg'] },
  {
    purpose: 'kernels',
    file: '/usr/share/keyrings/debian-archive-keyring.gpg',
    packages: ['debian-archive-keyring', 'debian-keyring', 'debian-archive-keyring'],
  },
  { purpose: 'bench', file: '/usr/sbin/execsnoop', packages: ['libbpf-tools'] },
  { purpose: 'bench', file: '/usr/sbin/execsnoop.bt', packages: ['bpftrace'] },
  { purpose: 'bench', program: 'iperf3', packages: ['iperf3'] },
  { purpose: 'bench', program: 'nethogs', packages: ['nethogs'] },
  { purpose: 'bench', program: 'iftop', packages: ['iftop'] },
  { purpose: 'bench', file: '/usr/sbin/xdp-filter', packages: ['xdp-tools'] },
  { purpose: 'bench', program: 'nft', packages: ['nftables'] },
  { purpose: 'bench', program: 'iptables', packages: ['iptables'] },
  { purpose: 'bench', program: 'ipset', packages: ['ipset'] },
  { purpose: 'bench', program: 'ethtool', packages: ['ethtool'] },
];

/** The oldest major version of libbpf whose interface the shim uses. */
const oldestLibbpf = 1;

/**
 * What is not there. Looks at files only: nothing is started, so asking is cheap.
 * @param {readonly Purpose[]} purposes
 * @param {{ path?: string, sysroot?: string }} [where] PATH to search; prefix of absolute paths
 * @returns {Need[]}
 */
export function missingNeeds(purposes, { path = process.env.PATH ?? '', sysroot = '' } = {}) {
  // bpftool and ip live in the sbin folders, which are not on the PATH of every user.
  const folders = `${path}:${sysroot}/usr/sbin:${sysroot}/sbin`;
  return needs.filter(({ purpose, program, file }) => {
    if (!purposes.includes(purpose)) return false;
    return !(program ? findProgram(program, folders) : existsSync(sysroot + file));
  });
}

/**
 * @param {string} name
 * @param {string} [path] folders, separated by colons
 * @returns {string | undefined} the file that a shell would run
 */
export function findProgram(name, path = process.env.PATH ?? '') {
  const files = path.split(':').map((folder) => join(folder, name));
  return files.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    } catch {
      return false;
    }
  });
}

/**
 * @param {{ sysroot?: string }} [where]
 * @returns {string | undefined} the version of the installed libbpf headers if they are too old to build with
 */
export function oldLibbpf({ sysroot = '' } = {}) {
  // The file came with libbpf 0.6.
  const file = `${sysroot}/usr/include/bpf/libbpf_version.h`;
  if (!existsSync(file)) return '0.5 or older';
  const [major, minor] = ['MAJOR', 'MINOR'].map((part) =>
    Number(new RegExp(`LIBBPF_${part}_VERSION\\s+(\\d+)`).exec(readFileSync(file, 'utf8'))?.[1] ?? 0),
  );
  return major < oldestLibbpf ? `${major}.${minor}` : undefined;
}
