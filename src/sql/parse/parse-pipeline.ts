/** Statements of declarative pipelines: streaming tables, materialized views, views with expectations, flows. */
import type { ChangeFlow, DatasetCreateMode, InsertFlow, PipelineStatement } from "../pipeline-statement.js";
import { restAsQuery, seesQuery } from "./clause-text.js";
import { objectName } from "./identifier-clause.js";
import { changeFlow } from "./parse-change-flow.js";
import { datasetDefinition } from "./parse-dataset.js";
import { unsupportedFeature } from "./syntax-error.js";
import type { TokenCursor } from "./token-cursor.js";

type Kind = Extract<PipelineStatement, { kind: "create-dataset" }>["dataset"];

interface Form {
  readonly dataset: Kind;
  readonly title: string;
  readonly mode: DatasetCreateMode;
  readonly isPrivate: boolean;
  readonly isLive: boolean;
}

const TITLES: Readonly<Record<Kind, string>> = {
  "streaming-table": "CREATE STREAMING TABLE",
  "materialized-view": "CREATE MATERIALIZED VIEW",
  "temporary-view": "CREATE TEMPORARY VIEW",
};

/**
 * Behind CREATE: the statement where it declares a dataset or a flow; undefined, and no step taken, for any other.
 * The old words are `[TEMPORARY] [STREAMING] LIVE TABLE` and `[STREAMING] LIVE VIEW`.
 */
export function parseCreateInPipeline(cursor: TokenCursor): PipelineStatement | undefined {
  if (cursor.sees("FLOW") && cursor.peek(1).kind !== "symbol") {
    cursor.at++;
    return createFlow(cursor);
  }
  const scan = cursor.copy();
  const form = formAt(scan);
  if (form === undefined) return undefined;
  cursor.at = scan.at;
  const mode = cursor.accept("IF", "NOT", "EXISTS") ? "create-if-not-exists" : form.mode;
  const name = objectName(cursor, "the dataset's name");
  const definition = datasetDefinition(cursor);
  const flow = flowOf(cursor, form.dataset);
  if (definition.columnNames.length > 0 && flow?.kind !== "insert") {
    throw cursor.error(
      "The columns have names and no types.",
      "Give each its type: no query of the statement says it.",
    );
  }
  cursor.end();
  return { kind: "create-dataset", ...form, mode, name, definition, ...(flow === undefined ? {} : { flow }) };
}

function formAt(scan: TokenCursor): Form | undefined {
  const orReplace = scan.accept("OR", "REPLACE");
  const mode = orReplace ? "create-or-replace" : scan.accept("OR", "REFRESH") ? "create-or-refresh" : "create";
  const isPrivate = scan.accept("PRIVATE");
  const isTemporary = scan.acceptOneOf("TEMPORARY", "TEMP") !== undefined;
  const isStreaming = scan.acceptOneOf("STREAMING", "INCREMENTAL") !== undefined;
  const isMaterialized = !isStreaming && scan.accept("MATERIALIZED");
  const isLive = scan.accept("LIVE");
  const form = (dataset: Kind): Form => ({
    dataset,
    title: TITLES[dataset],
    mode,
    isPrivate: isPrivate || isTemporary,
    isLive,
  });
  if (scan.accept("TABLE")) {
    if (isStreaming) return form("streaming-table");
    return isLive ? form("materialized-view") : undefined;
  }
  if (!scan.accept("VIEW")) return undefined;
  if (isMaterialized) return form("materialized-view");
  const withExpectations = isTemporary && hasExpectation(scan);
  return isLive || isStreaming || withExpectations ? { ...form("temporary-view"), isPrivate: true } : undefined;
}

/** `v (... CONSTRAINT name EXPECT ...)`, which no view outside a pipeline has. */
function hasExpectation({ list, at, limit }: TokenCursor): boolean {
  for (let i = at; i < limit; i++) {
    if (list.tokens[i]?.upper === "AS") return false;
    if (list.tokens[i]?.upper === "CONSTRAINT" && list.tokens[i + 2]?.upper === "EXPECT") return true;
  }
  return false;
}

function flowOf(cursor: TokenCursor, dataset: Kind): InsertFlow | ChangeFlow | undefined {
  if (dataset === "streaming-table" && cursor.accept("FLOW")) return inlineFlow(cursor);
  if (dataset === "streaming-table" && cursor.done) return undefined;
  if (!cursor.accept("AS") && !seesQuery(cursor)) {
    throw cursor.error(
      dataset === "streaming-table" ? "Expected AS and a query, or FLOW." : "Expected AS and a query.",
    );
  }
  return queryFlow(cursor, { byName: true, once: false });
}

function queryFlow(cursor: TokenCursor, how: Pick<InsertFlow, "byName" | "once">): InsertFlow {
  const query = cursor.text(cursor.at, cursor.limit);
  restAsQuery(cursor);
  return { kind: "insert", query, ...how };
}

/** `FLOW INSERT [ONCE] BY NAME query`, `FLOW AUTO CDC FROM ...` */
function inlineFlow(cursor: TokenCursor): InsertFlow | ChangeFlow {
  if (cursor.accept("AUTO", "CDC")) return changeFlow(cursor, cursor.accept("ONCE"));
  if (cursor.sees("REPLACE", "WHERE")) throw replaceWhereFlow();
  cursor.expect("INSERT");
  const once = cursor.accept("ONCE");
  cursor.expect("BY", "NAME");
  return queryFlow(cursor, { byName: true, once });
}

/** Behind CREATE FLOW. */
function createFlow(cursor: TokenCursor): PipelineStatement {
  cursor.accept("IF", "NOT", "EXISTS");
  const name = cursor.names("the flow's name").join(".");
  const comment = cursor.accept("COMMENT") ? { comment: cursor.string("a comment in quotes") } : {};
  cursor.expect("AS");
  const title = "CREATE FLOW";
  if (cursor.sees("AUTO") || cursor.sees("APPLY")) return { ...changesInto(cursor), title, name, ...comment };
  cursor.expect("INSERT");
  let once = cursor.accept("ONCE");
  cursor.expect("INTO");
  // Databricks has written it in both places.
  once = cursor.accept("ONCE") || once;
  const target = objectName(cursor, "the target's name");
  if (cursor.sees("REPLACE", "WHERE")) throw replaceWhereFlow();
  const byName = cursor.accept("BY", "NAME");
  return { kind: "create-flow", title, name, ...comment, target, flow: queryFlow(cursor, { byName, once }) };
}

/** `AUTO CDC INTO t FROM ...`, `APPLY CHANGES INTO t FROM ...` */
export function changesInto(cursor: TokenCursor): Extract<PipelineStatement, { kind: "create-flow" }> {
  const title = cursor.sees("AUTO") ? "AUTO CDC INTO" : "APPLY CHANGES INTO";
  if (!cursor.accept("AUTO", "CDC")) cursor.expect("APPLY", "CHANGES");
  if (cursor.sees("FROM", "SNAPSHOT")) {
    throw unsupportedFeature(
      "AUTO_CDC",
      "AUTO CDC FROM SNAPSHOT in SQL",
      "Declare it in TypeScript: pipeline.autoCdcFromSnapshot(...).",
    );
  }
  let once = cursor.accept("ONCE");
  cursor.expect("INTO");
  once = cursor.accept("ONCE") || once;
  const target = objectName(cursor, "the target's name");
  return { kind: "create-flow", title, target, flow: changeFlow(cursor, once) };
}

function replaceWhereFlow(): Error {
  return unsupportedFeature(
    "REPLACE_WHERE_FLOW",
    "A flow with REPLACE WHERE",
    "Make the table a materialized view, which is refreshed in parts where it can be.",
  );
}
