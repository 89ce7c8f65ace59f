/** `df.write` in a format other than delta: a folder of Parquet, CSV, JSON-lines or text files. */
import { dirname, join } from "node:path";
import type { WriteRequest, WriteSummary } from "../../dataframe/query-executor.js";
import type { EngineQuery } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { holdsType, type StructType, struct } from "../../schema/data-type.js";
import { engineName, engineString, engineType } from "../../schema/engine-type.js";
import { quoteName } from "../../schema/type-text.js";
import { sameName } from "./compiled-plan.js";
import { partitionFolder } from "./partition-folders.js";
import type { Runtime } from "./runtime.js";
import { textLines, unsupportedType } from "./text-lines.js";
import { type FileFormat, WriterOptions } from "./writer-options.js";

const FORMATS: readonly string[] = ["parquet", "csv", "json", "text"] satisfies readonly FileFormat[];
const DONE_FILE = "_SUCCESS";

/** The files are written beside the target and moved to it when they are whole and durable. */
export async function writeFiles(
  runtime: Runtime,
  request: WriteRequest,
  query: EngineQuery,
  settled: () => Promise<void>,
): Promise<WriteSummary> {
  const format = formatOf(request);
  const options = new WriterOptions(format, request.options);
  const folder = targetFolder(runtime, request);
  const { storage } = runtime;
  const present = (await storage.entries(folder)).length > 0;
  if (present && request.mode === "ignore") return { version: undefined, metrics: {}, checks: [] };
  if (present && request.mode === "error") throw pathExists(folder);
  const staging = join(folder, `_staging-${crypto.randomUUID()}`);
  await storage.createFolder(staging);
  try {
    const files = await stageFiles(runtime, request, { format, options, query, staging });
    await settled();
    await storage.sync(
      files.map((name) => join(staging, name)),
      folder,
    );
    if (request.mode === "overwrite")
      await clear(runtime, folder, staging, isDynamic(runtime, request) ? files : undefined);
    for (const name of files) {
      await storage.createFolder(dirname(join(folder, name)));
      await storage.rename(join(staging, name), join(folder, name));
    }
    await storage.replace(join(folder, DONE_FILE), "");
  } finally {
    await storage.deleteFolder(staging);
  }
  return { version: undefined, metrics: {}, checks: [] };
}

interface Staging {
  readonly format: FileFormat;
  readonly options: WriterOptions;
  readonly query: EngineQuery;
  readonly staging: string;
}

/** Names of the files, relative to the staging folder. */
async function stageFiles(runtime: Runtime, { partitionBy }: WriteRequest, stage: Staging): Promise<readonly string[]> {
  if (partitionBy.length === 0) return [await stageFile(runtime, stage, stage.query, "")];
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
      names.push(await stageFile(runtime, stage, { sql, schema: others }, folder));
    }
    return names;
  } finally {
    await runtime.engine.drop(rows);
  }
}

function engineText(value: string | null): string {
  return value === null ? "NULL" : engineString(value);
}

async function stageFile(
  runtime: Runtime,
  { format, options, staging }: Staging,
  query: EngineQuery,
  folder: string,
): Promise<string> {
  if (format === "parquet") return stageParquet(runtime, options, query, join(staging, folder), folder);
  const { texts = ["*"], line, header } = textLines(runtime, format, query.schema, options);
  const gzip = options.compression === "gzip";
  const ending = `${format === "text" ? "txt" : format}${gzip ? ".gz" : ""}`;
  const path = join(folder, `part-00000-${crypto.randomUUID()}-c000.${ending}`);
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
  return path;
}

async function stageParquet(
  runtime: Runtime,
  options: WriterOptions,
  { sql, schema }: EngineQuery,
  path: string,
  folder: string,
): Promise<string> {
  const variant = schema.fields.find((one) => holdsType(one.dataType, (type) => type.kind === "variant"));
  if (variant) throw unsupportedType("Parquet", variant);
  const columns = schema.fields.map(
    (one) => `CAST("q".${engineName(one.name)} AS ${engineType(one.dataType)}) AS ${engineName(one.name)}`,
  );
  const codec = options.compression === "none" ? "uncompressed" : options.compression;
  const [file] = await runtime.engine.writeDataFiles({
    sql: `SELECT ${columns.join(", ")} FROM (${sql}) AS "q"`,
    schema,
    folder: path,
    partitionBy: [],
    compression: codec as "snappy" | "zstd" | "uncompressed" | "gzip",
  });
  return join(folder, file?.path.slice(path.length + 1) ?? "");
}

/** What an overwrite removes: everything, or (dynamically) the files of the partitions that are written. */
async function clear(
  { storage }: Runtime,
  folder: string,
  staging: string,
  written: readonly string[] | undefined,
): Promise<void> {
  if (written) {
    for (const name of new Set(written.map((one) => dirname(join(folder, one))))) {
      for (const old of await storage.list(name)) await storage.delete(old.path);
    }
    return;
  }
  for (const old of await storage.list(folder)) await storage.delete(old.path);
  for (const name of await storage.listFolders(folder)) {
    if (join(folder, name) !== staging) await storage.deleteFolder(join(folder, name));
  }
}

function isDynamic(runtime: Runtime, { options, partitionBy }: WriteRequest): boolean {
  const mode = options.partitionoverwritemode ?? runtime.state.get("spark.sql.sources.partitionOverwriteMode");
  return partitionBy.length > 0 && mode?.toLowerCase() === "dynamic";
}

function formatOf({ format }: WriteRequest): FileFormat {
  if (FORMATS.includes(format)) return format as FileFormat;
  throw new LakeletError({
    condition: "UNSUPPORTED_FEATURE.WRITE_FORMAT",
    sqlState: "0A000",
    problem: `Writing ${format} files is not supported.`,
    cure: `Write format("delta"), or one of ${FORMATS.join(", ")}.`,
  });
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

function targetFolder(runtime: Runtime, request: WriteRequest): string {
  if ("path" in request.target) return runtime.paths.resolve(request.target.path);
  throw new LakeletError({
    condition: "UNSUPPORTED_FEATURE.TABLE_FORMAT",
    sqlState: "0A000",
    problem: `Tables are Delta tables; ${request.target.table.join(".")} cannot be one of ${request.format} files.`,
    cure: 'Leave format(...) out, or write to a path with save("...").',
  });
}

function pathExists(folder: string): LakeletError {
  return new LakeletError({
    condition: "PATH_ALREADY_EXISTS",
    sqlState: "42K04",
    problem: `The folder ${folder} holds files already.`,
    cure: 'Write .mode("overwrite") or .mode("append"), or choose another folder.',
  });
}
