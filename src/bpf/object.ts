import type { ObjectLayout } from '../btf/layout.ts';
import type { Link } from './link.ts';
import type { AttachTarget } from './target.ts';
import type { ConstantValue, MapKey, MapName, MapValue, ProgramName } from './types.ts';

export declare class BpfObject<L extends ObjectLayout = ObjectLayout> implements Disposable {
  readonly layout: L;
  static open<const L extends ObjectLayout>(layout: L, file?: string | URL): BpfObject<L>;
  setConstants(values: Readonly<Record<string, ConstantValue | undefined>>): void;
  setMaxEntries(map: MapName<L>, entries: number): void;
  setAutoload(program: ProgramName<L>, on: boolean): void;
  load(): void;
  attach(program: ProgramName<L>, target?: AttachTarget): Link;
  mapFd(name: MapName<L>): number;
  readMap<N extends MapName<L>>(name: N): Array<[MapKey<L, N>, MapValue<L, N>]>;
  lookup<N extends MapName<L>>(name: N, key: MapKey<L, N>): MapValue<L, N> | undefined;
  /** @returns false when `mode` forbids it: 'create' and the key exists, 'replace' and it does not */
  update<N extends MapName<L>>(name: N, key: MapKey<L, N>, value: MapValue<L, N>, mode?: 'create' | 'replace'): boolean;
  /** @returns false when there was no such key */
  delete<N extends MapName<L>>(name: N, key: MapKey<L, N>): boolean;
  misses(): number;
  insns(program: ProgramName<L>): number;
  verifiedInsns(program: ProgramName<L>): number;
  close(): void;
  [Symbol.dispose](): void;
}
