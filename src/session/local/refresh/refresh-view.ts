/** session.refreshView: a kept query brought up to date, by what its sources changed where that is provably the same, else computed anew. */
import type { CommandResult, WriteHook } from "../../../commands/contract.js";
import type { DeltaLog, Snapshot } from "../../../delta/contract.js";
import type { ExpressionCompiler } from "../../../engine/expression-compiler.js";
import type { RefreshRequest, RefreshResult, ViewAudit } from "../../flow-contract.js";
import { auditViews } from "../flows/view-audit.js";
import { FileSources } from "../opened-files.js";
import type { PlanExecutor } from "../plan-executor.js";
import { QualityGate } from "../quality-gate.js";
import type { Renewal } from "../quarantine.js";
import type { Runtime } from "../runtime.js";
import { type SessionTable, sessionTable } from "../session-table.js";
import { reportWrite } from "../write-frame.js";
import { memoryOf, remembered, type ViewMemory, type ViewOrigin, versionsOf, wasTouched } from "./view-memory.js";
import { digest, type ViewReading, viewReading } from "./view-reading.js";
import { checkOwner, hasColumns, writeWhole } from "./view-table.js";

/** A refresh, once it is known what the query reads and what the table is. */
export interface Refresh {
  readonly runtime: Runtime;
  readonly executor: PlanExecutor;
  readonly request: RefreshRequest;
  readonly table: SessionTable;
  readonly log: DeltaLog;
  /** Of the view; undefined where it is not there yet. */
  readonly snapshot: Snapshot | undefined;
  readonly reading: ViewReading;
  readonly origin: ViewOrigin;
  /** Of what its rows were made; undefined where that is not known. */
  readonly memory: ViewMemory | undefined;
  /** What the expectations of views gave that the query reads through. */
  readonly views: ViewAudit[];
}

/**
 * Brings a materialized view up to date in one commit, which remembers of which versions of which tables its rows were made.
 *
 * Phases: compile the query over names instead of rows, to see what it reads and whether it is the same; compare with what the view's log
 * remembers; nothing changed: no commit; else the rows are computed anew from the very snapshots that were looked at, through the gate.
 *
 * @throws TABLE_ALREADY_MANAGED_BY_OTHER_PIPELINE, TABLE_OR_VIEW_ALREADY_EXISTS, USER_SPECIFIED_AND_INFERRED_SCHEMA_NOT_COMPATIBLE,
 * QUALITY_GATE_FAILED and what a write throws; the view is as it was then.
 */
export async function refreshView(
  runtime: Runtime,
  executor: PlanExecutor,
  request: RefreshRequest,
): Promise<RefreshResult> {
  const table = await sessionTable(runtime, request.target.table);
  if (table.identifier) await runtime.catalog.requireOwnSchema(table.identifier);
  const log = runtime.log(table.location);
  const snapshot = (await log.exists()) ? await log.snapshot() : undefined;
  checkOwner(table, snapshot, request.target);
  const reading = await viewReading(runtime, request.rows.plan);
  const { query, schemas, snapshots } = reading;
  const origin = { query, schemas, definition: definitionDigest(request), versions: versionsOf(snapshots) };
  const memory = await remembered(snapshot, request.flow);
  const refresh = { runtime, executor, request, table, log, snapshot, reading, origin, memory, views: [] };
  const reason = request.full ? "a full refresh was asked for" : await reasonToRecompute(refresh);
  if (reason === undefined && isUnchanged(refresh)) return unchanged(refresh);
  return recompute(refresh, reason ?? "its sources have changed");
}

function definitionDigest({ target, expectations }: RefreshRequest): string {
  return digest(JSON.stringify([target, expectations]));
}

/** Why nothing can be concluded from the rows that are there; undefined where they are the query's at the remembered versions. */
async function reasonToRecompute(refresh: Refresh): Promise<string | undefined> {
  const { snapshot, log, request, origin, reading, memory } = refresh;
  if (snapshot === undefined) return "the materialized view is new";
  if (memory === undefined) return "it is not known what its rows were made of";
  if (memory.definition !== origin.definition) return "its definition or its expectations have changed";
  // Its schemas may have changed the compiled query, so they are the nearer reason.
  if (memory.schemas !== origin.schemas) return "the schema of a source has changed, or a source is another table";
  if (memory.query !== origin.query) return "its query, or a view or function in it, has changed";
  if (reading.unstable !== undefined) return reading.unstable;
  if (await wasTouched(log, snapshot, request.flow, memory)) return "somebody else has changed its rows";
  const older = [...origin.versions].some(([id, version]) => version < (memory.versions.get(id) ?? 0));
  return older ? "a source is older than it was" : undefined;
}

function isUnchanged({ memory, origin }: Refresh): boolean {
  return [...origin.versions].every(([id, version]) => memory?.versions.get(id) === version);
}

function unchanged({ runtime, table }: Refresh): RefreshResult {
  reportWrite(runtime, table, "REFRESH", { version: undefined, metrics: {} });
  return {
    version: undefined,
    metrics: {},
    checks: [],
    technique: "NO_OP",
    reason: undefined,
    published: 0n,
    quarantined: 0n,
  };
}

function recompute(refresh: Refresh, reason: string): Promise<RefreshResult> {
  const { runtime, executor, request, table, snapshot, reading, memory, origin } = refresh;
  const { target } = request;
  const isAsDefined =
    snapshot !== undefined && memory?.definition === origin.definition && hasColumns(snapshot, target, reading.schema);
  return executor.settling(
    request.rows.plan,
    async (query, settled) => {
      const context = runtime.commandContext(query.snapshots);
      const gate = gateOf(refresh, context.compiler, "replace");
      await gate.prepare();
      const options = { hook: { ...gate.hook(query, settled), transactions: memoryOfCommit(refresh) } };
      const result = await writeWhole(context, table, query, target, options, isAsDefined);
      return outcome(refresh, result, gate, { technique: "COMPLETE_RECOMPUTE", reason });
    },
    { snapshots: reading.snapshots },
  );
}

/** @param renewal what the write means for the rows in quarantine */
export function gateOf(
  { runtime, table, request, reading, views }: Refresh,
  compiler: ExpressionCompiler,
  renewal: Renewal,
): QualityGate {
  // The rows of a view are of no file, whatever their columns are called.
  const flow = { flow: request.flow, ...(request.updateId === undefined ? {} : { updateId: request.updateId }) };
  const others = async () => {
    const sources = new FileSources(runtime.engine, undefined, { snapshots: reading.snapshots });
    try {
      views.splice(0, views.length, ...(await auditViews(runtime, request.views ?? [], flow, sources)));
    } finally {
      await sources.close();
    }
  };
  const origin = { column: "", renewal, flow, others };
  return new QualityGate(runtime, table, request.expectations, compiler, origin);
}

export function memoryOfCommit({ request, origin, snapshot }: Refresh): NonNullable<WriteHook["transactions"]> {
  return memoryOf(request.flow, origin, snapshot?.version ?? -1);
}

export async function outcome(
  { runtime, table, views }: Refresh,
  result: CommandResult,
  gate: QualityGate,
  how: Pick<RefreshResult, "technique" | "reason">,
): Promise<RefreshResult> {
  await gate.confirm(result);
  reportWrite(runtime, table, "REFRESH", result, gate.quarantined);
  const { numOutputRows = 0n, numCopiedRows = 0n } = result.metrics;
  return {
    ...result,
    ...how,
    checks: gate.results,
    views,
    published: numOutputRows - numCopiedRows,
    quarantined: gate.quarantined,
  };
}
