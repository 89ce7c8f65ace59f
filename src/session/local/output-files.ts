/** The files of a write before they have their place: by partition, and where `maxRecordsPerFile` is given by the number of rows. */
import { join } from "node:path";
import type { EngineQuery } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { holdsType, type StructType, struct } from "../../schema/data-type.js";
import { engineName, engineString, engineType } from "../../schema/engine-type.js";
import { quoteName } from "../../schema/type-text.js";
import { sameName } from "./compiled-plan.js";
import { partitionFolder } from "./partition-folders.js";
import type { Runtime } from "./runtime.js";
import { textLines, unsupportedType } from "./text-lines.js";
import type { FileFormat, WriterOptions } from "./writer-options.js";

export interface Staging {
  readonly format: FileFormat;
  readonly options: WriterOptions;
  readonly query: EngineQuery;
  readonly staging: string;
  /** Stands in the names of all files of the write. */
  readonly id: string;
}

/** Names of the files, relative to the staging folder. */
export async function stageFiles(
  runtime: Runtime,
  partitionBy: readonly string[],
  stage: Staging,
): Promise<readonly string[]> {
  if (partitionBy.length === 0) return stagePieces(runtime, stage, stage.query, "");
  const { query } = stage;
  const columns = partitionBy.map((name) => partitionColumn(name, query.schema));
  const others = struct(query.schema.fields.filter((one) => !columns.includes(one)));
  if (others.fields.length === 0) throw allColumnsPartition();
  const { compiler } = runtime.commandContext();
  const scope = { qualifier: [], schema: query.schema, engineAlias: "q" };
  const texts = columns.map(
    (one, i) => `nullif(${compiler.compile(`CAST(${quoteName(one.name)} AS STRING)`, [scope]).sql}, '') AS "__p${i}"`,
  );
  const rows = await runtime.engine.materialize(`SELECT "q".*, ${texts.join(", ")} FROM (${query.sql}) AS "q"`);
  try {
    const places = columns.map((_, i) => `"__p${i}"`);
    const list = places.join(", ");
    const found = await runtime.engine.run(`SELECT DISTINCT ${list} FROM ${rows} ORDER BY ${list}`);
    const kept = others.fields.map((one) => engineName(one.name)).join(", ");
    const names: string[] = [];
    for (const values of found.rows as readonly (readonly (string | null)[])[]) {
      const folder = partitionFolder(
        columns.map((one) => one.name),
        values,
      );
      await runtime.storage.createFolder(join(stage.staging, folder));
      const conditions = places.map((place, i) => `${place} IS NOT DISTINCT FROM ${engineText(values[i] ?? null)}`);
      const sql = `SELECT ${kept} FROM ${rows} WHERE ${conditions.join(" AND ")}`;
      names.push(...(await stagePieces(runtime, stage, { sql, schema: others }, folder)));
    }
    return names;
  } finally {
    await runtime.engine.drop(rows);
  }
}

function engineText(value: string | null): string {
  return value === null ? "NULL" : engineString(value);
}

/** The rows as one write of files, or as one of each `maxRecordsPerFile` of them. */
async function stagePieces(
  runtime: Runtime,
  stage: Staging,
  query: EngineQuery,
  folder: string,
): Promise<readonly string[]> {
  const most = stage.options.maxRecordsPerFile;
  if (most === undefined) return stagePiece(runtime, stage, query, folder, 0);
  const columns = query.schema.fields.map((one) => engineName(one.name)).join(", ");
  const rows = await runtime.engine.materialize(query.sql);
  try {
    const counted = await runtime.engine.run(`SELECT count(*) FROM ${rows}`);
    const count = Number(counted.rows[0]?.[0] ?? 0);
    const names: string[] = [];
    for (let from = 0; from === 0 || from < count; from += most) {
      const sql = `SELECT ${columns} FROM ${rows} WHERE rowid >= ${from} AND rowid < ${from + most}`;
      names.push(...(await stagePiece(runtime, stage, { sql, schema: query.schema }, folder, names.length)));
    }
    return names;
  } finally {
    await runtime.engine.drop(rows);
  }
}

async function stagePiece(
  runtime: Runtime,
  stage: Staging,
  query: EngineQuery,
  folder: string,
  piece: number,
): Promise<readonly string[]> {
  const { format, options, staging, id } = stage;
  if (format === "parquet") return stageParquet(runtime, stage, query, folder, piece);
  const { texts = ["*"], line, header } = textLines(runtime, format, query.schema, options);
  const gzip = options.compression === "gzip";
  const ending = `${format === "text" ? "txt" : format}${gzip ? ".gz" : ""}`;
  const path = join(folder, `part-00000-${id}-c${ordinal(piece)}.${ending}`);
  const settings = [
    "FORMAT csv",
    "QUOTE ''",
    "ESCAPE ''",
    "DELIMITER '\u0001'",
    `HEADER ${header !== undefined}`,
    `NEW_LINE ${engineString(options.sign("linesep", "\n"))}`,
    ...(gzip ? ["COMPRESSION gzip"] : []),
  ];
  const name = engineName(header ?? "line");
  // The only column of a CSV file leaves no line where it is NULL, as in Spark.
  const filled = format === "csv" && texts.length === 1 ? ` WHERE ${name} <> ''` : "";
  const lines = `SELECT ${line} AS ${name} FROM (SELECT ${texts.join(", ")} FROM (${query.sql}) AS "q") AS "q"`;
  const rows = `SELECT * FROM (${lines})${filled}`;
  await runtime.engine.run(`COPY (${rows}) TO ${engineString(join(staging, path))} (${settings.join(", ")})`);
  return [path];
}

/** About 128 MiB a file. `piece`: the number of the first. */
async function stageParquet(
  runtime: Runtime,
  { options, staging, id }: Staging,
  { sql, schema }: EngineQuery,
  folder: string,
  piece: number,
): Promise<readonly string[]> {
  const variant = schema.fields.find((one) => holdsType(one.dataType, (type) => type.kind === "variant"));
  if (variant) throw unsupportedType("Parquet", variant);
  const columns = schema.fields.map(
    (one) => `CAST("q".${engineName(one.name)} AS ${engineType(one.dataType)}) AS ${engineName(one.name)}`,
  );
  const rows = `SELECT ${columns.join(", ")} FROM (${sql}) AS "q"`;
  const codec = options.compression === "none" ? "uncompressed" : options.compression;
  const files = await runtime.engine.writeDataFiles({
    sql: rows,
    schema,
    folder: join(staging, folder),
    partitionBy: [],
    compression: codec as "snappy" | "zstd" | "uncompressed" | "gzip",
  });
  const ending = `${codec === "uncompressed" ? "" : `.${codec === "gzip" ? "gz" : codec}`}.parquet`;
  const named = (number: number, end: string) => join(folder, `part-00000-${id}-c${ordinal(number)}${end}`);
  if (files.length === 0) {
    // The schema of a folder without rows is that of its one empty file.
    const name = named(piece, ".snappy.parquet");
    await runtime.engine.writeParquet(rows, join(staging, name));
    return [name];
  }
  const names = files.map((_, i) => named(piece + i, ending));
  for (const [i, file] of files.entries()) await runtime.storage.rename(file.path, join(staging, names[i] ?? ""));
  return names;
}

function ordinal(number: number): string {
  return String(number).padStart(3, "0");
}

function partitionColumn(name: string, schema: StructType) {
  const column = schema.fields.find((one) => sameName(one.name, name));
  if (column) return column;
  throw new LakeletError({
    condition: "PARTITION_COLUMN_NOT_FOUND_IN_SCHEMA",
    sqlState: "42000",
    problem: `Partition column \`${name}\` not found in schema ${schema.fields.map((one) => one.name).join(", ")}.`,
    cure: "Name columns of the DataFrame in partitionBy.",
  });
}

function allColumnsPartition(): LakeletError {
  return new LakeletError({
    condition: "ALL_PARTITION_COLUMNS_NOT_ALLOWED",
    sqlState: "KD005",
    problem: "Cannot use all columns for partition columns.",
    cure: "Leave at least one for the files.",
  });
}
