/** session.refreshView: a kept query brought up to date, by what its sources changed where that is provably the same, else computed anew. */
import type { RefreshRequest, RefreshResult } from "../../flow-contract.js";
import type { PlanExecutor } from "../plan-executor.js";
import type { Runtime } from "../runtime.js";
import { sessionTable } from "../session-table.js";
import { looksBeyondRows } from "./expectation-scope.js";
import { NotIncremental } from "./not-incremental.js";
import { refreshByParts } from "./refresh-by-parts.js";
import { rememberSame, SameRows, unlessSame } from "./same-rows.js";
import { remembered, versionsOf, wasTouched } from "./view-memory.js";
import { digest, viewReading } from "./view-reading.js";
import { gateOf, memoryOfCommit, outcome, type Refresh, unchanged } from "./view-refresh.js";
import { checkOwner, hasColumns, writeWhole } from "./view-table.js";

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
  const { query, schemas, files, snapshots } = reading;
  const origin = { query, schemas, files, definition: definitionDigest(request), versions: versionsOf(snapshots) };
  const memory = await remembered(snapshot, request.flow);
  const refresh = { runtime, executor, request, table, log, snapshot, reading, origin, memory, views: [] };
  const reason = request.full ? "a full refresh was asked for" : await reasonToRecompute(refresh);
  if (reason === undefined && isUnchanged(refresh)) return unchanged(refresh);
  if (reason !== undefined) return recompute(refresh, reason);
  try {
    return await refreshByParts(refresh);
  } catch (error) {
    if (!(error instanceof NotIncremental)) throw error;
    return recompute(refresh, error.reason);
  }
}

function definitionDigest({ target, expectations, views = [] }: RefreshRequest): string {
  return digest(JSON.stringify([target, expectations, views.map((one) => [one.name, one.expectations])]));
}

/** Why nothing can be concluded from the rows that are there; undefined where they are the query's at the remembered versions. */
async function reasonToRecompute(refresh: Refresh): Promise<string | undefined> {
  const { snapshot, log, request, origin, reading, memory } = refresh;
  if (snapshot === undefined) return "the materialized view is new";
  if (memory === undefined) return "it is not known what its rows were made of";
  if (memory.definition !== origin.definition) return "its definition or its expectations have changed";
  // Its schemas may have changed the compiled query, so they are the nearer reason.
  if (memory.schemas !== origin.schemas) return "the schema of a source has changed, or a source is another table";
  if (origin.files !== undefined && memory.files !== origin.files) return "files that it reads have changed";
  if (memory.query !== origin.query) return "its query, or a view or function in it, has changed";
  if (reading.unstable !== undefined) return reading.unstable;
  const beyond = [request, ...(request.views ?? [])].flatMap((one) => one.expectations).find(looksBeyondRows);
  if (beyond !== undefined) return `the expectation "${beyond.name}" looks at more than its rows`;
  if (await wasTouched(log, snapshot, request.flow, memory)) return "somebody else has changed its rows";
  const older = [...origin.versions].some(([id, version]) => version < (memory.versions.get(id) ?? 0));
  return older ? "a source is older than it was" : undefined;
}

function isUnchanged({ memory, origin }: Refresh): boolean {
  return [...origin.versions].every(([id, version]) => memory?.versions.get(id) === version);
}

function recompute(refresh: Refresh, reason: string): Promise<RefreshResult> {
  const { runtime, executor, request, table, snapshot, reading, memory, origin } = refresh;
  const { target } = request;
  const isAsDefined =
    snapshot !== undefined && memory?.definition === origin.definition && hasColumns(snapshot, target, reading.schema);
  return executor.settling(
    request.rows.plan,
    async (query, settled) => {
      const read = snapshot === undefined ? [] : [[table.location, snapshot] as const];
      const context = runtime.commandContext(new Map([...query.snapshots, ...read]));
      const gate = gateOf(refresh, context.compiler, "replace");
      await gate.prepare();
      const audited = gate.hook(query, settled);
      const hook = isAsDefined ? unlessSame(refresh, audited) : audited;
      const options = { hook: { ...hook, transactions: memoryOfCommit(refresh) } };
      try {
        const result = await writeWhole(context, table, query, target, options, isAsDefined);
        return await outcome(refresh, result, gate, { technique: "COMPLETE_RECOMPUTE", reason });
      } catch (error) {
        if (!(error instanceof SameRows)) throw error;
        const same = { version: await rememberSame(refresh, context), metrics: {} };
        return outcome(refresh, same, gate, {
          technique: "COMPLETE_RECOMPUTE",
          reason: `${reason}; its rows are the same`,
        });
      }
    },
    { snapshots: reading.snapshots },
  );
}
