/** Errors of functions over arrays and maps whose arguments do not go together. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { DataType } from "../../schema/data-type.js";
import { typeText } from "../../schema/type-text.js";

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
