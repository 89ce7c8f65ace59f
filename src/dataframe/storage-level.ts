/** Where the rows of a cached DataFrame are kept. */

/** Fields as in PySpark. */
export interface StorageLevel {
  readonly useDisk: boolean;
  readonly useMemory: boolean;
  readonly useOffHeap: boolean;
  readonly deserialized: boolean;
  readonly replication: number;
}

const level = (useDisk: boolean, useMemory: boolean, deserialized = false): StorageLevel =>
  Object.freeze({ useDisk, useMemory, useOffHeap: false, deserialized, replication: 1 });

/** Spark's levels, to be given to `persist`; here rows are always kept in memory, and spilled to disk where they do not fit. */
export const StorageLevel = Object.freeze({
  NONE: level(false, false),
  DISK_ONLY: level(true, false),
  MEMORY_ONLY: level(false, true),
  MEMORY_AND_DISK: level(true, true),
  MEMORY_AND_DISK_DESER: level(true, true, true),
});

export function storageLevelOf(cached: boolean): StorageLevel {
  return cached ? StorageLevel.MEMORY_AND_DISK_DESER : StorageLevel.NONE;
}
