/** A batch of a flow: what its streams have had since the last one is appended, in one commit with the flow's progress. */
import { append } from "../../../commands/append.js";
import type { CommandResult, StagedWrite, WriteHook } from "../../../commands/contract.js";
import { createTableAs } from "../../../commands/create-table-as.js";
import { nameParts } from "../../../dataframe/column.js";
import { asksForFile } from "../../../dataframe/plan-text.js";
import type { Snapshot } from "../../../delta/contract.js";
import { parseSchema } from "../../../sql/parse/parse.js";
import type { FlowRequest, FlowResult, ViewAudit } from "../../flow-contract.js";
import { queryOf, type ReadQuery } from "../compiled-plan.js";
import { isLostRace } from "../lost-race.js";
import { MalformedLines } from "../malformed-lines.js";
import { FileSources, settleOnce, untilSettled } from "../opened-files.js";
import { PlanCompiler } from "../plan-compiler.js";
import { QualityGate } from "../quality-gate.js";
import type { FlowIdentity } from "../quality-metrics.js";
import type { Runtime } from "../runtime.js";
import { type SessionTable, sessionTable } from "../session-table.js";
import { reportWrite } from "../write-frame.js";
import { checkDeclaredTypes, withDeclaredColumns } from "./declared-columns.js";
import {
  batchMarks,
  checkKeepsProgress,
  doneMark,
  type FlowProgress,
  flowProgress,
  fromBeginning,
  type Progress,
} from "./flow-progress.js";
import { FlowStreams } from "./flow-streams.js";
import { followReset, resetMark } from "./quarantine-reset.js";
import { filteredRows } from "./row-account.js";
import { streamingShape } from "./streaming-query.js";
import type { StreamingShape } from "./streaming-shape.js";
import { ViewAudits } from "./view-audit.js";

/** Another batch of the flow, or another flow, may be at the table; each attempt looks at it afresh. */
const ATTEMPTS = 20;

const NOTHING: FlowResult = {
  version: undefined,
  metrics: {},
  checks: [],
  sources: [],
  isRowByRow: true,
  filters: false,
  published: 0n,
  quarantined: 0n,
  malformed: 0n,
};

/**
 * Phases: progress from the table's `txn` actions, what is new of each stream, one write through the gate, and in its commit the progress.
 * A batch that finds another one of the flow committed meanwhile starts over.
 */
export async function appendFlow(runtime: Runtime, request: FlowRequest): Promise<FlowResult> {
  const table = await sessionTable(runtime, request.target.table);
  if (table.identifier) await runtime.catalog.requireOwnSchema(table.identifier);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await batch(runtime, request, table);
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof OvertakenError || isLostRace(error))) throw error;
    }
  }
}

async function batch(runtime: Runtime, request: FlowRequest, table: SessionTable): Promise<FlowResult> {
  const log = runtime.log(table.location);
  const snapshot = (await log.exists()) ? await log.snapshot() : undefined;
  checkKeepsProgress(table.name, { ...request.target.properties, ...snapshot?.metadata.configuration });
  if (snapshot !== undefined) await followReset(runtime, table, snapshot);
  if (snapshot !== undefined && request.start !== "full")
    checkDeclaredTypes(table.name, request.target, snapshot.schema);
  const before = await flowProgress(snapshot, request.flow);
  const progress = request.start === "continue" ? before : fromBeginning(before);
  if (request.once && progress.isDone) return NOTHING;
  // A table that is made anew learns the columns of its files anew.
  const kept = request.start === "full" ? {} : (snapshot?.metadata.configuration ?? {});
  const streams = new FlowStreams(runtime, request.flow, progress, kept);
  const sources = new FileSources(runtime.engine, streams);
  const malformed = new MalformedLines(runtime.engine, sources, "source_file");
  try {
    const shape = await streamingShape(runtime, request.rows.plan);
    return await untilSettled(sources, async () => {
      const query = await flowRows(runtime, request, sources);
      const isPlain = snapshot !== undefined && request.start === "continue" && !request.once;
      if (isPlain && !(await streams.hasNews())) return { ...NOTHING, sources: await streams.sources(true) };
      return write({ runtime, request, table, snapshot, progress, streams, sources, malformed, shape }, query);
    });
  } finally {
    await malformed.release();
    await sources.close();
  }
}

interface Batch {
  readonly runtime: Runtime;
  readonly request: FlowRequest;
  readonly table: SessionTable;
  readonly snapshot: Snapshot | undefined;
  readonly progress: FlowProgress;
  readonly streams: FlowStreams;
  readonly sources: FileSources;
  readonly malformed: MalformedLines;
  readonly shape: StreamingShape;
}

async function flowRows(runtime: Runtime, { rows, target, byName }: FlowRequest, sources: FileSources) {
  const { relation } = await new PlanCompiler(runtime, sources, asksForFile(rows.plan)).compile(rows.plan);
  const query = { ...queryOf(relation), snapshots: await sources.snapshots() };
  return target.schemaDdl === undefined ? query : withDeclaredColumns(query, parseSchema(target.schemaDdl), byName);
}

async function write(batch: Batch, query: ReadQuery): Promise<FlowResult> {
  const { runtime, request, table, streams, sources, malformed, progress } = batch;
  const context = runtime.commandContext(query.snapshots);
  const gate = new QualityGate(runtime, table, request.expectations, context.compiler, {
    renewal: "add",
    flow: flowOf(request),
    tableKeeps: request.start === "full" ? "none" : "all",
    ...(streams.readsFiles ? { malformed: () => malformed.rows() } : {}),
  });
  await gate.prepare();
  // While the engine is at work; looked at again before the commit.
  streams.contents().catch(() => undefined);
  let read: FlowResult["sources"] = [];
  let filtered: bigint | undefined;
  let views: readonly ViewAudit[] = [];
  const isAnew = request.start === "full";
  const marks: Progress[] = [...batchMarks(request.flow, progress, isAnew)];
  if (isAnew) marks.push(await resetMark(batch.snapshot));
  const audited = gate.hook(query, () => settleOnce(sources));
  const audits = new ViewAudits(runtime, request.views ?? [], flowOf(request));
  const hook: WriteHook = {
    ...audited,
    transactions: marks,
    beforeCommit: async (staged) => {
      await checkNotOvertaken(batch, staged);
      await settleOnce(sources);
      read = await streams.sources(batch.shape.isRowByRow && !batch.shape.filters);
      filtered = await filteredRows({ ...batch, read, staged });
      views = await audits.audit(staged.writeId, sources);
      marks.push(...(await streams.marks()), ...(request.once ? [doneMark(request.flow, progress)] : []));
      await audited.beforeCommit?.(staged);
      await audits.holdBack(table, staged.writeId, streams.isFirst ? "replace" : "add");
    },
  };
  const result = await command(batch, query, hook).finally(() => audits.close());
  await gate.confirm(result);
  await audits.confirm(table, result);
  if (isAnew) await followReset(runtime, table, await runtime.log(table.location).snapshot());
  reportWrite(runtime, table, "STREAMING UPDATE", result, gate.quarantined);
  return {
    version: result.version,
    metrics: result.metrics,
    checks: gate.results,
    sources: read,
    filtered,
    views,
    isRowByRow: batch.shape.isStreaming && batch.shape.isRowByRow,
    filters: batch.shape.filters,
    published: result.metrics.numOutputRows ?? 0n,
    quarantined: gate.quarantined,
    malformed: BigInt(malformed.count),
  };
}

function flowOf({ flow, updateId }: FlowRequest): FlowIdentity {
  return { flow, ...(updateId === undefined ? {} : { updateId }) };
}

/** A table that is not there yet, or is made anew, comes with its definition; any other takes up new columns. */
function command(
  { runtime, request, table, snapshot, streams }: Batch,
  query: ReadQuery,
  hook: WriteHook,
): Promise<CommandResult> {
  const { target, start, byName } = request;
  const context = runtime.commandContext(query.snapshots);
  const changed = streams.changedProperties();
  const declared = target.schemaDdl === undefined ? undefined : parseSchema(target.schemaDdl);
  if (snapshot === undefined || start === "full") {
    const definition = {
      ...(declared === undefined ? {} : { schema: declared }),
      partitionBy: target.partitionBy,
      clusterBy: target.clusterBy.map(nameParts),
      comment: target.comment,
      properties: { ...target.properties, ...changed },
      constraints: target.constraints,
      external: false,
      options: { hook },
    };
    return createTableAs(context, table, query, definition, "create-or-replace");
  }
  return append(context, table, query, {
    byName: byName || declared !== undefined,
    strictTypes: declared === undefined,
    mergeSchema: true,
    readsTarget: query.snapshots.has(table.location),
    ...(target.partitionBy.length > 0 ? { partitionBy: target.partitionBy } : {}),
    ...(changed === undefined ? {} : { setProperties: changed }),
    hook,
  });
}

/** Another session committed to what this one has read. */
class OvertakenError extends Error {}

/** The transaction of the write must know the same progress as the rows were chosen by. */
async function checkNotOvertaken({ snapshot, request }: Batch, staged: StagedWrite): Promise<void> {
  if (staged.snapshot?.version === snapshot?.version) return;
  const [before, now] = [await flowProgress(snapshot, request.flow), await flowProgress(staged.snapshot, request.flow)];
  if (snapshot === undefined || before.batches !== now.batches) throw new OvertakenError();
}
