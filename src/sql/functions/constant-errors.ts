/** Errors of arguments that must be constants: NULL, or beyond what the function takes. */
import { LakeletError } from "../../errors/lakelet-error.js";

/** DATATYPE_MISMATCH.UNEXPECTED_NULL: a constant argument that must not be NULL. */
export function unexpectedNull(name: string, argument: string): LakeletError {
  return new LakeletError({
    condition: "DATATYPE_MISMATCH.UNEXPECTED_NULL",
    sqlState: "42K09",
    problem: `The argument ${argument} of \`${name}\` must not be NULL.`,
    parameters: { exprName: argument },
  });
}

/** NON_FOLDABLE_ARGUMENT: an argument that must be a constant, and is NULL or none. */
export function notFoldable(name: string, argument: string): LakeletError {
  return new LakeletError({
    condition: "NON_FOLDABLE_ARGUMENT",
    sqlState: "42K08",
    problem: `The argument ${argument} of \`${name}\` must be a constant.`,
    cure: "Write a literal.",
    parameters: { funcName: `\`${name}\``, paramName: argument },
  });
}

/** DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE: a constant argument beyond what the function takes. */
export function outOfRange(name: string, argument: string, range: string, value: string): LakeletError {
  return new LakeletError({
    condition: "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
    sqlState: "42K09",
    problem: `The argument ${argument} of \`${name}\` must be within ${range}, not ${value}.`,
    parameters: { exprName: argument, valueRange: range, currentValue: value },
  });
}
