/** The Mersenne Twister MT19937, seeded by a 64-bit number as two words: what Spark shuffles by. */

const SIZE = 624;
const OFFSET = 397;

export class MersenneTwister {
  readonly #state = new Uint32Array(SIZE);
  #at = SIZE;

  constructor(seed: bigint) {
    const bits = BigInt.asUintN(64, seed);
    this.#seedBy([Number(bits >> 32n), Number(bits & 0xffffffffn)]);
  }

  /** A whole number from 0 to `limit - 1`, all equally likely. */
  nextInt(limit: number): number {
    if ((limit & -limit) === limit) return Number((BigInt(limit) * BigInt(this.#next() >>> 1)) >> 31n);
    for (;;) {
      const bits = this.#next() >>> 1;
      const value = bits % limit;
      if (bits - value + (limit - 1) < 2 ** 31) return value;
    }
  }

  #word(index: number): number {
    return this.#state[index] ?? 0;
  }

  #seedBy(key: readonly number[]): void {
    const state = this.#state;
    state[0] = 19650218;
    for (let i = 1; i < SIZE; i++) state[i] = Math.imul(1812433253, this.#mixed(i - 1)) + i;
    let [i, j] = [1, 0];
    const step = () => {
      if (++i < SIZE) return;
      state[0] = this.#word(SIZE - 1);
      i = 1;
    };
    for (let k = SIZE; k > 0; k--) {
      state[i] = (this.#word(i) ^ Math.imul(this.#mixed(i - 1), 1664525)) + (key[j] ?? 0) + j;
      j = (j + 1) % key.length;
      step();
    }
    for (let k = SIZE - 1; k > 0; k--) {
      state[i] = (this.#word(i) ^ Math.imul(this.#mixed(i - 1), 1566083941)) - i;
      step();
    }
    state[0] = 0x80000000;
  }

  #mixed(index: number): number {
    const word = this.#word(index);
    return word ^ (word >>> 30);
  }

  #next(): number {
    if (this.#at >= SIZE) this.#twist();
    let word = this.#word(this.#at++);
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  #twist(): void {
    for (let i = 0; i < SIZE; i++) {
      const word = (this.#word(i) & 0x80000000) | (this.#word((i + 1) % SIZE) & 0x7fffffff);
      this.#state[i] = this.#word((i + OFFSET) % SIZE) ^ (word >>> 1) ^ (word & 1 ? 0x9908b0df : 0);
    }
    this.#at = 0;
  }
}
