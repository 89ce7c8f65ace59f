/** The query of a dataset as it is refreshed: apart from the session at work, whose temporary objects it must not see. */
import { identifierText, type SchemaIdentifier, type TableIdentifier } from "../../../catalog/table-identifier.js";
import { DataFrame } from "../../../dataframe/data-frame.js";
import { planNode } from "../../../dataframe/plan-id.js";
import { sourcesOf } from "../../../sql/analysis/table-references.js";
import { parseQuery } from "../../../sql/parse/parse.js";
import { checkColumns } from "../create-view.js";
import { temporaryReference } from "../persistent-object.js";
import { PlanExecutor } from "../plan-executor.js";
import type { Runtime } from "../runtime.js";
import { SessionState } from "../session-state.js";
import type { StatementContext } from "../statement-context.js";
import { readsItself, withoutStream, withStream } from "./dataset-errors.js";
import type { DeclaredStatement, KeptDefinition } from "./kept-definition.js";

export interface DatasetQuery {
  readonly runtime: Runtime;
  readonly executor: PlanExecutor;
  readonly rows: DataFrame;
}

/**
 * Analyses the query where its statement was written.
 * @throws STREAMING_TABLE_QUERY_INVALID, INVALID_FLOW_QUERY_TYPE, RECURSIVE_VIEW, and what an analysis throws
 */
export async function datasetQuery(
  { runtime, executor }: StatementContext,
  { statement, current }: KeptDefinition,
  own: TableIdentifier,
): Promise<DatasetQuery> {
  const asked: Asked = { streams: [], readsItself: false };
  const apart = runtimeApart(runtime, current, asked, identifierText(own));
  const ownExecutor = new PlanExecutor(apart, executor.session);
  const { columnNames } = statement.definition;
  const query = new DataFrame(planNode({ kind: "sql", text: statement.flow.query }), ownExecutor);
  const names = (await query.schema()).fields.map((one) => one.name);
  const given = columnNames.map((one) => ({ name: one }));
  checkColumns(own.name, given, names);
  const rows = columnNames.length === 0 ? query : query.toDF(...columnNames);
  const name = identifierText(own);
  if (asked.readsItself) throw readsItself(name);
  const [stream] = asked.streams;
  if (statement.dataset === "streaming-table" && stream === undefined) throw withoutStream(name);
  if (statement.dataset === "materialized-view" && stream !== undefined) throw withStream(name, stream);
  return { runtime: apart, executor: ownExecutor, rows };
}

/** What the catalog keeps may name nothing of a session. Throws INVALID_TEMP_OBJ_REFERENCE. */
export function refuseTemporary(runtime: Runtime, { flow }: DeclaredStatement, identifier: TableIdentifier): void {
  for (const { item } of sourcesOf(parseQuery(flow.query)).tables) {
    const [first = "", second = ""] = item.name;
    const isTemporary =
      item.name.length === 1
        ? runtime.tempViews.has(first.toLowerCase())
        : first.toLowerCase() === "global_temp" && runtime.globalTempViews.has(second.toLowerCase());
    if (isTemporary) throw temporaryReference({ kind: "VIEW", identifier }, "VIEW", item.name.join("."));
  }
}

interface Asked {
  readonly streams: string[];
  readsItself: boolean;
}

/** The same engine, catalog and configuration; without temporary views, functions and variables. */
function runtimeApart(runtime: Runtime, current: SchemaIdentifier, asked: Asked, own: string): Runtime {
  const state = new SessionState(runtime.options);
  for (const [key, value] of Object.entries(runtime.state.all())) state.set(key, value);
  state.current = current;
  const datasets: Runtime["datasets"] = {
    plan: () => undefined,
    relation: (name, isStream) => {
      const text = identifierText(name);
      if (isStream) asked.streams.push(text);
      if (text.toLowerCase() === own.toLowerCase()) asked.readsItself = true;
      return Promise.resolve(undefined);
    },
    streamed: (source) => void asked.streams.push(source),
    readWhole: () => undefined,
  };
  return Object.create(runtime, {
    state: { value: state },
    tempViews: { value: new Map() },
    globalTempViews: { value: new Map() },
    datasets: { value: datasets },
  }) as Runtime;
}
