/** What the executors of statements work with, and what they give. */
import type { Plan } from "../../dataframe/plan.js";
import type { Value } from "../../engine/engine.js";
import { type DataType, field, type StructType, struct } from "../../schema/data-type.js";
import type { Query } from "../../sql/ast.js";
import type { ReadQuery } from "./compiled-plan.js";
import type { PersistentObject } from "./persistent-object.js";
import type { PlanExecutor } from "./plan-executor.js";
import type { Runtime } from "./runtime.js";

export interface StatementContext {
  readonly runtime: Runtime;
  readonly executor: PlanExecutor;
  /** Text of the whole statement. */
  readonly text: string;
  /** The plan of a query's text. */
  queryPlan(text: string): Plan;
  /** Compiles a query of the statement and runs with it; `settled` is called when all rows were read and before anything is published. */
  withQuery<Result>(
    query: Query,
    run: (query: ReadQuery, settled: () => Promise<void>) => Promise<Result>,
    /** What is made of the query, where the catalog keeps it: it may name nothing of the session. */
    persistent?: PersistentObject,
  ): Promise<Result>;
}

export interface StatementResult {
  readonly schema: StructType;
  readonly rows: readonly (readonly Value[])[];
  /** What the statement did, for people; the number of rows where absent. */
  readonly summary?: string;
}

export const NO_ROWS: StatementResult = { schema: struct([]), rows: [] };

/** A result of named columns. */
export function resultOf(
  columns: readonly (readonly [string, DataType])[],
  rows: readonly (readonly Value[])[],
  summary?: string,
): StatementResult {
  const schema = struct(columns.map(([name, type]) => field(name, type)));
  return { schema, rows, ...(summary === undefined ? {} : { summary }) };
}

/** Nothing to show but what happened. */
export function done(summary: string): StatementResult {
  return { ...NO_ROWS, summary };
}
