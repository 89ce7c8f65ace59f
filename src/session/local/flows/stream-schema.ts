/** The schema of streamed files: given, or inferred from the first files and kept, with the columns that come later. */
import { fieldsMissingInTable, mergeSchemas } from "../../../commands/schema-evolution.js";
import type { Engine, FileSource } from "../../../engine/engine.js";
import { isLakeletError, LakeletError } from "../../../errors/lakelet-error.js";
import { field, findField, STRING, type StructType, struct } from "../../../schema/data-type.js";
import { parseSchema } from "../../../sql/parse/parse.js";
import type { PartitionColumns } from "../partition-columns.js";
import { withSchemaHints } from "../schema-hints.js";
import { hasOwnHeader, inferredCsv } from "./csv-columns.js";
import type { ListedFile } from "./file-listing.js";
import type { StreamedFiles } from "./streams.js";

export interface StreamSchema {
  /** Of the rows in the files: without the columns that folders give, with that of what does not fit. */
  readonly files: StructType;
  /** What is to be remembered; undefined for a schema that the user gave. */
  readonly inferred?: StructType;
}

/**
 * @param kept what was inferred before
 * @param fresh files whose columns the schema has to have
 * @throws CF_EMPTY_DIR_FOR_SCHEMA_INFERENCE, UNKNOWN_FIELD_EXCEPTION.NEW_FIELDS_IN_FILE
 */
export async function streamSchema(
  files: StreamedFiles,
  partitions: PartitionColumns | undefined,
  kept: StructType | undefined,
  fresh: readonly ListedFile[],
  engine: Engine,
): Promise<StreamSchema> {
  if (files.schemaDdl !== undefined) {
    return { files: withRescued(withoutPartitions(parseSchema(files.schemaDdl), partitions), files) };
  }
  const found = fresh.length === 0 ? undefined : await inferredSchema(files, fresh, engine);
  const inferred = merged(files, kept, found);
  if (inferred === undefined) throw nothingToInferFrom(files.path);
  const hinted = files.schemaHints === undefined ? inferred : withSchemaHints(inferred, files.schemaHints);
  return { files: withRescued(withoutPartitions(hinted, partitions), files), inferred };
}

async function inferredSchema(
  files: StreamedFiles,
  fresh: readonly ListedFile[],
  engine: Engine,
): Promise<StructType | undefined> {
  const { format, timeZone } = files.listing;
  const paths = fresh.map(({ path }) => path);
  // Files of one stream need not have the same columns.
  const merging = format === "parquet" ? { mergeschema: "true" } : {};
  try {
    // Not opened within the query, whose malformed lines these files would be twice.
    const source = { format, paths, options: { ...merging, ...files.options }, timeZone };
    const schema = hasOwnHeader(source) ? await inferredCsv(engine, source) : await inferredFrom(engine, source);
    const isText = !files.infersTypes && (format === "json" || format === "csv");
    return isText ? struct(schema.fields.map(({ name }) => field(name, STRING))) : schema;
  } catch (error) {
    // Empty files say nothing.
    if (isLakeletError(error, "UNABLE_TO_INFER_SCHEMA")) return undefined;
    throw error;
  }
}

async function inferredFrom(engine: Engine, source: FileSource): Promise<StructType> {
  const opened = await engine.openFiles(source);
  await opened.close();
  return opened.schema;
}

/** Columns keep the type of their first files; what comes later stands last. */
function merged(
  files: StreamedFiles,
  kept: StructType | undefined,
  found: StructType | undefined,
): StructType | undefined {
  if (kept === undefined || found === undefined) return kept ?? found;
  const added = fieldsMissingInTable(kept, found).map(([name]) => name);
  if (added.length === 0 || files.evolution === "rescue" || files.evolution === "none") return kept;
  if (files.evolution === "failonnewcolumns") throw newColumns(files.path, added);
  return mergeSchemas(kept, found, "keep-table");
}

function withoutPartitions(schema: StructType, partitions: PartitionColumns | undefined): StructType {
  const names = new Set(partitions?.fields.map(({ name }) => name.toLowerCase()));
  return struct(schema.fields.filter(({ name }) => !names.has(name.toLowerCase())));
}

function withRescued(schema: StructType, { rescuedColumn }: StreamedFiles): StructType {
  if (rescuedColumn === undefined || findField(schema, rescuedColumn)) return schema;
  return struct([...schema.fields, field(rescuedColumn, STRING)]);
}

function nothingToInferFrom(path: string): LakeletError {
  return new LakeletError({
    condition: "CF_EMPTY_DIR_FOR_SCHEMA_INFERENCE",
    sqlState: "42000",
    problem: `Cannot infer schema when the input path \`${path}\` is empty.`,
    cure: "Please try to start the stream when there are files in the input path, or specify the schema.",
    parameters: { path },
  });
}

function newColumns(path: string, names: readonly string[]): LakeletError {
  return new LakeletError({
    condition: "UNKNOWN_FIELD_EXCEPTION.NEW_FIELDS_IN_FILE",
    sqlState: "KD003",
    problem: `Encountered unknown fields during parsing: ${names.join(", ")}, in files of ${path}.`,
    reason: "cloudFiles.schemaEvolutionMode is failOnNewColumns.",
    cure: "Add them to the schema, or set the mode addNewColumns or rescue.",
    parameters: { newFields: names.join(", "), path },
  });
}
