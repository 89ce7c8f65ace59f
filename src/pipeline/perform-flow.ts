/** Performs one flow through the session, whatever it is, and gives what came of it in one shape. */
import { stringLiteral } from "../dataframe/literal.js";
import { LakeletError } from "../errors/lakelet-error.js";
import type { ExpectationResult } from "../quality/expectation.js";
import { quoteIfNeeded } from "../schema/type-text.js";
import type { SparkSession } from "../session/contract.js";
import type { FlowSourceResult, RefreshTechnique, ViewAudit } from "../session/flow-contract.js";
import { applyChanges } from "./cdc/apply-changes.js";
import type { QueryFlow } from "./definition.js";
import type { FlowNode } from "./graph.js";
import { flowTarget } from "./setup-tables.js";

export interface FlowWork {
  readonly session: SparkSession;
  readonly node: FlowNode;
  readonly pipelineId: string;
  readonly start: "continue" | "reset" | "full";
  readonly updateId: string;
}

export interface PerformedFlow {
  readonly version?: number | undefined;
  readonly metrics: Readonly<Record<string, bigint>>;
  readonly checks: readonly ExpectationResult[];
  readonly sources: readonly FlowSourceResult[];
  readonly published: bigint;
  readonly quarantined: bigint;
  readonly malformed: bigint;
  readonly upserted?: bigint;
  readonly deleted?: bigint;
  /** Undefined where rows are not worked on one by one. */
  readonly filtered?: bigint | undefined;
  readonly views?: readonly ViewAudit[];
  readonly technique?: RefreshTechnique;
  /** Why not incrementally, in words. */
  readonly reason?: string | undefined;
}

const NOTHING = { metrics: {}, checks: [], sources: [], published: 0n, quarantined: 0n, malformed: 0n };

export async function performFlow(work: FlowWork): Promise<PerformedFlow> {
  const { node, session, pipelineId, start, updateId } = work;
  const { flow, target, rows, views } = node;
  const name = `${pipelineId}/${flow.name}`;
  const into = flowTarget(target, pipelineId);
  const { expectations, kind } = target.dataset;
  if (flow.kind !== "query") {
    const { upsertedRows, deletedRows, ...result } = await applyChanges({
      ...{ session, flow, progressName: name, rows, target: into, expectations, start, views, updateId },
      now: Date.now,
    });
    return { ...result, upserted: upsertedRows, deleted: deletedRows };
  }
  if (kind === "view") return replaceView(session, node, flow);
  if (kind === "materialized-view") {
    const full = start === "full";
    const result = await session.refreshView({ flow: name, rows, target: into, expectations, full, views, updateId });
    return { ...NOTHING, ...result };
  }
  const { byName, once } = flow;
  return session.appendFlow({ flow: name, rows, target: into, expectations, byName, start, once, views, updateId });
}

/** A view of the catalog is its text: there is nothing to be computed. */
async function replaceView(session: SparkSession, { target }: FlowNode, flow: QueryFlow): Promise<PerformedFlow> {
  if (flow.query.kind !== "sql") throw viewOfCode(target.name, flow);
  const { comment, properties } = target.dataset;
  const list = Object.entries(properties).map(([key, value]) => `${stringLiteral(key)} = ${stringLiteral(value)}`);
  const columns =
    target.dataset.schemaDdl === undefined ? "" : ` (${await viewColumns(session, target.dataset.schemaDdl)})`;
  const parts = [
    `CREATE OR REPLACE VIEW ${target.name}${columns}`,
    ...(comment === undefined ? [] : [`COMMENT ${stringLiteral(comment)}`]),
    ...(list.length === 0 ? [] : [`TBLPROPERTIES (${list.join(", ")})`]),
    `AS ${flow.query.text}`,
  ];
  await session.sql(parts.join("\n"));
  return NOTHING;
}

async function viewColumns(session: SparkSession, ddl: string): Promise<string> {
  const { fields } = await session.createDataFrame([], ddl).schema();
  return fields.map((one) => quoteIfNeeded(one.name)).join(", ");
}

function viewOfCode(name: string, flow: QueryFlow): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_FEATURE.PIPELINE_VIEW",
    sqlState: "0A000",
    problem: `The persisted view ${name} is defined by code.`,
    reason: "The catalog keeps the text of a view.",
    cure: "Define it in SQL (CREATE VIEW), or make it a materialized or a temporary view.",
    location: flow.place,
  });
}
