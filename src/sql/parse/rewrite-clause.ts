/** Keywords after a complete operand: the clauses of a query, set operations, joins, and operators that are words. */
import { ITEMS_OF_SETS, NEGATED_PATTERNS } from "./library-text.js";
import { closeRow, placeQuery } from "./rewrite-operand.js";
import { sample } from "./rewrite-sample.js";
import { streamOptions, watermark } from "./rewrite-stream.js";
import type { Clause, Rewriting } from "./rewriting.js";

const BY_CLAUSES: Readonly<Record<string, Clause>> = {
  GROUP: "group",
  ORDER: "order",
  SORT: "order",
  CLUSTER: "order",
  DISTRIBUTE: "order",
};
const JOIN_WORDS = ["NATURAL", "INNER", "CROSS", "LEFT", "RIGHT", "FULL", "OUTER", "SEMI", "ANTI"];
const SET_OPERATORS: Readonly<Record<string, string>> = {
  UNION: "UNION",
  INTERSECT: "INTERSECT",
  EXCEPT: "EXCEPT",
  MINUS: "EXCEPT",
};
const NEGATED = ["IN", "LIKE", "ILIKE", "RLIKE", "REGEXP", "BETWEEN"];

/** The clause or operator whose word is given, at the cursor; false where the word is none here. */
export function rewriteClause(state: Rewriting, upper: string): boolean {
  return (
    queryClause(state, upper) ||
    joinClause(state, upper) ||
    setOperation(state, upper) ||
    wordOperator(state, upper) ||
    callClause(state, upper) ||
    sourceClause(state, upper)
  );
}

function queryClause(state: Rewriting, upper: string): boolean {
  const { cursor, frame } = state;
  const by = cursor.peek(1).upper === "BY" ? BY_CLAUSES[upper] : undefined;
  if (by !== undefined) {
    closeRow(state);
    frame.clause = by;
    return state.keyword(`${upper} BY`, 2, true);
  }
  switch (upper) {
    case "SELECT":
    case "VALUES":
    case "TABLE":
      return queryAfterWith(state);
    case "FROM":
      if (frame.clause === "with") return queryAfterWith(state);
      frame.clause = "from";
      return state.keyword("FROM", 1, true);
    case "WHERE":
    case "HAVING":
      frame.clause = "expression";
      return state.keyword(upper, 1, true);
    case "QUALIFY":
      frame.clause = "expression";
      return startsOperand(state) && state.keyword(upper, 1, true);
    case "LIMIT":
      closeRow(state);
      if (!cursor.accept("LIMIT", "ALL")) state.keyword("LIMIT", 1, true);
      return true;
    case "OFFSET":
      return startsOperand(state) && state.keyword("OFFSET", 1, true);
    case "WINDOW":
      if (cursor.peek(2).upper !== "AS") return false;
      frame.clause = "window";
      return state.keyword("WINDOW", 1, true);
    case "ASC":
    case "DESC":
      return frame.clause === "order" && state.keyword(upper, 1, false);
    case "NULLS": {
      const place = cursor.peek(1).upper;
      return (place === "FIRST" || place === "LAST") && state.keyword(`NULLS ${place}`, 2, false);
    }
    case "WITH": {
      const kind = cursor.peek(1).upper;
      if (kind === "ROLLUP" || kind === "CUBE") return state.keyword(`WITH ${kind}`, 2, false);
      return false;
    }
    case "GROUPING":
      if (frame.clause !== "group" || cursor.peek(1).upper !== "SETS") return false;
      state.write(",");
      state.place({ kind: "expression", expression: ITEMS_OF_SETS });
      return state.keyword(", GROUPING SETS", 2, true);
    default:
      return false;
  }
}

/** The query itself, after the last CTE, or after FROM where that comes first. */
export function queryAfterWith(state: Rewriting): boolean {
  const { frame, cursor } = state;
  if (frame.clause !== "with" && !cursor.sees("SELECT")) return false;
  frame.clause = "start";
  state.operandNext = true;
  return true;
}

/** A soft keyword is one only where an operand can follow it. */
function startsOperand(state: Rewriting): boolean {
  const next = state.cursor.peek(1);
  if (next.kind !== "symbol") return next.upper !== "FROM" && next.upper !== "AS" && next.upper !== "JOIN";
  return ["(", "-", "~", "!", ":", "+", "?"].includes(next.upper);
}

function joinClause(state: Rewriting, upper: string): boolean {
  const { cursor, frame } = state;
  if (upper === "ON" && frame.clause === "from") {
    frame.clause = "on";
    return state.keyword("ON", 1, true);
  }
  if (upper === "USING" && cursor.peek(1).upper === "(") {
    state.keyword("USING", 1, true);
    state.open("group", "expression");
    return true;
  }
  let count = 0;
  while (JOIN_WORDS.includes(cursor.peek(count).upper)) count++;
  if (cursor.peek(count).upper !== "JOIN") return false;
  const words = Array.from({ length: count + 1 }, (_, i) => cursor.peek(i).upper);
  if (words[0] === "SEMI" || words[0] === "ANTI") words.unshift("LEFT");
  closeRow(state);
  frame.clause = "from";
  return state.keyword(words.join(" "), count + 1, true);
}

function setOperation(state: Rewriting, upper: string): boolean {
  const { cursor, frame } = state;
  const operator = SET_OPERATORS[upper];
  if (operator === undefined) return false;
  let count = 1;
  const all = cursor.peek(count).upper === "ALL";
  if (all || cursor.peek(count).upper === "DISTINCT") count++;
  const byName = cursor.peek(count).upper === "BY" && cursor.peek(count + 1).upper === "NAME";
  if (byName) count += 2;
  if (cursor.peek(count).upper !== "(" && !state.queryStartsAt(cursor.at + count)) return false;
  closeRow(state);
  frame.clause = "start";
  return state.keyword(`${operator}${all ? " ALL" : ""}${byName ? " BY NAME" : ""}`, count, true);
}

function wordOperator(state: Rewriting, upper: string): boolean {
  const { cursor } = state;
  const next = cursor.peek(1).upper;
  switch (upper) {
    case "AND":
    case "OR":
      return state.keyword(upper, 1, true);
    case "DIV":
      return startsOperand(state) && state.keyword("DIV", 1, true);
    case "NOT":
      return NEGATED.includes(next) && predicate(state, next, 2);
    case "IS":
      return isPredicate(state);
    case "ESCAPE":
      return cursor.peek(1).kind === "string" && state.keyword("ESCAPE", 1, true);
    default:
      return NEGATED.includes(upper) && predicate(state, upper, 1);
  }
}

function predicate(state: Rewriting, operator: string, count: number): boolean {
  const { cursor } = state;
  const not = count === 2 ? "NOT " : "";
  const next = cursor.peek(count);
  if ((operator === "LIKE" || operator === "ILIKE") && ["ANY", "SOME", "ALL"].includes(next.upper)) {
    const isList = cursor.peek(count + 1).upper === "(";
    if (isList) {
      state.keyword(`${operator} ${next.upper}`, count + 1, true);
      state.open("group", "expression");
      if (not !== "") {
        state.place({ kind: "expression", expression: NEGATED_PATTERNS });
        state.write(",");
      }
      return true;
    }
  }
  state.keyword(`${not}${operator}`, count, true);
  if (operator !== "IN") return true;
  if (!cursor.sees("(")) throw cursor.error("Expected ( after IN.", "Write IN (1, 2) or IN (SELECT ...).");
  if (state.queryStartsAt(cursor.at + 1)) placeQuery(state);
  else state.open("list", "expression");
  return true;
}

function isPredicate(state: Rewriting): boolean {
  const { cursor } = state;
  const not = cursor.peek(1).upper === "NOT";
  const at = not ? 2 : 1;
  const test = cursor.peek(at).upper;
  const phrase = not ? "IS NOT" : "IS";
  if (["NULL", "TRUE", "FALSE", "UNKNOWN"].includes(test)) return state.keyword(`${phrase} ${test}`, at + 1, false);
  if (test === "DISTINCT" && cursor.peek(at + 1).upper === "FROM") {
    return state.keyword(`${phrase} DISTINCT FROM`, at + 2, true);
  }
  throw cursor.error("IS is followed by [NOT] NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM.");
}

/** What follows a call: FILTER, OVER, WITHIN GROUP, IGNORE NULLS. */
function callClause(state: Rewriting, upper: string): boolean {
  const { cursor, frame } = state;
  const next = cursor.peek(1).upper;
  const afterCall = cursor.peek(-1).upper === ")" || cursor.peek(-1).upper === "NULLS";
  if ((upper === "IGNORE" || upper === "RESPECT") && next === "NULLS") {
    const call = afterCall && state.closedCall !== undefined ? state.closedCall : frame.call;
    if (call === undefined) return false;
    call.ignoreNulls = upper === "IGNORE";
    cursor.at += 2;
    return true;
  }
  if (!afterCall) return false;
  if (upper === "FILTER" && next === "(") {
    state.keyword("FILTER", 1, true);
    state.open("group", "expression");
    return true;
  }
  if (upper === "OVER") {
    state.keyword("OVER", 1, true);
    if (next === "(") state.open("window", "expression");
    return true;
  }
  if (upper === "WITHIN" && next === "GROUP") {
    state.keyword("WITHIN GROUP", 2, true);
    if (!cursor.sees("(")) throw cursor.error("Expected ( after WITHIN GROUP.");
    state.open("window", "expression");
    return true;
  }
  return false;
}

/** What follows a source in FROM: LATERAL VIEW, PIVOT, UNPIVOT, TABLESAMPLE, time travel. */
function sourceClause(state: Rewriting, upper: string): boolean {
  const { cursor, frame } = state;
  const next = cursor.peek(1).upper;
  if (upper === "LATERAL" && next === "VIEW") {
    closeRow(state);
    frame.clause = "view";
    const outer = cursor.peek(2).upper === "OUTER";
    return state.keyword(outer ? "LATERAL VIEW OUTER" : "LATERAL VIEW", outer ? 3 : 2, true);
  }
  if (frame.kind === "pivot" && upper === "FOR") return state.keyword("FOR", 1, true);
  if (upper === "PIVOT" && next === "(") {
    state.keyword("PIVOT", 1, true);
    state.open("pivot", "expression");
    return true;
  }
  if (upper === "UNPIVOT") return unpivot(state);
  if (upper === "WATERMARK") return watermark(state);
  if (upper === "WITH" && streamOptions(state)) return true;
  if (upper === "TABLESAMPLE" && next === "(") return sample(state);
  return (upper === "FOR" || next === "AS") && timeTravel(state);
}

function unpivot(state: Rewriting): boolean {
  const { cursor } = state;
  const nulls = cursor.peek(2).upper === "NULLS" ? `${cursor.peek(1).upper} NULLS` : "";
  if (cursor.peek(nulls === "" ? 1 : 3).upper !== "(") return false;
  state.keyword(`UNPIVOT ${nulls}`.trim(), nulls === "" ? 1 : 3, true);
  state.open("pivot", "expression");
  return true;
}

function timeTravel(state: Rewriting): boolean {
  const { cursor } = state;
  const at = cursor.sees("FOR") ? 1 : 0;
  const kind = cursor.peek(at).upper;
  if (cursor.peek(at + 1).upper !== "AS" || cursor.peek(at + 2).upper !== "OF") return false;
  if (kind === "VERSION" || kind === "SYSTEM_VERSION") state.keyword("VERSION AS OF", at + 3, true);
  else if (kind === "TIMESTAMP" || kind === "SYSTEM_TIME") state.keyword("TIMESTAMP AS OF", at + 3, true);
  else return false;
  return true;
}
