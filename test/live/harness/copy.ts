import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { testFolder } from './folder.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A copy of the built package, of which a test may break things. */
export interface PackageCopy {
  readonly command: string;
  /** Path of one of its files. */
  file(name: string): string;
  /** Gives a file other bytes. */
  change(name: string, change: (bytes: Buffer) => Buffer): void;
}

export function copyPackage(): PackageCopy {
  const folder = testFolder();
  const file = (name: string) => `${folder}/${name}`;
  for (const name of ['bin', 'dist', 'package.json']) {
    cpSync(root + name, file(name), {
      recursive: true,
      filter: (source) => !/\/dist\/(test|\.build)(\/|$)/.test(source),
    });
  }
  symlinkSync(`${root}node_modules`, file('node_modules'));
  return {
    command: file('bin/ebpf-kit.js'),
    file,
    change: (name, change) => writeFileSync(file(name), change(readFileSync(file(name)))),
  };
}
