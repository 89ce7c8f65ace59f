/** java.util.Random: the linear congruential generator that some of Spark's sketches take their numbers from. */

const MULTIPLIER = 0x5deece66dn;
const MASK = (1n << 48n) - 1n;

export class JavaRandom {
  #state: bigint;

  constructor(seed: bigint) {
    this.#state = (seed ^ MULTIPLIER) & MASK;
  }

  nextDouble(): number {
    return (this.#next(26) * 2 ** 27 + this.#next(27)) * 2 ** -53;
  }

  /** From 0 to `limit - 1`; the limit is no power of two. */
  nextInt(limit: number): number {
    for (;;) {
      const bits = this.#next(31);
      const value = bits % limit;
      if (bits - value + (limit - 1) < 2 ** 31) return value;
    }
  }

  #next(bits: number): number {
    this.#state = (this.#state * MULTIPLIER + 0xbn) & MASK;
    return Number(this.#state >> BigInt(48 - bits));
  }
}
