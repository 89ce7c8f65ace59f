/** Spark's XORShiftRandom: the sequence of rand(seed) and randn(seed) in a partition. */
import { murmurBytes } from "./murmur3.js";

export interface Random {
  /** All 32 bits, signed. */
  nextInt(): number;
  nextDouble(): number;
  nextGaussian(): number;
}

/** The generator of the first partition. */
export function sparkRandom(seed: bigint): Random {
  let state = hashedSeed(seed);
  let kept: number | undefined;
  const next = (bits: number): number => {
    let value = BigInt.asIntN(64, state ^ (state << 21n));
    value ^= BigInt.asUintN(64, value) >> 35n;
    value = BigInt.asIntN(64, value ^ (value << 4n));
    state = value;
    return Number(BigInt.asUintN(64, value) & ((1n << BigInt(bits)) - 1n));
  };
  const nextDouble = (): number => (next(26) * 2 ** 27 + next(27)) * 2 ** -53;
  const nextGaussian = (): number => {
    if (kept !== undefined) {
      const value = kept;
      kept = undefined;
      return value;
    }
    for (;;) {
      const [x, y] = [2 * nextDouble() - 1, 2 * nextDouble() - 1];
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      kept = y * factor;
      return x * factor;
    }
  };
  return { nextInt: () => next(32) | 0, nextDouble, nextGaussian };
}

/** Both halves by MurmurHash3 (Scala's bytesHash) of the seed's eight bytes. */
function hashedSeed(seed: bigint): bigint {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, seed);
  const low = murmurBytes(bytes, 0x3c074a61);
  const high = murmurBytes(bytes, low);
  return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt.asUintN(32, BigInt(low)));
}
