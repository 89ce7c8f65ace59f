/** Whole numbers of 64 bits between the engine's vectors and JavaScript as typed arrays, without a value for each. */
import type { DuckDBDataChunk, DuckDBVector } from "@duckdb/node-api";

/** The memory of a BIGINT or UBIGINT vector, as long as its chunk lives. The library keeps it to itself in types only. */
export function integersOf(vector: DuckDBVector): BigInt64Array | BigUint64Array {
  const items: unknown = Reflect.get(vector, "items");
  if (items instanceof BigInt64Array || items instanceof BigUint64Array) return items;
  throw new TypeError(`A vector of ${vector.type} does not hold whole numbers of 64 bits.`);
}

/** The columns of a chunk, all BIGINT without NULL, as copies. */
export function chunkIntegers(chunk: DuckDBDataChunk): readonly BigInt64Array[] {
  return Array.from({ length: chunk.columnCount }, (_, i) => {
    const numbers = integersOf(chunk.getColumnVector(i));
    return numbers instanceof BigInt64Array ? numbers.slice() : new BigInt64Array(numbers.slice().buffer);
  });
}
