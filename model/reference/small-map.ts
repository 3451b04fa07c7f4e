/**
 * An immutable map of a few entries. A step of the model replaces one entry in each of several maps, and to copy a short list
 * of pairs takes a fraction of what it takes to build another `Map`.
 */
export class SmallMap<K, V> implements ReadonlyMap<K, V> {
  private readonly pairs: readonly (readonly [K, V])[];

  constructor(pairs: readonly (readonly [K, V])[] = []) {
    this.pairs = pairs;
  }

  get size(): number {
    return this.pairs.length;
  }

  get(key: K): V | undefined {
    const at = this.indexOf(key);
    return at < 0 ? undefined : this.pairs[at]![1];
  }

  has(key: K): boolean {
    return this.indexOf(key) >= 0;
  }

  /** This map with one entry replaced or added. */
  put(key: K, value: V): SmallMap<K, V> {
    const at = this.indexOf(key);
    const pairs = this.pairs.slice();
    pairs[at < 0 ? pairs.length : at] = [key, value];
    return new SmallMap(pairs);
  }

  forEach(callback: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.pairs) callback(value, key, this);
  }

  entries(): MapIterator<[K, V]> {
    return this.pairs.values() as MapIterator<[K, V]>;
  }

  keys(): MapIterator<K> {
    return this.pairs.map(([key]) => key).values();
  }

  values(): MapIterator<V> {
    return this.pairs.map(([, value]) => value).values();
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  private indexOf(key: K): number {
    const { pairs } = this;
    for (let at = 0; at < pairs.length; at++) if (pairs[at]![0] === key) return at;
    return -1;
  }
}
