/** `df.write` in a format other than delta: a folder of Parquet, CSV or JSON-lines files. */
import { join } from "node:path";
import type { WriteRequest, WriteSummary } from "../../dataframe/query-executor.js";
import type { EngineQuery } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { holdsType, type StructField, type StructType, struct } from "../../schema/data-type.js";
import { engineName, engineString, engineType } from "../../schema/engine-type.js";
import { quoteName, typeText } from "../../schema/type-text.js";
import type { Runtime } from "./runtime.js";

const FORMATS: ReadonlySet<string> = new Set(["parquet", "csv", "json"]);

/** The files are written beside the target and moved to it when they are whole and durable. */
export async function writeFiles(
  runtime: Runtime,
  request: WriteRequest,
  query: EngineQuery,
  settled: () => Promise<void>,
): Promise<WriteSummary> {
  const folder = targetFolder(runtime, request);
  const { storage } = runtime;
  const present = (await storage.list(folder)).length > 0;
  if (present && request.mode === "ignore") return { version: undefined, metrics: {}, checks: [] };
  if (present && request.mode === "error") throw pathExists(folder);
  const staging = join(folder, `_staging-${crypto.randomUUID()}`);
  await storage.createFolder(staging);
  try {
    const files = await copyTo(runtime, request, query, staging);
    await settled();
    await storage.sync(
      files.map((name) => join(staging, name)),
      folder,
    );
    if (request.mode === "overwrite") for (const old of await storage.list(folder)) await storage.delete(old.path);
    for (const name of files) await storage.rename(join(staging, name), join(folder, name));
  } finally {
    await storage.deleteFolder(staging);
  }
  return { version: undefined, metrics: {}, checks: [] };
}

async function copyTo(
  runtime: Runtime,
  request: WriteRequest,
  query: EngineQuery,
  folder: string,
): Promise<readonly string[]> {
  checkOptions(request);
  checkTypes(request, query.schema);
  const columns = query.schema.fields.map((one) => `${columnSql(runtime, request, one)} AS ${engineName(one.name)}`);
  const sql = `SELECT ${columns.join(", ")} FROM (${query.sql}) AS "q"`;
  if (request.format === "parquet") {
    const files = await runtime.engine.writeDataFiles({ sql, schema: query.schema, folder, partitionBy: [] });
    return files.map((file) => file.path.slice(folder.length + 1));
  }
  const name = `part-00000-${crypto.randomUUID()}.${request.format}`;
  const delimiter = request.options.sep ?? request.options.delimiter ?? ",";
  const header = request.options.header?.toLowerCase() === "true";
  const options =
    request.format === "csv"
      ? `FORMAT csv, HEADER ${header}, DELIMITER ${engineString(delimiter)}, QUOTE '"', ESCAPE '\\'`
      : "FORMAT json";
  await runtime.engine.run(`COPY (${sql}) TO ${engineString(join(folder, name))} (${options})`);
  return [name];
}

function checkTypes({ format }: WriteRequest, schema: StructType): void {
  const column = schema.fields.find((one) => holdsType(one.dataType, (type) => type.kind === "variant"));
  if (!column) return;
  throw new LakeletError({
    condition: "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE",
    sqlState: "0A000",
    problem: `The ${format} writer does not support the column \`${column.name}\` of the type ${typeText(column.dataType).toUpperCase()}.`,
    cure: "Write to_json(v), and read it back by parse_json.",
    parameters: {
      format,
      columnName: `\`${column.name}\``,
      columnType: `"${typeText(column.dataType).toUpperCase()}"`,
    },
  });
}

/** Spark's default formats of times in text files. */
const TIME_FORMATS: Readonly<Record<string, string>> = {
  timestamp: "yyyy-MM-dd\\'T\\'HH:mm:ss.SSSXXX",
  timestamp_ntz: "yyyy-MM-dd\\'T\\'HH:mm:ss.SSS",
};

function columnSql(runtime: Runtime, { format }: WriteRequest, one: StructField): string {
  const timeFormat = format === "parquet" ? undefined : TIME_FORMATS[one.dataType.kind];
  if (timeFormat === undefined) return `CAST("q".${engineName(one.name)} AS ${engineType(one.dataType)})`;
  const scope = { qualifier: [], schema: struct([one]), engineAlias: "q" };
  const text = `date_format(${quoteName(one.name)}, '${timeFormat}')`;
  return runtime.commandContext().compiler.compile(text, [scope]).sql;
}

const KNOWN_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  parquet: ["compression"],
  csv: ["header", "sep", "delimiter"],
  json: [],
};

function checkOptions({ format, options }: WriteRequest): void {
  const known = KNOWN_OPTIONS[format] ?? [];
  const unknown = Object.keys(options).find((key) => !known.includes(key.toLowerCase()));
  const isOther = options.compression !== undefined && options.compression.toLowerCase() !== "snappy";
  if (unknown === undefined && !isOther) return;
  throw new LakeletError({
    condition: "UNSUPPORTED_OPTION",
    sqlState: "42616",
    problem: `The option "${unknown ?? `compression=${options.compression}`}" of writing ${format} files is not supported by this version of lakelet.`,
    cure:
      known.length > 0
        ? `Supported are: ${known.join(", ")}${format === "parquet" ? " (snappy)" : ""}.`
        : "Leave it out.",
  });
}

function targetFolder(runtime: Runtime, request: WriteRequest): string {
  if (!FORMATS.has(request.format) || request.partitionBy.length > 0) {
    throw new LakeletError({
      condition: "UNSUPPORTED_FEATURE.WRITE_FORMAT",
      sqlState: "0A000",
      problem: `Writing ${request.partitionBy.length > 0 ? "partitioned " : ""}${request.format} files is not supported.`,
      cure: 'Write format("delta"), or parquet, csv or json without partitionBy.',
    });
  }
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
