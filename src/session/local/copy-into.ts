/** COPY INTO: files become rows once. What was ingested with the same content is skipped, what changed replaces its rows. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { append } from "../../commands/append.js";
import type { CommandResult, WriteOptions } from "../../commands/contract.js";
import { replaceWhere } from "../../commands/replace-where.js";
import { nameParts } from "../../dataframe/column.js";
import { stringLiteral } from "../../dataframe/literal.js";
import type { Plan } from "../../dataframe/plan.js";
import { planNode } from "../../dataframe/plan-id.js";
import type { EngineQuery, FileSource, MalformedLine } from "../../engine/engine.js";
import { auditColumns } from "../../quality/audit-columns.js";
import { field, findField, LONG, STRING, struct } from "../../schema/data-type.js";
import { quoteName } from "../../schema/type-text.js";
import { parseSchema } from "../../sql/parse/parse.js";
import type { CopyIntoRequest, CopyIntoResult } from "../contract.js";
import { queryOf } from "./compiled-plan.js";
import { FileSources } from "./opened-files.js";
import { PlanCompiler } from "./plan-compiler.js";
import { QualityGate } from "./quality-gate.js";
import { quarantine } from "./quarantine.js";
import type { Runtime } from "./runtime.js";
import { type SessionTable, sessionTable } from "./session-table.js";
import { reportWrite } from "./write-frame.js";

/** Application ids of the transactions that remember an ingested file: content first, then its path. */
const LEDGER = "lakelet.copyInto/";

interface SourceFile {
  /** Absolute path. */
  readonly path: string;
  /** As `input_file_name()` gives it, and `source_file` keeps it. */
  readonly uri: string;
  readonly hash: string;
}

export async function copyInto(runtime: Runtime, request: CopyIntoRequest): Promise<CopyIntoResult> {
  const table = await sessionTable(runtime, nameParts(request.table));
  if (table.identifier) await runtime.catalog.requireSchema(table.identifier);
  const files = await sourceFiles(runtime, request);
  const ledger = await readLedger(runtime, table);
  const skipped = request.force ? [] : files.filter((file) => ledger.has(ledgerId(file)));
  const fresh = files.filter((file) => !skipped.includes(file));
  const names = (list: readonly SourceFile[]) => list.map((file) => basename(file.path));
  const outcome = fresh.length === 0 ? NOTHING : await ingest(runtime, request, table, fresh, ledger);
  const result: CopyIntoResult = { ...outcome, filesIngested: names(fresh), filesSkipped: names(skipped) };
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

const NOTHING = { version: undefined, rowsIngested: 0, malformedLines: 0, checks: [] } as const;

/** One query over all new files, one commit that carries their rows and the memory of them. */
async function ingest(
  runtime: Runtime,
  request: CopyIntoRequest,
  table: SessionTable,
  files: readonly SourceFile[],
  ledger: ReadonlySet<string>,
): Promise<Omit<CopyIntoResult, "filesIngested" | "filesSkipped">> {
  const sources = new FileSources(runtime.engine);
  const context = runtime.commandContext();
  const gate = new QualityGate(runtime, table, request.expectations ?? [], context.compiler);
  const plan = withAuditColumns(runtime, request, filesPlan(request, files));
  const changed = files.filter((file) => [...ledger].some((id) => id.endsWith(`/${file.uri}`)));
  let malformed: readonly MalformedLine[] = [];
  try {
    const result = await untilSettled(sources, async () => {
      const { relation } = await new PlanCompiler(runtime, sources, true).compile(plan);
      const query = queryOf(relation);
      const hook = gate.hook(query, () => settleOnce(sources));
      const options: WriteOptions = {
        byName: true,
        strictTypes: true,
        mergeSchema: request.mergeSchema === true,
        ...(request.partitionBy ? { partitionBy: request.partitionBy } : {}),
        hook: {
          ...hook,
          transactions: files.map((file) => ({ appId: ledgerId(file), version: 1 })),
          beforeCommit: async (staged) => {
            await hook.beforeCommit?.(staged);
            malformed = await sources.malformed();
            if (malformed.length > 0) await keepMalformed(runtime, table, files, malformed, staged.writeId);
          },
        },
      };
      return write(runtime, table, query, changed, request, options);
    });
    await gate.confirm(result);
    reportWrite(runtime, table, "COPY INTO", result, gate.quarantined);
    const rows = Number(result.metrics.numOutputRows ?? 0n);
    return { version: result.version, rowsIngested: rows, malformedLines: malformed.length, checks: gate.results };
  } finally {
    await sources.close();
  }
}

/** New files are appended; of files that came again with other content the earlier rows go in the same commit. */
function write(
  runtime: Runtime,
  table: SessionTable,
  query: EngineQuery,
  changed: readonly SourceFile[],
  request: CopyIntoRequest,
  options: WriteOptions,
): Promise<CommandResult> {
  const context = runtime.commandContext();
  const name =
    request.auditColumns === false ? "source_file" : (request.auditColumns?.names?.source_file ?? "source_file");
  if (changed.length === 0 || !findField(query.schema, name)) return append(context, table, query, options);
  // The new files have no rows yet, so one predicate over all of the write's files takes just the earlier rows of the changed ones.
  const uris = filesOf(options).map(stringLiteral).join(", ");
  return replaceWhere(context, table, query, `${quoteName(name)} IN (${uris})`, options);
}

function filesOf(options: WriteOptions): readonly string[] {
  return (options.hook?.transactions ?? []).map(({ appId }) => appId.slice(LEDGER.length + 65));
}

function filesPlan(request: CopyIntoRequest, files: readonly SourceFile[]): Plan {
  const options = Object.fromEntries(
    Object.entries(request.formatOptions ?? {}).map(([key, value]) => [key.toLowerCase(), String(value)]),
  );
  // A line that is no record is kept in quarantine, so it must not also become a row of NULLs.
  const mode = { mode: options.mode ?? "DROPMALFORMED" };
  return planNode({
    kind: "files",
    format: request.fileFormat,
    paths: files.map((file) => file.path),
    options: request.fileFormat === "csv" || request.fileFormat === "json" ? { ...options, ...mode } : options,
    ...(request.schema === undefined ? {} : { schemaDdl: request.schema }),
  });
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

/** Malformed lines go to `<table>_quarantine` with their file, line, text and reason. */
async function keepMalformed(
  runtime: Runtime,
  table: SessionTable,
  files: readonly SourceFile[],
  lines: readonly MalformedLine[],
  writeId: string,
): Promise<void> {
  const schema = struct([
    field("source_file", STRING),
    field("quarantine_reason", STRING),
    field("quarantine_line", LONG),
    field("quarantine_text", STRING),
  ]);
  const relation = await runtime.engine.register(
    lines.map((one) => [uriOf(one.file), one.reason, BigInt(one.line), one.text]),
    schema,
  );
  try {
    const query = { sql: `SELECT * FROM ${relation}`, schema };
    await quarantine(
      runtime,
      table,
      { query, origin: `"source"."source_file"`, origins: files.map((file) => file.uri) },
      writeId,
    );
  } finally {
    await runtime.engine.drop(relation);
  }
}

async function sourceFiles(runtime: Runtime, request: CopyIntoRequest): Promise<readonly SourceFile[]> {
  const from = typeof request.from === "string" ? [request.from] : request.from;
  const source: FileSource = {
    format: request.fileFormat,
    paths: from.map((path) => runtime.paths.resolve(path)),
    options: {},
    timeZone: runtime.state.timeZone,
    // Only the list of files is wanted here, so nothing has to be inferred.
    schema: request.schema === undefined ? struct([field("value", STRING)]) : parseSchema(request.schema),
  };
  const opened = await runtime.engine.openFiles(source);
  try {
    const files: SourceFile[] = [];
    for (const { path } of opened.files) files.push({ path, uri: uriOf(path), hash: await contentHash(path) });
    return files;
  } finally {
    await opened.close();
  }
}

async function readLedger(runtime: Runtime, table: SessionTable): Promise<ReadonlySet<string>> {
  const log = runtime.log(table.location);
  if (!(await log.exists())) return new Set();
  const transactions = await (await log.snapshot()).transactions();
  return new Set([...transactions.keys()].filter((id) => id.startsWith(LEDGER)));
}

function ledgerId(file: SourceFile): string {
  return `${LEDGER}${file.hash}/${file.uri}`;
}

function uriOf(path: string): string {
  return `file://${path}`;
}

async function contentHash(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

class RowsChanged extends Error {}

async function settleOnce(sources: FileSources): Promise<void> {
  if ((await sources.settle()) === "again") throw new RowsChanged();
}

/** Runs again as long as the files turn out to hold malformed lines that the last run did not know. */
async function untilSettled<Result>(sources: FileSources, run: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      const result = await run();
      await settleOnce(sources);
      return result;
    } catch (error) {
      if (!(error instanceof RowsChanged)) throw error;
    }
  }
}
