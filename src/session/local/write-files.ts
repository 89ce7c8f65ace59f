/** `df.write` in a format other than delta: a folder of Parquet, CSV, JSON-lines or text files. */
import { dirname, join } from "node:path";
import type { WriteRequest, WriteSummary } from "../../dataframe/query-executor.js";
import type { EngineQuery } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { stageFiles } from "./output-files.js";
import type { Runtime } from "./runtime.js";
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
  const options = new WriterOptions(format, withConfiguration(runtime, request.options));
  const folder = targetFolder(runtime, request);
  const { storage } = runtime;
  const present = (await storage.entries(folder)).length > 0;
  if (present && request.mode === "ignore") return { version: undefined, metrics: {}, checks: [] };
  if (present && request.mode === "error") throw pathExists(folder);
  const staging = join(folder, `_staging-${crypto.randomUUID()}`);
  await storage.createFolder(staging);
  try {
    const files = await stageFiles(runtime, request.partitionBy, {
      format,
      options,
      query,
      staging,
      id: crypto.randomUUID(),
    });
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

/** What the session sets for all writers stands below the writer's own options. */
function withConfiguration(runtime: Runtime, options: WriteRequest["options"]): WriteRequest["options"] {
  const records = runtime.state.get("spark.sql.files.maxRecordsPerFile");
  return records === undefined ? options : { maxrecordsperfile: records, ...options };
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
