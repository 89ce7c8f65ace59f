/** Tasks by their keys, in order: a map that is never changed, and whose changed copies cost little. */

const BLOCK = 32;

/**
 * A run of a thousand tasks makes thousands of states, each with one task changed. A copy shares the keys' places and all blocks but
 * one with the table that it was made from.
 */
export class TaskTable<Value> implements ReadonlyMap<string, Value> {
  readonly #places: ReadonlyMap<string, number>;
  readonly #keys: readonly string[];
  readonly #blocks: readonly (readonly Value[])[];

  private constructor(
    places: ReadonlyMap<string, number>,
    keys: readonly string[],
    blocks: readonly (readonly Value[])[],
  ) {
    this.#places = places;
    this.#keys = keys;
    this.#blocks = blocks;
  }

  /** Of two entries with one key the later one counts, at the place of the first. */
  static of<Value>(entries: Iterable<readonly [string, Value]>): TaskTable<Value> {
    const map = new Map(entries);
    const keys = [...map.keys()];
    const values = [...map.values()];
    const blocks: Value[][] = [];
    for (let at = 0; at < values.length; at += BLOCK) blocks.push(values.slice(at, at + BLOCK));
    return new TaskTable(new Map(keys.map((key, i) => [key, i])), keys, blocks);
  }

  get size(): number {
    return this.#keys.length;
  }

  get(key: string): Value | undefined {
    const place = this.#places.get(key);
    return place === undefined ? undefined : this.#blocks[Math.floor(place / BLOCK)]?.[place % BLOCK];
  }

  has(key: string): boolean {
    return this.#places.has(key);
  }

  /** A copy with that value under a key that is there. */
  with(key: string, value: Value): TaskTable<Value> {
    const place = this.#places.get(key);
    if (place === undefined) throw new RangeError(`no entry ${key}`);
    const at = Math.floor(place / BLOCK);
    const blocks = this.#blocks.with(at, (this.#blocks[at] ?? []).with(place % BLOCK, value));
    return new TaskTable(this.#places, this.#keys, blocks);
  }

  keys(): MapIterator<string> {
    return this.#keys.values();
  }

  *values(): MapIterator<Value> {
    for (const block of this.#blocks) yield* block;
  }

  *entries(): MapIterator<[string, Value]> {
    let place = 0;
    for (const value of this.values()) yield [this.#keys[place++] ?? "", value];
  }

  [Symbol.iterator](): MapIterator<[string, Value]> {
    return this.entries();
  }

  forEach(callback: (value: Value, key: string, map: ReadonlyMap<string, Value>) => void): void {
    for (const [key, value] of this.entries()) callback(value, key, this);
  }
}
