/** xxHash of 64 bits, as Spark's xxhash64() uses it. */

const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;

const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotate = (value: bigint, bits: bigint): bigint => wrap((value << bits) | (value >> (64n - bits)));
const round = (value: bigint, input: bigint): bigint => wrap(rotate(wrap(value + input * P2), 31n) * P1);

function finish(hash: bigint): bigint {
  let value = wrap((hash ^ (hash >> 33n)) * P2);
  value = wrap((value ^ (value >> 29n)) * P3);
  return BigInt.asIntN(64, value ^ (value >> 32n));
}

const mixLong = (hash: bigint, value: bigint): bigint => wrap(rotate(hash ^ round(0n, value), 27n) * P1 + P4);
const mixInt = (hash: bigint, value: bigint): bigint => wrap(rotate(hash ^ wrap(value * P1), 23n) * P2 + P3);

export function xxhashInt(value: number, seed: bigint): bigint {
  return finish(mixInt(wrap(seed + P5 + 4n), BigInt(value >>> 0)));
}

export function xxhashLong(value: bigint, seed: bigint): bigint {
  return finish(mixLong(wrap(seed + P5 + 8n), wrap(value)));
}

export function xxhashBytes(bytes: Uint8Array, seed: bigint): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { length } = bytes;
  let at = 0;
  let hash = wrap(seed + P5);
  if (length >= 32) {
    const lanes = [seed + P1 + P2, seed + P2, seed, seed - P1].map(wrap);
    for (; at <= length - 32; at += 32) {
      for (let i = 0; i < 4; i++) lanes[i] = round(lanes[i] ?? 0n, view.getBigUint64(at + 8 * i, true));
    }
    hash = wrap(lanes.reduce((sum, lane, i) => sum + rotate(lane, [1n, 7n, 12n, 18n][i] ?? 0n), 0n));
    for (const lane of lanes) hash = wrap((hash ^ round(0n, lane)) * P1 + P4);
  }
  hash = wrap(hash + BigInt(length));
  for (; at <= length - 8; at += 8) hash = mixLong(hash, view.getBigUint64(at, true));
  if (at <= length - 4) {
    hash = mixInt(hash, BigInt(view.getUint32(at, true)));
    at += 4;
  }
  for (; at < length; at++) hash = wrap(rotate(hash ^ wrap(BigInt(bytes[at] ?? 0) * P5), 11n) * P1);
  return finish(hash);
}
