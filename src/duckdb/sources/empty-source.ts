/** Sources without rows or without files. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { StructType } from "../../schema/data-type.js";
import { engineName, engineType } from "../../schema/engine-type.js";

/** A relation of the schema and `__file_path` without rows. */
export function emptySelect(schema: StructType): string {
  const columns = schema.fields.map(
    ({ name, dataType }) => `CAST(NULL AS ${engineType(dataType)}) AS ${engineName(name)}`,
  );
  return `SELECT ${[...columns, "CAST(NULL AS VARCHAR) AS __file_path"].join(", ")} WHERE false`;
}

export function unableToInfer(format: string): LakeletError {
  return new LakeletError({
    condition: "UNABLE_TO_INFER_SCHEMA",
    sqlState: "42KD9",
    problem: `Unable to infer schema for ${format}.`,
    reason: "There is no file, or the files are empty.",
    cure: "Specify the schema.",
    parameters: { format },
  });
}
