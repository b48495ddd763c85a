import type { Codec, ObjectLayout } from '../btf/layout.ts';

export type ProgramName<L extends ObjectLayout> = keyof L['programs'] & string;
export type MapName<L extends ObjectLayout> = keyof L['maps'] & string;

/** The key of one map of an object. */
export type MapKey<L extends ObjectLayout, N extends MapName<L>> = L['maps'][N] extends { key?: Codec<infer K> }
  ? K
  : never;

type Single<M> = M extends { value?: Codec<infer V> } ? V : never;

/** The value of one map of an object: of a per-CPU map, one for each possible CPU. */
export type MapValue<L extends ObjectLayout, N extends MapName<L>> = L['maps'][N] extends {
  kind: `${string}percpu_${string}`;
}
  ? Single<L['maps'][N]>[]
  : Single<L['maps'][N]>;

/** What a constant of a program may be set to; arrays for array constants. */
export type ConstantValue = number | bigint | boolean | string | readonly (number | bigint | boolean)[];

/** Constant → value; undefined is the same as not mentioned. */
export type ConstantValues = Readonly<Record<string, ConstantValue | undefined>>;
