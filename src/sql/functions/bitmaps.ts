/** Bitmaps of 32,768 bits that count distinct numbers: bitmap_construct_agg and its kin. */
import type { EngineLibrary, Value } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { BINARY, LONG } from "../../schema/data-type.js";
import type { FunctionEntry } from "../typed.js";
import { aggregate } from "./aggregate-entry.js";
import { aLong, type Expected, scalar } from "./argument.js";
import { macro, macros } from "./macro.js";

const BITS = 32768n;
const BYTES = 4096;

const onlyBinary: Expected = {
  text: 'the "BINARY" type',
  target: (type) => (type.kind === "binary" ? type : undefined),
};

export const bitmapFunctions: readonly FunctionEntry[] = [
  scalar("bitmap_bit_position", { takes: [aLong], gives: LONG, sql: ([x]) => `spark_bitmap_bit_position(${x})` }),
  scalar("bitmap_bucket_number", { takes: [aLong], gives: LONG, sql: ([x]) => `spark_bitmap_bucket_number(${x})` }),
  scalar("bitmap_count", { takes: [onlyBinary], gives: LONG, sql: ([x]) => `spark_bitmap_count(${x})` }),
  aggregate("bitmap_construct_agg", {
    takes: [aLong],
    gives: BINARY,
    nullable: false,
    make: ([x]) => ({ call: `list(DISTINCT ${x?.sql})`, around: "spark_bitmap_of(coalesce({call}, []))" }),
  }),
  aggregate("bitmap_or_agg", {
    takes: [onlyBinary],
    gives: BINARY,
    nullable: false,
    make: ([x]) => ({ call: `list(DISTINCT ${x?.sql})`, around: "spark_bitmap_or(coalesce({call}, []))" }),
  }),
];

function bitmapOf(positions: readonly (bigint | null)[]): Uint8Array {
  const bitmap = new Uint8Array(BYTES);
  for (const position of positions) {
    if (position === null) continue;
    if (position < 0n || position >= BITS) throw outOfBounds(position);
    const at = Number(position);
    bitmap[at >> 3] = (bitmap[at >> 3] ?? 0) | (1 << (at & 7));
  }
  return bitmap;
}

function outOfBounds(position: bigint): LakeletError {
  return new LakeletError({
    condition: "INVALID_BITMAP_POSITION",
    sqlState: "22003",
    problem: `The bitmap position ${position} is out of bounds: a bitmap has ${BITS} bits, counted from 0.`,
    cure: "Use bitmap_bit_position(x), and group by bitmap_bucket_number(x).",
    parameters: { bitPosition: String(position), bitmapNumBytes: String(BYTES), bitmapNumBits: String(BITS) },
  });
}

function union(bitmaps: readonly (Uint8Array | null)[]): Uint8Array {
  const result = new Uint8Array(BYTES);
  for (const bitmap of bitmaps) {
    bitmap?.subarray(0, BYTES).forEach((byte, i) => {
      result[i] = (result[i] ?? 0) | byte;
    });
  }
  return result;
}

function count(bitmap: Uint8Array): bigint {
  let bits = 0;
  for (let byte of bitmap) for (; byte !== 0; byte &= byte - 1) bits++;
  return BigInt(bits);
}

export const bitmapLibrary: EngineLibrary = {
  macros: macros(
    // Buckets of positive numbers begin at 1, so that 0 and the negative ones have buckets of their own.
    macro("spark_bitmap_bit_position", ["x"], `CASE WHEN x > 0 THEN (x - 1) % ${BITS} ELSE (-(x % ${BITS})) END`),
    macro("spark_bitmap_bucket_number", ["x"], `CASE WHEN x > 0 THEN 1 + (x - 1) // ${BITS} ELSE x // ${BITS} END`),
  ),
  functions: [
    {
      name: "spark_bitmap_count",
      parameters: ["BLOB"],
      returns: "BIGINT",
      call: (bitmap) => count(bitmap as Uint8Array),
    },
    {
      name: "spark_bitmap_of",
      parameters: ["BIGINT[]"],
      returns: "BLOB",
      call: (positions: Value) => bitmapOf(positions as readonly (bigint | null)[]),
    },
    {
      name: "spark_bitmap_or",
      parameters: ["BLOB[]"],
      returns: "BLOB",
      call: (bitmaps: Value) => union(bitmaps as readonly (Uint8Array | null)[]),
    },
  ],
};
