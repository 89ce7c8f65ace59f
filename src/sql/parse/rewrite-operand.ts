/** Where an operand must come: names, literals, stars, calls, subqueries, and the keywords that may begin one. */

import type { Expression } from "../ast.js";
import { endOfCase } from "./case-end.js";
import { identifierClause } from "./identifier-clause.js";
import type { NameSlot } from "./library-text.js";
import { literalAt } from "./literal.js";
import { bareCall, openCall } from "./rewrite-call.js";
import { streamKeyword } from "./rewrite-stream.js";
import { overClause } from "./rewrite-window.js";
import { type Clause, newFrame, type Rewriting } from "./rewriting.js";
import { unsupportedFeature } from "./syntax-error.js";
import type { TokenCursor } from "./token-cursor.js";

/** Rewrites the operand, or the beginning of one, at the cursor. */
export function rewriteOperand(state: Rewriting): void {
  const { cursor } = state;
  const token = cursor.peek();
  const start = cursor.at;
  if (placeLiteral(state)) return;
  if (token.kind === "word") refuseStrayKeyword(state);
  if (streamKeyword(state)) return;
  if (token.kind === "word" && (operandKeyword(state, token.upper) || bareCall(state))) return;
  if (token.kind === "word" || token.kind === "quoted") nameOrCall(state, start);
  else if (token.upper === "(") openParenthesis(state);
  else if (token.upper === "*") placeStar(state, [], start);
  else if (token.upper === "+" && cursor.peek(1).upper !== "+") cursor.at++;
  else if (token.upper === "-" || token.upper === "~") state.keyword(token.upper, 1, true);
  else if (token.upper === "!") state.keyword("NOT", 1, true);
  else if (token.upper === "?") positionalParameter(state);
  else throw cursor.error("Expected an expression or a name.");
}

/** Keywords that may be names, but hardly are where an operand is missing and another follows them. */
const STRAY: ReadonlySet<string> = new Set([
  "FROM",
  "WHERE",
  "HAVING",
  "AND",
  "OR",
  "ON",
  "JOIN",
  "UNION",
  "THEN",
  "ELSE",
  "IN",
  "LIKE",
  "BETWEEN",
  "IS",
]);

/** `SELECT a, FROM t` would be a column called from, renamed t. */
function refuseStrayKeyword({ cursor, frame }: Rewriting): void {
  const { upper } = cursor.peek();
  const next = cursor.peek(1);
  const follows = next.kind !== "symbol" && next.upper !== "AS" && next.upper !== "FROM";
  const begins = cursor.at === frame.token || frame.clause === "start" || cursor.peek(-1).upper === "(";
  const clause = (upper === "GROUP" || upper === "ORDER") && next.upper === "BY" && frame.kind !== "window";
  if (begins || !(clause || (STRAY.has(upper) && follows))) return;
  throw cursor.error(
    `${upper} cannot stand here: an expression or a name is missing before it.`,
    cursor.peek(-1).upper === "," ? "Take away the comma before it." : "A column of that name goes into backticks.",
  );
}

function placeLiteral(state: Rewriting): boolean {
  const { cursor } = state;
  const start = cursor.at;
  const expression = literalAt(cursor);
  if (expression === undefined) return false;
  state.place({ kind: "expression", expression }, start);
  state.operandNext = false;
  return true;
}

/** `?` is the parameter named after its place, from 1. */
function positionalParameter(state: Rewriting): void {
  const { cursor } = state;
  const { start, end } = cursor.peek();
  const place = cursor.list.tokens.filter((one) => one.upper === "?" && one.start <= start).length;
  state.place({ kind: "expression", expression: { kind: "parameter", name: String(place), span: { start, end } } });
  cursor.at++;
  state.operandNext = false;
}

/** `a.b.c`, `a.b.*`, `a.f(` */
function nameOrCall(state: Rewriting, start: number): void {
  const { cursor } = state;
  const named = identifierClause(cursor);
  const parts = named === undefined ? [cursor.next().value] : [...named];
  while (cursor.sees(".")) {
    if (cursor.peek(1).upper === "*") {
      cursor.at++;
      placeStar(state, parts, start);
      return;
    }
    cursor.at++;
    parts.push(cursor.name());
  }
  if (cursor.sees("(") && !isCteWithColumns(state)) {
    openCall(state, parts, start);
    return;
  }
  const span = { start: cursor.offset(start), end: cursor.peek(-1).end };
  const slot: NameSlot = { kind: "name", parts, span, ...(state.streamed ? { streaming: true } : {}) };
  state.place(slot, start);
  state.streamedName = state.streamed ? slot : undefined;
  state.streamed = false;
  state.operandNext = false;
}

/** `WITH name (columns) AS` is no call. */
function isCteWithColumns(state: Rewriting): boolean {
  return state.frame.clause === "with";
}

/** `*`, `t.*`, with EXCEPT (columns). */
function placeStar(state: Rewriting, qualifier: readonly string[], first: number): void {
  const { cursor } = state;
  cursor.expect("*");
  const excepts = (cursor.sees("EXCEPT", "(") || cursor.sees("EXCLUDE", "(")) && !state.queryStartsAt(cursor.at + 2);
  if (excepts) cursor.at++;
  const except = excepts ? cursor.listOf(() => cursor.names("a column").join(".")) : [];
  if (cursor.sees("REPLACE", "(") || cursor.sees("RENAME", "(")) {
    throw unsupportedFeature(
      "STAR_REPLACE",
      `* ${cursor.peek().upper} (...)`,
      "Use * EXCEPT (columns) and write the changed columns beside it.",
    );
  }
  const span = { start: cursor.offset(first), end: cursor.peek(-1).end };
  state.place({ kind: "expression", expression: { kind: "star", qualifier, except, span } }, first);
  state.operandNext = false;
}

/** What a parenthesis holds in these clauses: a query in parentheses, or a join. */
const INHERITED: Readonly<Partial<Record<Clause, Clause>>> = { from: "from", start: "start", with: "start" };

function openParenthesis(state: Rewriting): void {
  const { cursor, frame } = state;
  if (state.queryStartsAt(cursor.at + 1)) {
    placeQuery(state);
    return;
  }
  const close = cursor.closing(cursor.at);
  const isLambda = cursor.list.tokens[close + 1]?.upper === "->";
  if (state.deep && INHERITED[frame.clause] === undefined && !isLambda) {
    state.splitOff(close + 1);
    return;
  }
  state.open("group", INHERITED[frame.clause] ?? "expression");
}

/** A subquery in parentheses is parsed on its own: `( SELECT q1 )` stands for it. */
export function placeQuery(state: Rewriting): void {
  const { cursor } = state;
  const close = cursor.closing(cursor.at);
  const query = state.nested.query(cursor.at + 1, close);
  state.write("( SELECT");
  state.place({ kind: "query", query });
  state.write(")");
  cursor.at = close + 1;
  state.operandNext = false;
}

function operandKeyword(state: Rewriting, upper: string): boolean {
  const { cursor, frame } = state;
  const next = cursor.peek(1);
  switch (upper) {
    case "SELECT":
      return select(state);
    case "WHERE":
      return frame.kind === "group" && cursor.peek(-1).upper === "(" && state.keyword("WHERE", 1, true);
    case "CASE":
      return next.upper !== "." && openCase(state);
    case "WHEN":
      return frame.kind === "case" && state.keyword("WHEN", 1, true);
    case "NOT":
      return next.upper !== "." && state.keyword("NOT", 1, true);
    case "EXISTS": {
      let inside = cursor.at + 1;
      while (cursor.list.tokens[inside]?.upper === "(") inside++;
      // `exists((SELECT ...), x -> ...)` is the function.
      const alone = inside === cursor.at + 2 || cursor.list.tokens[cursor.closing(cursor.at + 2) + 1]?.upper !== ",";
      const query = next.upper === "(" && state.queryStartsAt(inside) && alone;
      return query && state.keyword("EXISTS", 1, true);
    }
    case "ALL":
      return groupByAll(state);
    case "GROUPING":
      return groupsAt(state) && next.upper === "SETS" && state.keyword("GROUPING SETS", 2, true);
    case "CUBE":
    case "ROLLUP":
      return groupsAt(state) && next.upper === "(" && state.keyword(upper, 1, true);
    default:
      return (frame.kind === "window" && overClause(state)) || sourceKeyword(state, upper);
  }
}

/** In GROUP BY, or in its GROUPING SETS. */
function groupsAt({ cursor, frame, frames }: Rewriting): boolean {
  if (frame.clause === "group") return true;
  return cursor.list.tokens[frame.token - 1]?.upper === "SETS" && frames.at(-2)?.clause === "group";
}

/** Words that begin a query or an item of FROM. */
function sourceKeyword(state: Rewriting, upper: string): boolean {
  const { cursor, frame } = state;
  const next = cursor.peek(1);
  const atStart = frame.clause === "start";
  if (upper === "FROM" && atStart) {
    frame.clause = "from";
    if (!selectFollows(cursor)) {
      state.write("SELECT");
      state.place({ kind: "expression", expression: { kind: "star", qualifier: [], except: [] } });
    }
    return state.keyword("FROM", 1, true);
  }
  if (upper === "WITH" && atStart) {
    frame.clause = "with";
    const recursive = next.upper === "RECURSIVE";
    return state.keyword(recursive ? "WITH RECURSIVE" : "WITH", recursive ? 2 : 1, true);
  }
  if (upper === "VALUES" && (atStart || frame.clause === "from") && state.queryStartsAt(cursor.at))
    return values(state);
  if (upper === "TABLE" && atStart) {
    state.write("SELECT");
    state.place({ kind: "expression", expression: { kind: "star", qualifier: [], except: [] } });
    frame.clause = "from";
    return state.keyword("FROM", 1, true);
  }
  if (upper === "TABLE" && frame.clause === "from" && next.upper === "(") {
    cursor.at++;
    state.open("silent", "from");
    return true;
  }
  const lateral = upper === "LATERAL" && frame.clause === "from" && (next.upper === "(" || next.kind !== "symbol");
  return lateral && state.keyword("LATERAL", 1, true);
}

/** `FROM t SELECT a` has its list later, `FROM t` means all columns. */
function selectFollows(cursor: TokenCursor): boolean {
  const scan = cursor.copy();
  while (!scan.done && !["SELECT", ")", "UNION", "EXCEPT", "MINUS", "INTERSECT"].includes(scan.peek().upper)) {
    scan.at = scan.sees("(") ? scan.closing(scan.at) + 1 : scan.at + 1;
  }
  return scan.sees("SELECT");
}

function select(state: Rewriting): true {
  state.frame.clause = "select";
  state.keyword("SELECT", 1, true);
  const next = state.cursor.peek(1);
  const modifies = next.kind !== "symbol" || ["(", "*", "-", "~", "!", ":", "+"].includes(next.upper);
  if (!modifies || next.upper === "FROM" || next.upper === "AS") return true;
  if (state.cursor.sees("DISTINCT")) state.keyword("DISTINCT", 1, true);
  else state.cursor.accept("ALL");
  return true;
}

function groupByAll(state: Rewriting): boolean {
  const { cursor, frame } = state;
  const next = cursor.peek(1);
  const alone = next.kind !== "symbol" || next.upper === "" || next.upper === ")";
  return frame.clause === "group" && cursor.peek(-1).upper === "BY" && alone && state.keyword("ALL", 1, false);
}

function openCase(state: Rewriting): true {
  const { cursor } = state;
  if (state.deep) {
    state.splitOff(endOfCase(cursor));
    return true;
  }
  state.frames.push(newFrame("case", cursor.at, "expression"));
  return state.keyword("CASE", 1, true);
}

/** VALUES as a query is `SELECT v0 FROM VALUES ...` for the library, which knows the list in FROM only. */
function values(state: Rewriting): true {
  const { frame } = state;
  if (frame.clause === "start") {
    state.write("SELECT");
    state.place({ kind: "values" });
    state.write("FROM");
  }
  frame.clause = "values";
  state.keyword("VALUES", 1, true);
  const rows = literalRows(state.cursor);
  if (rows !== undefined) {
    state.write("(");
    state.place({ kind: "rows", rows });
    state.write(")");
    state.operandNext = false;
    return true;
  }
  openRow(state);
  return true;
}

/** Rows in parentheses of literals alone, which can be thousands; undefined, and no step taken, where there is more to them. */
function literalRows(cursor: TokenCursor): readonly (readonly Expression[])[] | undefined {
  const scan = cursor.copy();
  const rows: Expression[][] = [];
  do {
    if (!scan.accept("(")) return undefined;
    const row: Expression[] = [];
    do {
      const literal = literalAt(scan);
      if (literal === undefined) return undefined;
      row.push(literal);
    } while (scan.accept(","));
    if (!scan.accept(")")) return undefined;
    rows.push(row);
  } while (scan.accept(","));
  if (!scan.done && scan.peek().kind === "symbol" && !scan.sees(")")) return undefined;
  cursor.at = scan.at;
  return rows;
}

/** A row of VALUES without parentheses gets them. */
export function openRow(state: Rewriting): void {
  if (state.cursor.sees("(")) return;
  state.write("(");
  state.frame.bareRow = true;
}

export function closeRow(state: Rewriting): void {
  if (!state.frame.bareRow) return;
  state.write(")");
  state.frame.bareRow = false;
}
