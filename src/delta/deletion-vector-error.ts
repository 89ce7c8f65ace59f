/** The conditions of deletion vectors that do not hold what the log says of them. */
import { LakeletError } from "../errors/lakelet-error.js";

const CURE = "Restore the file from a copy of the table; lakelet does not guess which rows are deleted.";

export function deletionVectorSizeMismatch(source: string, expected: number, actual: number): LakeletError {
  return new LakeletError({
    condition: "DELTA_DELETION_VECTOR_SIZE_MISMATCH",
    sqlState: "XXKDS",
    problem: `A deletion vector in ${source} has not the size that the log says: ${actual} bytes, not ${expected}.`,
    cure: CURE,
    parameters: { path: source, expected: `${expected}`, actual: `${actual}` },
  });
}

export function deletionVectorChecksumMismatch(source: string, expected: number, actual: number): LakeletError {
  return new LakeletError({
    condition: "DELTA_DELETION_VECTOR_CHECKSUM_MISMATCH",
    sqlState: "XXKDS",
    problem: `A deletion vector in ${source} fails its integrity check.`,
    reason: `Its checksum is ${actual}, not ${expected}: the file was damaged.`,
    cure: CURE,
    parameters: { path: source, expected: `${expected}`, actual: `${actual}` },
  });
}

export function deletionVectorCardinalityMismatch(source: string, expected: number, actual: number): LakeletError {
  return new LakeletError({
    condition: "DELTA_DELETION_VECTOR_CARDINALITY_MISMATCH",
    sqlState: "XXKDS",
    problem: `A deletion vector in ${source} marks ${actual} rows, the log says ${expected}.`,
    cure: CURE,
    parameters: { path: source, expected: `${expected}`, actual: `${actual}` },
  });
}

/** Delta has no name of its own for it. */
export function malformedDeletionVector(source: string, reason: string, cause?: unknown): LakeletError {
  return new LakeletError({
    condition: "DELTA_DELETION_VECTOR_MALFORMED",
    sqlState: "XXKDS",
    problem: `A deletion vector in ${source} cannot be read.`,
    reason: `As a bitmap of row numbers it is malformed: ${reason}.`,
    cure: CURE,
    parameters: { path: source },
    cause,
  });
}
