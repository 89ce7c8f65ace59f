/** The schema of Parquet files, merged from their footers. */
import { isLakeletError } from "../../errors/lakelet-error.js";
import type { StructType } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import type { CommandContext } from "../contract.js";
import { asNullable, mergeSchemas } from "../schema-evolution.js";
import { failedSchemaMerge } from "./convert-errors.js";

/** Footers that one statement reads. */
const FOOTERS_AT_ONCE = 1_000;
const TIME_ZONE = "spark.sql.session.timeZone";

/** All columns nullable. Throws DELTA_FAILED_MERGE_SCHEMA_FILE, and what the engine says of a file that is no Parquet. */
export async function footerSchema(context: CommandContext, files: readonly string[]): Promise<StructType> {
  let merged: StructType | undefined;
  for (const file of await oneOfEachShape(context, files)) {
    const schema = asNullable(await schemaOf(context, file));
    try {
      merged = merged === undefined ? schema : mergeSchemas(merged, schema, "refuse");
    } catch (error) {
      throw isLakeletError(error, "DELTA_FAILED_TO_MERGE_FIELDS") ? failedSchemaMerge(file, error) : error;
    }
  }
  return merged ?? { kind: "struct", fields: [] };
}

/** Most files have one and the same schema, which is then read once. */
async function oneOfEachShape({ engine }: CommandContext, files: readonly string[]): Promise<readonly string[]> {
  const shapes = new Map<string, string>();
  for (let first = 0; first < files.length; first += FOOTERS_AT_ONCE) {
    const list = files
      .slice(first, first + FOOTERS_AT_ONCE)
      .map(engineString)
      .join(", ");
    const node =
      "concat_ws('|', name, type, type_length, repetition_type, num_children, converted_type, logical_type, scale, precision)";
    const { rows } = await engine.run(
      `SELECT file_name, md5(string_agg(${node}, ';' ORDER BY column_id)) FROM parquet_schema([${list}]) GROUP BY file_name ORDER BY file_name`,
    );
    for (const [file, shape] of rows) if (!shapes.has(String(shape))) shapes.set(String(shape), String(file));
  }
  return [...shapes.values()];
}

async function schemaOf({ engine, configuration }: CommandContext, file: string): Promise<StructType> {
  const timeZone = configuration[TIME_ZONE] ?? "UTC";
  const opened = await engine.openFiles({ format: "parquet", paths: [file], options: {}, timeZone });
  try {
    // The reader adds the columns that it takes from the folders' names.
    const own = await engine.describe(`SELECT * FROM read_parquet(${engineString(file)}, hive_partitioning = false)`);
    const names = new Set(own.fields.map((one) => one.name.toLowerCase()));
    return { kind: "struct", fields: opened.schema.fields.filter((one) => names.has(one.name.toLowerCase())) };
  } finally {
    await opened.close();
  }
}
