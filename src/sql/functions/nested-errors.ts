/** Errors of functions over arrays and maps whose arguments do not go together. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { DataType, StructType } from "../../schema/data-type.js";
import { typeText } from "../../schema/type-text.js";
import type { Typed } from "../typed.js";

type Kind = "ARRAY_FUNCTION" | "BINARY_ARRAY" | "MAP_FUNCTION" | "MAP_CONCAT";

const WANTED: Readonly<Record<Kind, string>> = {
  ARRAY_FUNCTION: "an array and a value of its element type",
  BINARY_ARRAY: "two arrays of one element type",
  MAP_FUNCTION: "a map and a value of its key type",
  MAP_CONCAT: "maps of one type",
};

/** DATATYPE_MISMATCH.<kind>_DIFF_TYPES */
export function differingTypes(kind: Kind, name: string, types: readonly DataType[]): LakeletError {
  const texts = types.map((type) => `"${typeText(type).toUpperCase()}"`).join(", ");
  return new LakeletError({
    condition: `DATATYPE_MISMATCH.${kind}_DIFF_TYPES`,
    sqlState: "42K09",
    problem: `The function \`${name}\` takes ${WANTED[kind]}, not [${texts}].`,
    cure: "Cast one of them.",
    parameters: { functionName: `\`${name}\``, actualType: `[${texts}]` },
  });
}

/** INVALID_EXTRACT_BASE_FIELD_TYPE: a subscript of what has no parts. */
export function nothingToExtract({ dataType }: Typed): LakeletError {
  const type = `"${typeText(dataType).toUpperCase()}"`;
  return new LakeletError({
    condition: "INVALID_EXTRACT_BASE_FIELD_TYPE",
    sqlState: "42000",
    problem: `Nothing can be extracted from a value of the type ${type}: an array, a map or a struct is needed.`,
    cure: "Check the expression before the subscript.",
    parameters: { base: "the value", other: type },
  });
}

/** INVALID_EXTRACT_FIELD_TYPE: a subscript of a struct that is no constant name. */
export function noFieldName({ dataType }: Typed): LakeletError {
  return new LakeletError({
    condition: "INVALID_EXTRACT_FIELD_TYPE",
    sqlState: "42000",
    problem: `A field of a struct is named by a constant string, not by a value of the type "${typeText(dataType).toUpperCase()}".`,
    cure: "Write the name of the field.",
  });
}

/** FIELD_NOT_FOUND */
export function noSuchField(name: string, { fields }: StructType): LakeletError {
  const names = fields.map((one) => `\`${one.name}\``).join(", ");
  return new LakeletError({
    condition: "FIELD_NOT_FOUND",
    sqlState: "42704",
    problem: `The struct has no field \`${name}\`, only ${names}.`,
    cure: "Check the name.",
    parameters: { fieldName: `\`${name}\``, fields: names },
  });
}
