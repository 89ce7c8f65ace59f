/** Deletion vectors: which rows of a data file are gone, in the log or in a file beside the data (Delta protocol, "Deletion Vectors"). */
import type { Storage } from "../storage/storage.js";
import type { DeletionVectorDescriptor } from "./actions.js";

/**
 * Row numbers that a deletion vector marks, from 0, ascending.
 * Throws DELTA_DELETION_VECTOR_SIZE_MISMATCH, DELTA_DELETION_VECTOR_CHECKSUM_MISMATCH, DELTA_DELETION_VECTOR_CARDINALITY_MISMATCH.
 */
export declare function readDeletionVector(
  storage: Storage,
  location: string,
  descriptor: DeletionVectorDescriptor,
): Promise<BigInt64Array>;

/**
 * Writes deletion vectors into one new file of the table's folder, durably; gives their descriptors in order.
 * @param vectors Row numbers, ascending, none twice.
 */
export declare function writeDeletionVectors(
  storage: Storage,
  location: string,
  vectors: readonly BigInt64Array[],
): Promise<{ readonly path: string; readonly descriptors: readonly DeletionVectorDescriptor[] }>;
