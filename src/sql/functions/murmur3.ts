/** MurmurHash3 of 32 bits: Spark's variant (hash()), and Scala's of bytes (seeds of rand()). */

const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

function mixK(k: number): number {
  const multiplied = Math.imul(k, C1);
  return Math.imul((multiplied << 15) | (multiplied >>> 17), C2);
}

function mixH(h: number, k: number): number {
  const mixed = h ^ k;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(h: number, length: number): number {
  let value = h ^ length;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}

export function murmurInt(value: number, seed: number): number {
  return finish(mixH(seed, mixK(value | 0)), 4);
}

export function murmurLong(value: bigint, seed: number): number {
  const low = Number(BigInt.asIntN(32, value));
  const high = Number(BigInt.asIntN(32, value >> 32n));
  return finish(mixH(mixH(seed, mixK(low)), mixK(high)), 8);
}

const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);

/** Spark's hash of bytes: each byte of the rest is mixed in as a word of its own, with its sign. */
export function murmurText(bytes: Uint8Array, seed: number): number {
  const aligned = bytes.length - (bytes.length % 4);
  let h = seed;
  for (let at = 0; at < aligned; at += 4) h = mixH(h, mixK(word(bytes, at)));
  for (let at = aligned; at < bytes.length; at++) h = mixH(h, mixK(((bytes[at] ?? 0) << 24) >> 24));
  return finish(h, bytes.length);
}

/** The reference algorithm (Scala's MurmurHash3.bytesHash). */
export function murmurBytes(bytes: Uint8Array, seed: number): number {
  const aligned = bytes.length - (bytes.length % 4);
  let h = seed;
  for (let at = 0; at < aligned; at += 4) h = mixH(h, mixK(word(bytes, at)));
  let rest = 0;
  for (let at = bytes.length - 1; at >= aligned; at--) rest = (rest << 8) | (bytes[at] ?? 0);
  if (aligned < bytes.length) h ^= mixK(rest);
  return finish(h, bytes.length);
}
