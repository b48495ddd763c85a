import type { Elf } from './elf.ts';
import { ObjectError } from './errors.ts';
import type { Btf } from './types.ts';

export interface Variable {
  readonly name: string;
  readonly type: number;
}

/** The global variables of a section, sorted by name. */
export function variablesOf(btf: Btf, section: string): Variable[] {
  const datasec = btf.types.find((type) => type.kind === 'datasec' && type.name === section);
  const ids = datasec?.kind === 'datasec' ? datasec.vars : [];
  return ids.map((id) => variableAt(btf, id)).sort(byName);
}

function variableAt(btf: Btf, id: number): Variable {
  const type = btf.types[id];
  if (type?.kind !== 'var') throw new ObjectError(`corrupt BTF: type ${id} is not a variable`);
  return type;
}

/** Where the variable lies in its section: only the symbol knows, BTF is completed by libbpf at load. */
export function offsetOf(elf: Elf, section: string, name: string): number {
  const symbol = elf.symbols.find((each) => each.name === name && each.section?.name === section);
  if (!symbol) throw new ObjectError(`variable '${name}' has no symbol in ${section}`);
  return symbol.value;
}

/** Order of names by code unit, whatever the locale. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
