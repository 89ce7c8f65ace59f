/** `df.write...`: which command a DataFrame's write is, and the gate in front of it. */
import { identifierText } from "../../catalog/table-identifier.js";
import { append } from "../../commands/append.js";
import type { CommandContext, CommandResult, WriteOptions } from "../../commands/contract.js";
import type { CreateMode } from "../../commands/create-table.js";
import { createTableAs, type TableAsDefinition } from "../../commands/create-table-as.js";
import { clusteringColumns } from "../../commands/optimize/clustering.js";
import { overwrite } from "../../commands/overwrite.js";
import { replaceWhere } from "../../commands/replace-where.js";
import { nameParts } from "../../dataframe/column.js";
import type { WriteRequest, WriteSummary } from "../../dataframe/query-executor.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { ReadQuery } from "./compiled-plan.js";
import { checkChangeable } from "./datasets/changeable-table.js";
import { lineageAtWork } from "./lineage.js";
import { QualityGate, type WriteOrigin } from "./quality-gate.js";
import type { Runtime } from "./runtime.js";
import { type SessionTable, sessionTable } from "./session-table.js";
import { writeFiles } from "./write-files.js";

/** Compiles the rows and runs the write with them; `settled` is to be called when all rows were read. */
export type WithRows = (
  write: (query: ReadQuery, settled: () => Promise<void>) => Promise<WriteSummary>,
) => Promise<WriteSummary>;

/** Options of the writer that lakelet acts on; others are refused by name. */
const KNOWN_OPTIONS: ReadonlySet<string> = new Set([
  "replacewhere",
  "mergeschema",
  "overwriteschema",
  "partitionoverwritemode",
  "txnappid",
  "txnversion",
  "usermetadata",
  "optimizewrite",
  "datachange",
  "maxrecordsperfile",
  "compression",
]);
const NOTHING_WRITTEN: WriteSummary = { version: undefined, metrics: {}, checks: [] };

export async function writeFrame(runtime: Runtime, request: WriteRequest, withRows: WithRows): Promise<WriteSummary> {
  if (request.format !== "delta") return withRows((query, settled) => writeFiles(runtime, request, query, settled));
  checkOptions(request);
  if (Number(request.options.maxrecordsperfile ?? 0) > 0) {
    const message = "The writer's option maxRecordsPerFile is not acted on for Delta tables: files have about 128 MiB.";
    runtime.report({ kind: "warning", message });
  }
  const table = await targetOf(runtime, request);
  const exists = await runtime.log(table.location).exists();
  if (exists && request.mode === "ignore") return NOTHING_WRITTEN;
  if (exists && request.mode === "error") throw alreadyExists(table);
  if (!exists && isForExisting(request)) throw missingForInsert(table);
  if (exists) await checkClustering(runtime, table, request);
  if (exists) await checkChangeable(runtime, table, "df.write");
  return withRows((query, settled) => writeRows(runtime, exists ? request : creating(request), table, query, settled));
}

/** A table with clustering columns or properties is created with its definition, whatever the mode. */
function creating(request: WriteRequest): WriteRequest {
  const isPlain = createModeOf(request.mode) === undefined;
  const isDefined = (request.clusterBy?.length ?? 0) > 0 || Object.keys(givenProperties(request)).length > 0;
  return isPlain && isDefined ? { ...request, mode: "create" } : request;
}

/** As Delta does it, options that begin with `delta.` are properties of a table that the write makes, and say nothing to one that is there. */
function givenProperties({ options, tableProperties }: WriteRequest): Readonly<Record<string, string>> {
  const asOptions = Object.entries(options).filter(([key]) => key.startsWith("delta."));
  return { ...Object.fromEntries(asOptions), ...tableProperties };
}

/** A write to a clustered table may name its clustering columns, but no others. */
async function checkClustering(
  runtime: Runtime,
  table: SessionTable,
  { clusterBy, mode }: WriteRequest,
): Promise<void> {
  if (clusterBy === undefined || createModeOf(mode) !== undefined) return;
  const paths = await clusteringColumns(await runtime.log(table.location).snapshot());
  const actual = (paths ?? []).map((one) => one.join("."));
  if (actual.join().toLowerCase() === clusterBy.join().toLowerCase()) return;
  throw new LakeletError({
    condition: "DELTA_CLUSTERING_COLUMNS_MISMATCH",
    sqlState: "42P10",
    problem: `The provided clustering columns (${clusterBy.join(", ")}) do not match those of ${table.name} (${actual.join(", ")}).`,
    cure: "Leave clusterBy out, or change the table by ALTER TABLE ... CLUSTER BY.",
  });
}

async function targetOf(runtime: Runtime, request: WriteRequest): Promise<SessionTable> {
  if ("path" in request.target)
    return { name: `delta.\`${request.target.path}\``, location: runtime.paths.resolve(request.target.path) };
  const table = await sessionTable(runtime, request.target.table);
  if (table.identifier) await runtime.catalog.requireOwnSchema(table.identifier);
  return table;
}

async function writeRows(
  runtime: Runtime,
  request: WriteRequest,
  table: SessionTable,
  query: ReadQuery,
  settled: () => Promise<void>,
): Promise<WriteSummary> {
  const context = withOptions(runtime.commandContext(query.snapshots), request);
  const predicate = request.options.replacewhere;
  const mode = request.options.partitionoverwritemode ?? runtime.state.get("spark.sql.sources.partitionOverwriteMode");
  const partitionOverwriteMode = mode?.toLowerCase() === "dynamic" ? "dynamic" : "static";
  const gate = new QualityGate(runtime, table, request.expectations ?? [], context.compiler, originOf());
  await gate.prepare();
  const options = {
    ...writeOptions(request),
    readsTarget: query.snapshots.has(table.location),
    hook: gate.hook(query, settled),
  };
  const result = await command();
  await gate.confirm(result);
  reportWrite(runtime, table, "WRITE", result, gate.quarantined);
  return { ...result, checks: gate.results };

  function command(): Promise<CommandResult> {
    const mode = createModeOf(request.mode);
    if (mode !== undefined) return createTableAs(context, table, query, definitionOf(request, options), mode);
    if (request.mode !== "overwrite") return append(context, table, query, options);
    if (predicate !== undefined) return replaceWhere(context, table, query, predicate, options);
    return overwrite(context, table, query, { ...options, partitionOverwriteMode });
  }

  function originOf(): WriteOrigin {
    if (createModeOf(request.mode) !== undefined) return { renewal: "add", tableKeeps: "none" };
    if (request.mode !== "overwrite") return { renewal: "add", tableKeeps: "all" };
    if (predicate !== undefined) return { renewal: "replace", part: predicate };
    return partitionOverwriteMode === "dynamic"
      ? { renewal: "add-missing" }
      : { renewal: "replace", tableKeeps: "none" };
  }
}

function createModeOf(mode: WriteRequest["mode"]): CreateMode | undefined {
  return mode === "create" || mode === "replace" || mode === "create-or-replace" ? mode : undefined;
}

function definitionOf(request: WriteRequest, options: WriteOptions): TableAsDefinition {
  const { partitionBy, clusterBy = [] } = request;
  const properties = givenProperties(request);
  return { partitionBy, clusterBy: clusterBy.map(nameParts), properties, external: false, options };
}

/** insertInto, and writeTo's append and overwrite. */
function isForExisting({ byPosition, writeTo, mode }: WriteRequest): boolean {
  return byPosition || (writeTo === true && (mode === "append" || mode === "overwrite"));
}

function writeOptions({ options, partitionBy, byPosition, writeTo }: WriteRequest): WriteOptions {
  return {
    byName: !byPosition,
    strictTypes: !byPosition && writeTo !== true,
    ...(partitionBy.length > 0 ? { partitionBy } : {}),
    ...(isTrue(options.mergeschema) ? { mergeSchema: true } : {}),
    ...(isTrue(options.overwriteschema) ? { overwriteSchema: true } : {}),
    ...(options.usermetadata === undefined ? {} : { userMetadata: options.usermetadata }),
    ...(options.txnappid === undefined ? {} : { txnAppId: options.txnappid }),
    ...(options.txnversion === undefined ? {} : { txnVersion: Number(options.txnversion) }),
  };
}

/** Tells what a command did, so that a run can show it. */
export function reportWrite(
  runtime: Runtime,
  table: SessionTable,
  operation: string,
  result: CommandResult,
  quarantined = 0n,
  lineage = lineageAtWork(),
): void {
  const name = table.identifier ? identifierText(table.identifier) : table.name;
  if (result.version === undefined) {
    runtime.report({ kind: "unchanged", table: name, operation });
    return;
  }
  if (lineage) runtime.report({ kind: "lineage", table: name.toLowerCase(), operation, ...lineage });
  runtime.report({
    kind: "table-written",
    table: name,
    location: table.location,
    operation,
    version: result.version,
    metrics: result.metrics,
    quarantined,
  });
}

/** What a writer's option says stands above what the session's configuration does. */
function withOptions(context: CommandContext, { options }: WriteRequest): CommandContext {
  const { optimizewrite, compression } = options;
  const configuration = {
    ...context.configuration,
    ...(optimizewrite === undefined ? {} : { "spark.databricks.delta.optimizeWrite.enabled": optimizewrite }),
    ...(compression === undefined ? {} : { "spark.sql.parquet.compression.codec": compression }),
  };
  return { ...context, configuration };
}

function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === "true";
}

function checkOptions({ options }: WriteRequest): void {
  // The session's mode gives way to replaceWhere; two options contradict each other.
  if (options.replacewhere !== undefined && options.partitionoverwritemode?.toLowerCase() === "dynamic") {
    throw replaceWhereWithDynamicOverwrite();
  }
  if (options.datachange?.toLowerCase() === "false") throw noDataChange();
  const unknown = Object.keys(options).find((key) => !KNOWN_OPTIONS.has(key) && !key.startsWith("delta."));
  if (unknown === undefined) return;
  throw new LakeletError({
    condition: "DELTA_UNKNOWN_WRITE_OPTION",
    sqlState: "42616",
    problem: `The writer's option "${unknown}" is unknown.`,
    reason: `Known are: ${[...KNOWN_OPTIONS].join(", ")}.`,
    cure: "Correct it, or leave it out.",
  });
}

function noDataChange(): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_FEATURE.DATA_CHANGE",
    sqlState: "0A000",
    problem: 'The writer\'s option "dataChange" = "false" is not supported.',
    cure: "Lay files out anew by OPTIMIZE, which tells readers that no data changed.",
  });
}

function replaceWhereWithDynamicOverwrite(): LakeletError {
  return new LakeletError({
    condition: "DELTA_REPLACE_WHERE_WITH_DYNAMIC_PARTITION_OVERWRITE",
    sqlState: "42613",
    problem:
      "A 'replaceWhere' expression and 'partitionOverwriteMode'='dynamic' cannot both be set in the DataFrameWriter options.",
    cure: "Leave one of them out.",
  });
}

function alreadyExists(table: SessionTable): LakeletError {
  return new LakeletError({
    condition: "TABLE_OR_VIEW_ALREADY_EXISTS",
    sqlState: "42P07",
    problem: `The table ${table.name} exists already.`,
    reason: 'The default mode of a write is "error".',
    cure: 'Write .mode("append") or .mode("overwrite").',
  });
}

function missingForInsert(table: SessionTable): LakeletError {
  return new LakeletError({
    condition: "TABLE_OR_VIEW_NOT_FOUND",
    sqlState: "42P01",
    problem: `The table ${table.name} cannot be found, and insertInto and writeTo's append and overwrite do not create one.`,
    cure: "Use saveAsTable or writeTo(...).create(), or create the table first.",
  });
}
