import type { ObjectLayout } from '../btf/layout.ts';
import { BpfMap } from './map.ts';
import type { MapKey, MapName, MapValue } from './types.ts';

/** Maps by name, whoever has loaded them. Whatever fails throws a BpfError. */
export abstract class Maps<L extends ObjectLayout = ObjectLayout> {
  readonly layout: L;
  readonly #maps = new Map<string, BpfMap<unknown, unknown>>();

  protected constructor(layout: L) {
    this.layout = layout;
  }

  /** Descriptor of a map; it stays the same until `forgetMaps`. */
  protected abstract fdOf(name: string): number;

  /** The descriptors are closed. */
  protected forgetMaps(): void {
    this.#maps.clear();
  }

  #map<N extends MapName<L>>(name: N): BpfMap<MapKey<L, N>, MapValue<L, N>> {
    const map = this.#maps.get(name) ?? new BpfMap(name, this.fdOf(name), this.layout.maps[name]);
    this.#maps.set(name, map);
    return map as BpfMap<MapKey<L, N>, MapValue<L, N>>;
  }

  /** All entries. What is added or removed meanwhile may be among them or not. */
  readMap<N extends MapName<L>>(name: N): Array<[MapKey<L, N>, MapValue<L, N>]> {
    return this.#map(name).read();
  }

  lookup<N extends MapName<L>>(name: N, key: MapKey<L, N>): MapValue<L, N> | undefined {
    return this.#map(name).lookup(key);
  }

  /**
   * @param mode 'create': only if there is no such key, 'replace': only if there is
   * @returns false when `mode` forbade it
   * @throws BpfError with the code 'E2BIG' when the map is full
   */
  update<N extends MapName<L>>(
    name: N,
    key: MapKey<L, N>,
    value: MapValue<L, N>,
    mode?: 'create' | 'replace',
  ): boolean {
    return this.#map(name).update(key, value, mode);
  }

  /** @returns false when there was no such key */
  delete<N extends MapName<L>>(name: N, key: MapKey<L, N>): boolean {
    return this.#map(name).delete(key);
  }
}
