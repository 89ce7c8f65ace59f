/** Definitions of a pipeline's datasets: columns with their expectations, and the clauses behind them. */
import type { StructField } from "../../schema/data-type.js";
import type { DatasetDefinition, RowExpectation } from "../pipeline-statement.js";
import { expressionText, seesQuery } from "./clause-text.js";
import { columnDefinitionAt } from "./column-definition.js";
import { propertyList } from "./property-list.js";
import { unsupportedFeature } from "./syntax-error.js";
import type { TokenCursor } from "./token-cursor.js";

type Draft = { -readonly [Key in keyof DatasetDefinition]: DatasetDefinition[Key] };

/** From behind the name up to AS, FLOW or the end. */
export function datasetDefinition(cursor: TokenCursor): DatasetDefinition {
  const draft: Draft = {
    columns: [],
    columnNames: [],
    columnComments: {},
    expectations: [],
    constraints: {},
    partitionedBy: [],
    clusterBy: [],
    properties: {},
    withoutEffect: [],
  };
  if (cursor.sees("(") && !seesQuery(cursor)) columnsAndConstraints(cursor, draft);
  while (clause(cursor, draft));
  return draft;
}

function columnsAndConstraints(cursor: TokenCursor, draft: Draft): void {
  const columns: StructField[] = [];
  const texts: string[] = [];
  const names: string[] = [];
  cursor.listOf(() => {
    if (constraint(cursor, draft)) return;
    const start = cursor.at;
    const name = cursor.name("a column name");
    if (cursor.sees(",") || cursor.sees(")") || cursor.sees("COMMENT")) {
      names.push(name);
      if (cursor.accept("COMMENT"))
        draft.columnComments = { ...draft.columnComments, [name]: cursor.string("a comment in quotes") };
      return;
    }
    cursor.accept(":");
    const keys: (readonly [number, number])[] = [];
    columns.push(columnDefinitionAt(cursor, name, () => columnKey(cursor, draft, keys)));
    texts.push(textWithout(cursor, start, keys));
  });
  if (columns.length > 0 && names.length > 0) {
    throw cursor.error("Some columns have a type and some have none.", "Give each column its type, or none of them.");
  }
  draft.columns = columns;
  draft.columnNames = names;
  if (columns.length > 0) draft.schemaDdl = texts.join(", ");
}

/** An expectation or a constraint of the table; false where a column stands at the cursor. */
function constraint(cursor: TokenCursor, draft: Draft): boolean {
  const key = ["PRIMARY", "FOREIGN"].find((word) => cursor.sees(word, "KEY", "("));
  if (key !== undefined) {
    informational(cursor, draft, `${key} KEY`);
    return true;
  }
  if (!cursor.sees("CONSTRAINT") || cursor.peek(1).kind === "symbol") return false;
  const start = cursor.at;
  cursor.at++;
  const name = cursor.name("a constraint's name");
  if (cursor.accept("EXPECT")) {
    if (draft.expectations.some((one) => one.name === name)) {
      throw cursor.error(`There are two expectations called ${name}.`, "Give each a name of its own.", start);
    }
    draft.expectations = [...draft.expectations, expectation(cursor, name)];
  } else if (cursor.accept("CHECK")) {
    draft.constraints = { ...draft.constraints, [name]: inParentheses(cursor) };
  } else if (cursor.sees("PRIMARY", "KEY") || cursor.sees("FOREIGN", "KEY")) {
    informational(cursor, draft, `${cursor.peek().upper} KEY`);
  } else throw cursor.error("Expected EXPECT (condition), CHECK (condition), PRIMARY KEY or FOREIGN KEY.");
  return true;
}

function expectation(cursor: TokenCursor, name: string): RowExpectation {
  const condition = inParentheses(cursor);
  if (!cursor.accept("ON", "VIOLATION")) return { name, condition, onViolation: "warn" };
  if (cursor.accept("DROP", "ROW")) return { name, condition, onViolation: "drop" };
  if (cursor.accept("FAIL", "UPDATE")) return { name, condition, onViolation: "fail" };
  throw cursor.error("Expected DROP ROW or FAIL UPDATE after ON VIOLATION.");
}

function inParentheses(cursor: TokenCursor): string {
  cursor.expect("(");
  const text = expressionText(cursor, [")"]);
  cursor.expect(")");
  return text;
}

/** `PRIMARY KEY` or `FOREIGN KEY REFERENCES ...` of one column; what it spans is kept. */
function columnKey(cursor: TokenCursor, draft: Draft, spans: (readonly [number, number])[]): boolean {
  const start = cursor.at;
  const ahead = cursor.sees("CONSTRAINT") ? 2 : 0;
  const word = cursor.peek(ahead).upper;
  if ((word !== "PRIMARY" && word !== "FOREIGN") || cursor.peek(ahead + 1).upper !== "KEY") return false;
  informational(cursor, draft, `${word} KEY`, ["COMMENT", "MASK"]);
  spans.push([start, cursor.at]);
  return true;
}

function textWithout(cursor: TokenCursor, start: number, spans: readonly (readonly [number, number])[]): string {
  const pieces: string[] = [];
  let from = start;
  for (const [at, end] of spans) {
    pieces.push(cursor.text(from, at));
    from = end;
  }
  pieces.push(cursor.text(from, cursor.at));
  return pieces.filter((one) => one !== "").join(" ");
}

/** A key is a note for readers: neither Databricks nor we enforce it. */
function informational(cursor: TokenCursor, draft: Draft, what: string, ends: readonly string[] = []): void {
  draft.withoutEffect = [...draft.withoutEffect, what];
  while (!cursor.done && !cursor.sees(",") && !cursor.sees(")") && !ends.some((one) => cursor.sees(one)))
    cursor.at = cursor.sees("(") ? cursor.closing(cursor.at) + 1 : cursor.at + 1;
}

/** One clause, in any order; false where none stands at the cursor. */
function clause(cursor: TokenCursor, draft: Draft): boolean {
  if (cursor.accept("USING")) usingDelta(cursor);
  else if (cursor.accept("PARTITIONED", "BY")) {
    draft.partitionedBy = cursor.listOf(() => cursor.name("a column"));
  } else if (cursor.accept("CLUSTER", "BY")) clusterBy(cursor, draft);
  else if (cursor.accept("COMMENT")) draft.comment = cursor.string("a comment in quotes");
  else if (cursor.accept("TBLPROPERTIES")) draft.properties = propertyList(cursor);
  else if (cursor.accept("DEFAULT", "COLLATION")) collation(cursor);
  else if (cursor.sees("SCHEDULE") || cursor.sees("TRIGGER", "ON", "UPDATE")) {
    draft.withoutEffect = [...draft.withoutEffect, scheduleClause(cursor) ?? ""];
  } else if (cursor.sees("LOCATION")) {
    throw unsupportedFeature("PIPELINE_LOCATION", "LOCATION of a pipeline's table", "Its tables lie in its schema.");
  } else if (cursor.sees("WITH", "ROW", "FILTER") || cursor.sees("WITH", "(") || cursor.sees("ROW", "FILTER")) {
    throw unsupportedFeature("ROW_FILTER", "ROW FILTER", "Filter in the query, or in a view for its readers.");
  } else if (cursor.sees("CONSTRAINT")) {
    if (!constraint(cursor, draft)) return false;
    cursor.accept(",");
  } else return false;
  return true;
}

function usingDelta(cursor: TokenCursor): void {
  const start = cursor.at;
  if (cursor.name("a format").toLowerCase() !== "delta")
    throw cursor.error("The tables of a pipeline are Delta tables.", "Leave out USING.", start);
}

function clusterBy(cursor: TokenCursor, draft: Draft): void {
  if (cursor.accept("AUTO")) draft.withoutEffect = [...draft.withoutEffect, "CLUSTER BY AUTO"];
  else if (!cursor.accept("NONE")) draft.clusterBy = cursor.listOf(() => cursor.names("a column").join("."), true);
}

function collation(cursor: TokenCursor): void {
  const start = cursor.at;
  const name = cursor.name("a collation");
  if (name.toUpperCase() !== "UTF8_BINARY")
    throw unsupportedFeature("COLLATION", `DEFAULT COLLATION ${name}`, "Strings are compared by their bytes.");
  cursor.at = Math.max(cursor.at, start);
}

/** `SCHEDULE [REFRESH] EVERY 1 HOUR | CRON '...' [AT TIME ZONE '...']`, `TRIGGER ON UPDATE [AT MOST EVERY ...]`; its text. */
export function scheduleClause(cursor: TokenCursor): string | undefined {
  const start = cursor.at;
  if (cursor.accept("TRIGGER", "ON", "UPDATE")) {
    if (cursor.accept("AT", "MOST", "EVERY")) interval(cursor);
  } else if (cursor.accept("SCHEDULE")) {
    cursor.accept("REFRESH");
    if (cursor.accept("CRON")) {
      cursor.string("a Quartz expression in quotes");
      if (cursor.accept("AT", "TIME", "ZONE")) cursor.string("a time zone in quotes");
    } else {
      cursor.expect("EVERY");
      interval(cursor);
    }
  } else return undefined;
  return cursor.text(start, cursor.at);
}

function interval(cursor: TokenCursor): void {
  cursor.accept("INTERVAL");
  if (cursor.peek().kind === "string") cursor.string();
  else cursor.integer("a number");
  if (cursor.peek().kind === "word") cursor.at++;
}
