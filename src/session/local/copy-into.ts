/** COPY INTO: files become rows once. What was ingested with the same content is skipped, what changed replaces its rows. */
import { basename } from "node:path";
import { append } from "../../commands/append.js";
import type { CommandResult, StagedWrite, WriteOptions } from "../../commands/contract.js";
import { replaceWhere } from "../../commands/replace-where.js";
import { nameParts } from "../../dataframe/column.js";
import { stringLiteral } from "../../dataframe/literal.js";
import type { Plan } from "../../dataframe/plan.js";
import { planNode } from "../../dataframe/plan-id.js";
import type { EngineQuery } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { auditColumns } from "../../quality/audit-columns.js";
import { findField } from "../../schema/data-type.js";
import { quoteName } from "../../schema/type-text.js";
import type { CopyIntoRequest, CopyIntoResult, QueryLineage } from "../contract.js";
import { queryOf } from "./compiled-plan.js";
import { type IngestedFiles, ingestedFiles, memoryOf, type SourceFile, sourceFiles } from "./ingested-files.js";
import { lineageOf } from "./lineage.js";
import { isLostRace } from "./lost-race.js";
import { MalformedLines } from "./malformed-lines.js";
import { FileSources, settleOnce, untilSettled } from "./opened-files.js";
import { PlanCompiler } from "./plan-compiler.js";
import { QualityGate } from "./quality-gate.js";
import { confirmWrite } from "./quarantine.js";
import type { Runtime } from "./runtime.js";
import { type SessionTable, sessionTable } from "./session-table.js";
import { reportWrite } from "./write-frame.js";

/** Another session may ingest into the table at the same time; each attempt looks at what the table has afresh. */
const ATTEMPTS = 20;

export async function copyInto(runtime: Runtime, request: CopyIntoRequest): Promise<CopyIntoResult> {
  const table = await sessionTable(runtime, nameParts(request.table));
  if (table.identifier) await runtime.catalog.requireOwnSchema(table.identifier);
  const files = await sourceFiles(runtime, request);
  const lost: string[] = [];
  const result = await untilNobodyWasFaster(() => ingestNew(runtime, request, table, files, lost));
  // The winner ingested the same files, and what is held back of them bears the id of the write that lost.
  const last = lost[lost.length - 1];
  if (last !== undefined && result.filesIngested.length === 0) await confirmWrite(runtime, table, last);
  runtime.report({
    kind: "ingest",
    table: table.name,
    filesIngested: result.filesIngested,
    filesSkipped: result.filesSkipped,
    rows: result.rowsIngested,
    malformedLines: result.malformedLines,
  });
  return result;
}

async function ingestNew(
  runtime: Runtime,
  request: CopyIntoRequest,
  table: SessionTable,
  files: readonly SourceFile[],
  lost: string[],
): Promise<CopyIntoResult> {
  const log = runtime.log(table.location);
  const known = await ingestedFiles((await log.exists()) ? await log.snapshot() : undefined);
  const isForced = request.force === true || request.forceAppend === true;
  const isKnown = (file: SourceFile) => !isForced && known.get(file.uri) === file.fingerprint;
  const fresh = files.filter((file) => !isKnown(file));
  const names = (list: readonly SourceFile[]) => list.map((file) => basename(file.path));
  const outcome = fresh.length === 0 ? NOTHING : await ingest(runtime, { request, table, files: fresh, known, lost });
  return { ...outcome, filesIngested: names(fresh), filesSkipped: names(files.filter(isKnown)) };
}

const NOTHING = { version: undefined, rowsIngested: 0, malformedLines: 0, checks: [] } as const;

/** One query over all new files, one commit that carries their rows and the memory of them. */
async function ingest(
  runtime: Runtime,
  { request, table, files, known, lost }: Ingest,
): Promise<Omit<CopyIntoResult, "filesIngested" | "filesSkipped">> {
  const sources = new FileSources(runtime.engine);
  const plan = withAuditColumns(runtime, request, selected(request, filesPlan(request, files)));
  const malformed = new MalformedLines(runtime.engine, sources, sourceColumn(request) ?? "source_file");
  const gate = new QualityGate(runtime, table, request.expectations ?? [], runtime.commandContext().compiler, {
    column: sourceColumn(request) ?? "",
    files: files.map((file) => file.uri),
    renewal: "add",
    ...(replaced(request, files, known).length === 0 ? { tableKeeps: "all" } : {}),
    malformed: () => malformed.rows(),
  });
  await gate.prepare();
  try {
    let lineage: QueryLineage | undefined;
    const result = await untilSettled(sources, async () => {
      const { relation } = await new PlanCompiler(runtime, sources, true).compile(plan);
      const query = queryOf(relation);
      lineage = lineageFrom(request, lineageOf(query));
      const hook = gate.hook(query, () => settleOnce(sources));
      const beforeCommit = async (staged: StagedWrite) => {
        await sameMemory(staged, known);
        await hook.beforeCommit?.(staged);
      };
      const options: WriteOptions = {
        byName: true,
        strictTypes: true,
        mergeSchema: request.mergeSchema === true,
        ...(request.partitionBy ? { partitionBy: request.partitionBy } : {}),
        hook: { ...hook, transactions: memoryOf(files), beforeCommit },
      };
      return write(runtime, query, options, { request, table, files, known });
    });
    await gate.confirm(result);
    reportWrite(runtime, table, "COPY INTO", result, gate.quarantined, lineage);
    const rows = Number(result.metrics.numOutputRows ?? 0n) - Number(result.metrics.numCopiedRows ?? 0n);
    return { version: result.version, rowsIngested: rows, malformedLines: malformed.count, checks: gate.results };
  } catch (error) {
    const id = gate.quarantineWriteId;
    if (isLostRace(error) && id !== undefined && sourceColumn(request) !== undefined) lost.push(id);
    throw error;
  } finally {
    await malformed.release();
    await sources.close();
  }
}

interface Ingest {
  readonly request: CopyIntoRequest;
  readonly table: SessionTable;
  readonly files: readonly SourceFile[];
  readonly known: IngestedFiles;
  /** Ids of writes that put rows into quarantine and then lost the race of the table. */
  readonly lost: string[];
}

/** The source is what was asked for, not the files that it came to have. */
function lineageFrom({ from }: CopyIntoRequest, lineage: QueryLineage | undefined): QueryLineage | undefined {
  if (lineage === undefined) return undefined;
  const path = typeof from === "string" ? from : from.join(", ");
  const asked = <Source extends QueryLineage["sources"][number]>(one: Source): Source => ({ ...one, source: path });
  const columns = lineage.columns.map((one) => ({ ...one, sources: one.sources.map(asked) }));
  return { sources: [{ source: path, kind: "PATH" }], columns };
}

/** New files are appended; of files that came again the earlier rows go in the same commit. */
async function write(
  runtime: Runtime,
  query: EngineQuery,
  options: WriteOptions,
  { request, table, files, known }: Omit<Ingest, "lost">,
): Promise<CommandResult> {
  const context = runtime.commandContext();
  const again = replaced(request, files, known);
  if (again.length === 0) return append(context, table, query, options);
  const column = sourceColumn(request);
  const { schema } = await runtime.log(table.location).snapshot();
  if (column === undefined || !findField(schema, column)) throw cannotReplace(table, again);
  // The new files have no rows yet, so one predicate over all of the write's files takes just the earlier rows of those that came again.
  const uris = files.map((file) => stringLiteral(file.uri)).join(", ");
  return replaceWhere(context, table, query, `${quoteName(column)} IN (${uris})`, options);
}

/** Files that came again, whose earlier rows go. */
function replaced({ forceAppend }: CopyIntoRequest, files: readonly SourceFile[], known: IngestedFiles) {
  return forceAppend === true ? [] : files.filter((file) => known.has(file.uri));
}

/** The audit column that has the file of a row. */
function sourceColumn({ auditColumns: audit }: CopyIntoRequest): string | undefined {
  return audit === false ? undefined : (audit?.names?.source_file ?? "source_file");
}

function cannotReplace(table: SessionTable, again: readonly SourceFile[]): LakeletError {
  return new LakeletError({
    condition: "COPY_INTO_CANNOT_REPLACE",
    sqlState: "55000",
    problem: `The rows of ${again.map((file) => basename(file.path)).join(", ")} are in ${table.name} already, from another content or an earlier copyInto, and cannot be told from the others.`,
    reason: "The table has no column with the source file of a row.",
    cure: "Ingest with the audit column source_file, or delete the file's rows and give the new content another file name.",
  });
}

function filesPlan(request: CopyIntoRequest, files: readonly SourceFile[]): Plan {
  return planNode({
    kind: "files",
    format: request.fileFormat,
    paths: files.map((file) => file.path),
    options: readerOptions(request),
    ...(request.schema === undefined ? {} : { schemaDdl: request.schema }),
  });
}

function selected({ columns }: CopyIntoRequest, files: Plan): Plan {
  return columns === undefined ? files : planNode({ kind: "project", input: files, expressions: columns });
}

function readerOptions({ fileFormat, formatOptions, schema }: CopyIntoRequest): Readonly<Record<string, string>> {
  const given = Object.fromEntries(
    Object.entries(formatOptions ?? {}).map(([key, value]) => [key.toLowerCase(), String(value)]),
  );
  return {
    // A line that is no record is kept in quarantine, so it must not also become a row of NULLs.
    ...(fileFormat === "csv" || fileFormat === "json" ? { mode: "DROPMALFORMED" } : {}),
    // By default Spark takes the columns by their place and only warns of another header.
    ...(fileFormat === "csv" && schema !== undefined ? { enforceschema: "false" } : {}),
    ...given,
  };
}

function withAuditColumns(runtime: Runtime, request: CopyIntoRequest, input: Plan): Plan {
  if (request.auditColumns === false) return input;
  const { job } = runtime.options;
  const columns = auditColumns({
    ...(job ? { jobRunId: job.jobRunId, taskKey: job.taskKey } : {}),
    ...request.auditColumns,
  });
  return planNode({ kind: "with-columns", input, columns });
}

/** Another session committed to what this one has read. */
class OvertakenError extends Error {}

/** The files to ingest were chosen by what the table knew; the commit builds on a snapshot that must know the same. */
async function sameMemory({ snapshot }: StagedWrite, known: IngestedFiles): Promise<void> {
  const now = await ingestedFiles(snapshot);
  const isSame = now.size === known.size && [...now].every(([uri, fingerprint]) => known.get(uri) === fingerprint);
  if (!isSame) throw new OvertakenError();
}

async function untilNobodyWasFaster<Result>(run: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof OvertakenError || isLostRace(error))) throw error;
    }
  }
}
