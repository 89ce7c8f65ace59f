/** The content of a deletion vector: 64-bit row numbers as 32-bit roaring bitmaps by their upper half (Delta protocol, "Deletion Vector Format"). Pure. */
import { decodeBitmap, encodeBitmap, MalformedBitmap } from "./roaring-bitmap.js";

const MAGIC = 1681511377;
/** Row numbers stay below 2^63, which bounds the upper half. */
const LARGEST_KEY = 0x7fff_ffff;

/** The row numbers, ascending. Throws {@link MalformedBitmap}. */
export function decodeBitmapArray(bytes: Uint8Array, cardinality: number): BigInt64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12) throw new MalformedBitmap("it ends too early");
  if (view.getUint32(0, true) !== MAGIC) throw new MalformedBitmap(`its magic number is ${view.getUint32(0, true)}`);
  const bitmaps = view.getBigUint64(4, true);
  const positions = new PositionBuffer(cardinality);
  let offset = 12;
  let previous = -1;
  for (let i = 0n; i < bitmaps; i++) {
    if (offset + 4 > bytes.length) throw new MalformedBitmap("it ends too early");
    const key = view.getUint32(offset, true);
    if (key <= previous || key > LARGEST_KEY) throw new MalformedBitmap("its bitmaps are not in order");
    previous = key;
    offset = decodeBitmap(view, offset + 4, (low) => positions.push(low, key));
  }
  if (offset !== bytes.length) throw new MalformedBitmap(`${bytes.length - offset} bytes follow it`);
  return positions.toArray();
}

/** @param positions Ascending, none twice, none negative; else a RangeError, for a wrong vector would delete wrong rows. */
export function encodeBitmapArray(positions: BigInt64Array): Uint8Array {
  const halves = new Uint32Array(positions.buffer, positions.byteOffset, positions.length * 2);
  const lows = new Uint32Array(positions.length);
  const parts: { readonly key: number; readonly bytes: Uint8Array }[] = [];
  for (let start = 0; start < lows.length; ) {
    const key = halves[2 * start + 1] as number;
    let end = start;
    while (end < lows.length && halves[2 * end + 1] === key) {
      const low = halves[2 * end] as number;
      if (end > start && low <= (lows[end - 1] as number)) throw new RangeError("Row numbers have to ascend.");
      lows[end++] = low;
    }
    if (key > LARGEST_KEY || key <= (parts.at(-1)?.key ?? -1)) throw new RangeError("Row numbers have to ascend.");
    parts.push({ key, bytes: encodeBitmap(lows, start, end) });
    start = end;
  }
  const result = new Uint8Array(parts.reduce((sum, { bytes }) => sum + 4 + bytes.length, 12));
  const view = new DataView(result.buffer);
  view.setUint32(0, MAGIC, true);
  view.setBigUint64(4, BigInt(parts.length), true);
  let offset = 12;
  for (const { key, bytes } of parts) {
    view.setUint32(offset, key, true);
    result.set(bytes, offset + 4);
    offset += 4 + bytes.length;
  }
  return result;
}

/** Row numbers written by their halves, so that no BigInt is made for each; like the files, the machines are little-endian. */
class PositionBuffer {
  #halves: Uint32Array;
  #length = 0;

  /** @param expected Room to begin with; a wrong figure in a log must not claim all memory. */
  constructor(expected: number) {
    this.#halves = new Uint32Array(2 * Math.min(Math.max(expected, 16), 1 << 24));
  }

  push(low: number, high: number): void {
    const at = 2 * this.#length;
    if (at === this.#halves.length) {
      const larger = new Uint32Array(2 * at);
      larger.set(this.#halves);
      this.#halves = larger;
    }
    this.#halves[at] = low;
    this.#halves[at + 1] = high;
    this.#length++;
  }

  toArray(): BigInt64Array {
    const whole = 2 * this.#length === this.#halves.length ? this.#halves : this.#halves.slice(0, 2 * this.#length);
    return new BigInt64Array(whole.buffer, 0, this.#length);
  }
}
