/** One refresh of a view: what it works on, its gate, what its commit remembers, and what it says when it is done. */
import type { CommandResult, WriteHook } from "../../../commands/contract.js";
import type { DeltaLog, Snapshot } from "../../../delta/contract.js";
import type { ExpressionCompiler } from "../../../engine/expression-compiler.js";
import type { RefreshRequest, RefreshResult, ViewAudit } from "../../flow-contract.js";
import { ViewAudits } from "../flows/view-audit.js";
import { FileSources } from "../opened-files.js";
import type { PlanExecutor } from "../plan-executor.js";
import { QualityGate } from "../quality-gate.js";
import type { Renewal } from "../quarantine.js";
import type { Runtime } from "../runtime.js";
import type { SessionTable } from "../session-table.js";
import { reportWrite } from "../write-frame.js";
import { memoryOf, type ViewMemory, type ViewOrigin } from "./view-memory.js";
import type { ViewReading } from "./view-reading.js";

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

export function unchanged({ runtime, table }: Refresh): RefreshResult {
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

/** @param renewal what the write means for the rows in quarantine */
export function gateOf(
  { runtime, table, request, reading, views }: Refresh,
  compiler: ExpressionCompiler,
  renewal: Renewal,
): QualityGate {
  // The rows of a view are of no file, whatever their columns are called.
  const flow = { flow: request.flow, ...(request.updateId === undefined ? {} : { updateId: request.updateId }) };
  const sources = new FileSources(runtime.engine, undefined, { snapshots: reading.snapshots });
  const audits = new ViewAudits(runtime, request.views ?? [], flow);
  const others = {
    check: async (writeId: string) => {
      views.splice(0, views.length, ...(await audits.audit(writeId, sources)));
    },
    // All rows of the views are looked at each time.
    holdBack: (writeId: string) => audits.holdBack(table, writeId, "replace"),
    close: async () => {
      await audits.close();
      await sources.close();
    },
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
