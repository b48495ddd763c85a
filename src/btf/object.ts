import { readBtf } from './btf.ts';
import { type Elf, EXECUTABLE, readElf } from './elf.ts';
import { ObjectError, readingOf } from './errors.ts';
import { readConstants, readEvents, readLost } from './globals.ts';
import { readMaps } from './maps.ts';
import type { ObjectModel } from './model.ts';
import { byName } from './variables.ts';

/**
 * What TypeScript needs to know about a BPF object file, from its symbols and its BTF.
 * @throws ObjectError when it is no such file, is corrupt, or exports a struct that has no faithful form in JavaScript
 */
export function readObject(file: Uint8Array): ObjectModel {
  const elf = readElf(file);
  const section = elf.sections.find(({ name }) => name === '.BTF');
  if (!section) throw new ObjectError('no BTF: compile with clang -g, strip with llvm-strip -g');
  const btf = readBtf(section.data);
  return readingOf('BTF', () => {
    const maps = readMaps(btf);
    return {
      programs: readPrograms(elf),
      maps,
      constants: readConstants(btf, elf),
      lost: readLost(btf, elf),
      events: readEvents(btf, maps),
    };
  });
}

/** Global functions in sections of their own; those in .text are subprograms. */
function readPrograms({ symbols }: Elf): ObjectModel['programs'] {
  return symbols
    .filter(({ type, global, section }) => type === 'func' && global && section && isProgramSection(section))
    .map(({ name, section }) => ({ name, section: section?.name.replace(/^\?/, '') ?? '' }))
    .sort(byName);
}

function isProgramSection({ name, flags }: { name: string; flags: number }): boolean {
  return name !== '.text' && (flags & EXECUTABLE) !== 0;
}
