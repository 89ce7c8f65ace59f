/** Errors of function calls: thrown while compiling, or raised by the engine SQL at run time. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { DataType } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import { typeText } from "../../schema/type-text.js";

/** WRONG_NUM_ARGS.WITHOUT_SUGGESTION; `expected` in words or figures, e.g. `2`, `[1, 2]`, `> 0`. */
export function wrongArgumentCount(name: string, expected: string, actual: number): LakeletError {
  return new LakeletError({
    condition: "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
    sqlState: "42605",
    problem: `The function \`${name}\` takes ${expected} arguments, not ${actual}.`,
    cure: "Check the arguments of the call.",
    parameters: { functionName: `\`${name}\``, expectedNum: expected, actualNum: String(actual) },
  });
}

const ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

/** DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE; `index` counts from 0, `required` as Spark says it, e.g. `"STRING" or "BINARY"`. */
export function unexpectedInputType(name: string, index: number, required: string, actual: DataType): LakeletError {
  const ordinal = ORDINALS[index] ?? `${index + 1}th`;
  const type = `"${typeText(actual).toUpperCase()}"`;
  return new LakeletError({
    condition: "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
    sqlState: "42K09",
    problem: `The ${ordinal} argument of \`${name}\` must be ${required}, but it has the type ${type}.`,
    cure: "Cast the argument.",
    parameters: { functionName: `\`${name}\``, paramIndex: ordinal, requiredType: required, inputType: type },
  });
}

/** DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES and the like: operands that no implicit cast brings together. */
export function differingOperands(name: string, left: DataType, right: DataType): LakeletError {
  const types = [left, right].map((type) => `"${typeText(type).toUpperCase()}"`);
  return new LakeletError({
    condition: "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES",
    sqlState: "42K09",
    problem: `The operands of \`${name}\` have the types ${types.join(" and ")}, which do not go together.`,
    cure: "Cast one of them to the type of the other.",
    parameters: { left: types[0] ?? "", right: types[1] ?? "" },
  });
}

/** DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE: operands of one type that the operator does not take. */
export function wrongOperands(name: string, required: string, actual: DataType): LakeletError {
  const type = `"${typeText(actual).toUpperCase()}"`;
  return new LakeletError({
    condition: "DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE",
    sqlState: "42K09",
    problem: `The operator \`${name}\` takes ${required}, not ${type}.`,
    cure: "Cast the operands.",
    parameters: { inputType: required, actualDataType: type },
  });
}

/** DATATYPE_MISMATCH.INVALID_ORDERING_TYPE: values that have no order, maps above all. */
export function unorderable(name: string, type: DataType): LakeletError {
  const text = `"${typeText(type).toUpperCase()}"`;
  return new LakeletError({
    condition: "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
    sqlState: "42K09",
    problem: `\`${name}\` does not take values of the type ${text}, which have no order.`,
    cure: "Compare their entries (map_entries) or parts.",
    parameters: { functionName: `\`${name}\``, dataType: text },
  });
}

/** INVALID_FORMAT.*: a pattern or format that is no valid one. */
export function invalidFormat(kind: string, reason: string, format: string): LakeletError {
  return new LakeletError({
    condition: `INVALID_FORMAT.${kind}`,
    sqlState: "42601",
    problem: `The format is invalid: '${format}': ${reason}.`,
    parameters: { format },
  });
}

/** INVALID_PARAMETER_VALUE.*: a constant argument outside what the function takes. */
export function invalidParameterValue(kind: string, name: string, reason: string, cure?: string): LakeletError {
  return new LakeletError({
    condition: `INVALID_PARAMETER_VALUE.${kind}`,
    sqlState: "22023",
    problem: `A parameter of \`${name}\` is invalid: ${reason}.`,
    ...(cure === undefined ? {} : { cure }),
    parameters: { functionName: `\`${name}\`` },
  });
}

/** DATATYPE_MISMATCH.DATA_DIFF_TYPES: arguments of one call that have no common type. */
export function differingArguments(name: string, types: readonly DataType[]): LakeletError {
  const texts = types.map((type) => `"${typeText(type).toUpperCase()}"`).join(", ");
  return new LakeletError({
    condition: "DATATYPE_MISMATCH.DATA_DIFF_TYPES",
    sqlState: "42K09",
    problem: `The arguments of \`${name}\` must have one common type, but they are [${texts}].`,
    cure: "Cast the arguments to one type.",
    parameters: { functionName: `\`${name}\``, dataType: `[${texts}]` },
  });
}

/** DATATYPE_MISMATCH.NON_FOLDABLE_INPUT: an argument that must be a constant and is not. */
export function notConstant(name: string, argument: string): LakeletError {
  return new LakeletError({
    condition: "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
    sqlState: "42K09",
    problem: `The argument ${argument} of \`${name}\` must be a constant.`,
    cure: "Write a literal.",
    parameters: { functionName: `\`${name}\``, inputName: argument },
  });
}

/** DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION: types between which Spark has no cast. */
export function impossibleCast(from: DataType, to: DataType): LakeletError {
  const types = [from, to].map((type) => `"${typeText(type).toUpperCase()}"`);
  return new LakeletError({
    condition: "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION",
    sqlState: "42K09",
    problem: `${types[0]} cannot be cast to ${types[1]}.`,
    parameters: { srcType: types[0] ?? "", targetType: types[1] ?? "" },
  });
}

/** DATATYPE_MISMATCH.HASH_MAP_TYPE and HASH_VARIANT_TYPE: equal values may be kept in different ways, so they have no hash. */
export function unhashable(name: string, kind: "map" | "variant"): LakeletError {
  return new LakeletError({
    condition: `DATATYPE_MISMATCH.HASH_${kind.toUpperCase()}_TYPE`,
    sqlState: "42K09",
    problem: `\`${name}\` does not take values of the type ${kind.toUpperCase()}.`,
    reason:
      kind === "map"
        ? "Equal maps may keep their entries in different orders."
        : "Equal variants may be encoded differently.",
    cure: kind === "map" ? "Hash array_sort(map_entries(m))." : "Hash to_json(v).",
    parameters: { functionName: `\`${name}\`` },
  });
}

/** UNSUPPORTED_FEATURE of a function: known to Spark, and refused here rather than answered differently. */
export function unsupportedFeature(problem: string, cure: string): LakeletError {
  return new LakeletError({ condition: "UNSUPPORTED_FEATURE.FUNCTION", sqlState: "0A000", problem, cure });
}

/**
 * Engine SQL that fails the statement when it is evaluated, of any type; the engine turns it into a LakeletError.
 * `message` is engine SQL of a text (see {@link messageSql}).
 */
export function raise(condition: string, sqlState: string, message: string): string {
  return `error('[lakelet:${condition}|${sqlState}] ' || ${message})`;
}

/** A message from fixed text and engine SQL of texts in turn; NULLs read as NULL. */
export function messageSql(...parts: readonly (string | { readonly sql: string })[]): string {
  return parts
    .map((part) => (typeof part === "string" ? engineString(part) : `coalesce(CAST(${part.sql} AS VARCHAR), 'NULL')`))
    .join(" || ");
}
