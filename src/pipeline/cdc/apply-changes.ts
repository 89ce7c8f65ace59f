/** AUTO CDC: a feed's new changes are kept, once each, and the target is brought to what all of them say. */
import type { DataFrame } from "../../dataframe/data-frame.js";
import type { Expectation, ExpectationResult } from "../../quality/expectation.js";
import { STRING, type StructType, struct } from "../../schema/data-type.js";
import type { SparkSession } from "../../session/contract.js";
import type { AuditedView, FlowRequest, FlowSourceResult, FlowTarget, ViewAudit } from "../../session/flow-contract.js";
import { parseSchema } from "../../sql/parse/parse.js";
import type { AutoCdcFlow } from "../definition.js";
import { changeConstraints, changeExpectations, changeRows, namedError } from "./change-rows.js";
import {
  type CdcFlow,
  derivationRules,
  OPERATION,
  SEQUENCE,
  selectedColumns,
  targetSchemaOf,
} from "./change-settings.js";
import { type DerivedTarget, deriveTarget } from "./derive-target.js";
import { type KeptChanges, keepSnapshots, snapshotSchema } from "./snapshot-changes.js";
import { createTarget, markingRows } from "./target-table.js";

export interface ApplyChangesRequest {
  readonly session: SparkSession;
  readonly flow: CdcFlow;
  /** `<pipeline id>/<flow>`: names the progress. */
  readonly progressName: string;
  /** The feed, a stream; of a snapshot flow over a table that table's rows; not for one that is given its snapshots by code. */
  readonly rows?: DataFrame;
  readonly target: FlowTarget;
  /** Of the target; they look at each change as it arrives. */
  readonly expectations: readonly Expectation[];
  /** As of FlowRequest: `full` throws away the changes of all flows of the target. */
  readonly start: FlowRequest["start"];
  /** Milliseconds since the epoch: when a snapshot is of now. */
  readonly now: () => number;
  /** Views that the feed is read through. */
  readonly views?: readonly AuditedView[];
  readonly updateId?: string;
}

export interface ApplyChangesResult {
  /** Of the target; undefined where it stayed as it was. */
  readonly version: number | undefined;
  readonly metrics: Readonly<Record<string, bigint>>;
  readonly checks: readonly ExpectationResult[];
  readonly sources: readonly FlowSourceResult[];
  /** Changes that were kept. */
  readonly published: bigint;
  readonly quarantined: bigint;
  readonly malformed: bigint;
  /** As of FlowResult. */
  readonly filtered?: bigint | undefined;
  readonly views: readonly ViewAudit[];
  readonly upsertedRows: bigint;
  readonly deletedRows: bigint;
}

/**
 * Two commits. The first appends the changes to `__apply_changes_storage_<table>`, with the progress of the feed in it, so that each is kept
 * once; its expectations gate them there. The second brings the target to what the kept changes say of the keys that are touched. Killed
 * between the two, the next update catches up, for what the target was derived from is remembered in its own commits.
 *
 * @throws AUTOCDC_MICROBATCH_VALIDATION.NULL_SEQUENCE, AUTOCDC_MICROBATCH_VALIDATION.NULL_KEY, AUTOCDC_COLUMNS_NOT_FOUND_IN_SCHEMA and
 * other mistakes of the flow, QUALITY_GATE_FAILED; target and progress are unchanged then.
 */
export async function applyChanges(request: ApplyChangesRequest): Promise<ApplyChangesResult> {
  const { session, flow, target, start } = request;
  const changes = changesTable(target.table);
  const derivation = { session, flow, target, changes, now: request.now };
  const kept =
    flow.kind === "auto-cdc"
      ? await keepFeed(request, flow, changes)
      : await keepSnapshots({ ...request, flow, changes: keptTarget(target, changes) }, () =>
          deriveTarget({ ...derivation, full: false }),
        );
  const derived = await deriveTarget({ ...derivation, full: start === "full" });
  if (derived.version === undefined) await ensureTarget(request);
  return resultOf(kept, derived);
}

/** The table that keeps the changes of a target. */
export function changesTable(target: readonly string[]): readonly string[] {
  return [...target.slice(0, -1), `__apply_changes_storage_${target.at(-1) ?? ""}`];
}

/** Schema of the target that a flow makes of its rows. Throws the mistakes of the flow; reads and writes nothing. */
export async function changesSchema(flow: CdcFlow, rows: DataFrame): Promise<StructType> {
  const { fields } =
    flow.kind === "auto-cdc"
      ? await (await changeRows(flow, rows, [], undefined)).schema()
      : await snapshotSchema(flow, rows);
  const sequence = fields.find((one) => one.name === SEQUENCE);
  const columns = fields.filter((one) => one.name !== SEQUENCE && one.name !== OPERATION);
  if (sequence === undefined) return struct(columns);
  return targetSchemaOf(derivationRules(flow, columns, sequence.dataType), columns);
}

async function keepFeed(
  request: ApplyChangesRequest,
  flow: AutoCdcFlow,
  changes: readonly string[],
): Promise<KeptChanges> {
  const { session, progressName, target, expectations, start, views = [], updateId } = request;
  const declared = target.schemaDdl === undefined ? undefined : parseSchema(target.schemaDdl);
  const rows = await changeRows(flow, feedOf(request), expectations, declared);
  try {
    return await session.appendFlow({
      flow: progressName,
      rows,
      target: keptTarget(target, changes, await constraintsOf(request, declared)),
      expectations: changeExpectations(flow, expectations),
      byName: true,
      start,
      once: flow.once,
      views,
      ...(updateId === undefined ? {} : { updateId }),
    });
  } catch (error) {
    throw namedError(error, flow, target.table.join("."));
  }
}

function feedOf({ rows, flow }: ApplyChangesRequest): DataFrame {
  if (rows === undefined) throw new Error(`the flow ${flow.name} was given no rows`);
  return rows;
}

/** The changes can be asked what came since a version; small files of many updates become one. */
function keptTarget(
  target: FlowTarget,
  table: readonly string[],
  constraints: Readonly<Record<string, string>> = {},
): FlowTarget {
  const shared = SHARED.flatMap((name) => {
    const value = target.properties[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    table,
    partitionBy: [],
    clusterBy: [],
    comment: `Changes of ${target.table.join(".")} as they came, kept by its AUTO CDC flows`,
    properties: {
      "delta.enableChangeDataFeed": "true",
      "delta.autoOptimize.autoCompact": "true",
      ...Object.fromEntries(shared),
    },
    constraints,
  };
}

/** Names of columns may have characters that only mapped columns can; a type that the target widens is widened here first. */
const SHARED = ["delta.columnMapping.mode", "delta.enableTypeWidening"];

async function constraintsOf(
  request: ApplyChangesRequest,
  declared: StructType | undefined,
): Promise<Readonly<Record<string, string>>> {
  const { flow, target } = request;
  const columns = selectedColumns(flow, await feedOf(request).schema());
  return changeConstraints(target, derivationRules(flow, columns, STRING), declared);
}

/** A table is there after its first update, though its feed has been empty. */
async function ensureTarget({ session, flow, rows, target }: ApplyChangesRequest): Promise<void> {
  if (rows === undefined || (await session.tableProgress(target.table)) !== undefined) return;
  await createTarget(session, markingRows(target), await changesSchema(flow, rows));
}

function resultOf(kept: KeptChanges, derived: DerivedTarget): ApplyChangesResult {
  const { checks, sources, published, quarantined, malformed, filtered, views = [] } = kept;
  return {
    version: derived.version,
    metrics: derived.metrics,
    checks,
    sources,
    published,
    quarantined,
    malformed,
    filtered,
    views,
    upsertedRows: derived.upserted,
    deletedRows: derived.deleted,
  };
}
