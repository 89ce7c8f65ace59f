/** MERGE, UPDATE and DELETE. */
import type { FromItem } from "../ast.js";
import type { MergeAction, MergeClause, Statement } from "../statement.js";
import { assignments, expressionText } from "./clause-text.js";
import { objectName } from "./identifier-clause.js";
import { parseSource } from "./parse-range.js";
import type { TokenCursor } from "./token-cursor.js";

type Merge = Extract<Statement, { kind: "merge" }>;

/** Behind MERGE. */
export function parseMerge(cursor: TokenCursor): Statement {
  const withSchemaEvolution = cursor.accept("WITH", "SCHEMA", "EVOLUTION");
  cursor.expect("INTO");
  const target = objectName(cursor, "the target table");
  const targetAlias = alias(cursor, ["USING"]);
  cursor.expect("USING");
  const source = mergeSource(cursor);
  cursor.expect("ON");
  const condition = expressionText(cursor, ["WHEN"]);
  const clauses: MergeClause[] = [];
  while (cursor.sees("WHEN")) clauses.push(mergeClause(cursor));
  cursor.end();
  if (clauses.length === 0) throw cursor.error("A MERGE needs at least one WHEN clause.");
  return {
    kind: "merge",
    target,
    ...(targetAlias === undefined ? {} : { targetAlias }),
    ...source,
    condition,
    clauses,
    withSchemaEvolution,
  };
}

function alias(cursor: TokenCursor, ends: readonly string[]): string | undefined {
  if (cursor.accept("AS")) return cursor.name("an alias");
  const token = cursor.peek();
  const isName = token.kind === "quoted" || (token.kind === "word" && !ends.includes(token.upper));
  return isName ? cursor.name() : undefined;
}

/** Whatever may stand in FROM, up to ON. */
function mergeSource(cursor: TokenCursor): Pick<Merge, "source" | "sourceAlias"> {
  const item = parseSource(cursor, "ON");
  const plain =
    item.kind === "table" && item.version === undefined && item.timestamp === undefined && item.sample === undefined;
  const sourceAlias = "alias" in item && item.alias !== undefined ? { sourceAlias: item.alias } : {};
  const columns = "columns" in item && item.kind !== "unpivot" ? item.columns : [];
  if (plain && columns.length === 0) return { source: { table: item.name }, ...sourceAlias };
  if (item.kind === "subquery" && columns.length === 0 && !item.lateral && item.sample === undefined) {
    return { source: { query: item.query }, ...sourceAlias };
  }
  return { source: { query: starQuery(item) }, ...sourceAlias };
}

function starQuery(item: FromItem): Extract<Merge["source"], { query: unknown }>["query"] {
  return {
    kind: "select",
    distinct: false,
    projection: [{ kind: "star", qualifier: [], except: [] }],
    from: [item],
    lateralViews: [],
    windows: {},
    orderBy: [],
  };
}

function mergeClause(cursor: TokenCursor): MergeClause {
  cursor.expect("WHEN");
  const when = mergeCase(cursor);
  const condition = cursor.accept("AND") ? { condition: expressionText(cursor, ["THEN"]) } : {};
  cursor.expect("THEN");
  return { when, ...condition, action: when === "not-matched" ? insertAction(cursor) : changeAction(cursor) };
}

function mergeCase(cursor: TokenCursor): MergeClause["when"] {
  if (cursor.accept("MATCHED")) return "matched";
  cursor.expect("NOT", "MATCHED");
  if (cursor.accept("BY", "SOURCE")) return "not-matched-by-source";
  cursor.accept("BY", "TARGET");
  return "not-matched";
}

function changeAction(cursor: TokenCursor): MergeAction {
  if (cursor.accept("DELETE")) return { kind: "delete" };
  if (!cursor.accept("UPDATE", "SET")) throw cursor.error("Expected UPDATE SET or DELETE.");
  if (cursor.accept("*")) return { kind: "update-star" };
  return { kind: "update", assignments: assignments(cursor, ["WHEN"]) };
}

function insertAction(cursor: TokenCursor): MergeAction {
  if (!cursor.accept("INSERT")) throw cursor.error("Expected INSERT.", "WHEN NOT MATCHED can only insert.");
  if (cursor.accept("*")) return { kind: "insert-star" };
  const start = cursor.at;
  const columns = cursor.listOf(() => cursor.names("a column"));
  cursor.expect("VALUES");
  const values = cursor.listOf(() => expressionText(cursor, [",", ")"]));
  if (columns.length !== values.length) {
    throw cursor.error(`INSERT names ${columns.length} columns and gives ${values.length} values.`, undefined, start);
  }
  return { kind: "insert", columns, values };
}

/** Behind UPDATE. */
export function parseUpdate(cursor: TokenCursor): Statement {
  const table = objectName(cursor, "a table's name");
  const name = alias(cursor, ["SET"]);
  cursor.expect("SET");
  const changes = assignments(cursor, ["WHERE"]);
  return { kind: "update", table, ...named(name), assignments: changes, ...where(cursor) };
}

/** Behind DELETE. */
export function parseDelete(cursor: TokenCursor): Statement {
  cursor.expect("FROM");
  const table = objectName(cursor, "a table's name");
  const name = alias(cursor, ["WHERE"]);
  return { kind: "delete", table, ...named(name), ...where(cursor) };
}

function named(name: string | undefined): { readonly alias?: string } {
  return name === undefined ? {} : { alias: name };
}

function where(cursor: TokenCursor): { readonly condition?: string } {
  const condition = cursor.accept("WHERE") ? { condition: expressionText(cursor, []) } : {};
  cursor.end();
  return condition;
}
