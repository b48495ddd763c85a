/** A BTF type; references are ids into `Btf.types`, where 0 is void. */
export type BtfType =
  | { readonly kind: 'void' }
  | IntType
  | ArrayType
  | CompositeType
  | EnumType
  | DatasecType
  | { readonly kind: 'typedef'; readonly name: string; readonly type: number }
  | { readonly kind: 'ptr' | Qualifier; readonly type: number }
  | { readonly kind: 'var'; readonly name: string; readonly type: number }
  | { readonly kind: 'float'; readonly name: string; readonly size: number }
  | { readonly kind: 'fwd' | 'func' | 'func_proto' | 'decl_tag'; readonly name: string };

/** Says something about a type without changing its bytes. */
export type Qualifier = 'const' | 'volatile' | 'restrict' | 'type_tag';

export interface IntType {
  readonly kind: 'int';
  readonly name: string;
  readonly size: number;
  /** Fewer than size * 8 in bitfields of old compilers. */
  readonly bits: number;
  readonly signed: boolean;
  readonly bool: boolean;
}

export interface ArrayType {
  readonly kind: 'array';
  readonly element: number;
  readonly count: number;
}

export interface Member {
  readonly name: string;
  readonly type: number;
  readonly bitOffset: number;
  /** 0 unless it is a bitfield. */
  readonly bits: number;
}

export interface CompositeType {
  readonly kind: 'struct' | 'union';
  readonly name: string;
  readonly size: number;
  readonly members: readonly Member[];
}

export interface EnumType {
  readonly kind: 'enum';
  readonly name: string;
  readonly size: number;
  readonly signed: boolean;
}

/** A section's variables. Before libbpf has completed it, an object file's sizes and offsets here are all zero. */
export interface DatasecType {
  readonly kind: 'datasec';
  readonly name: string;
  readonly vars: readonly number[];
}

export interface Btf {
  readonly types: readonly BtfType[];
}
