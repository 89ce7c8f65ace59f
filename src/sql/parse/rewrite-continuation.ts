/** What may follow an operand: operators, clause keywords, aliases, closing parentheses. */

import { STRING } from "../../schema/data-type.js";
import { dataTypeAt } from "./data-type-parser.js";
import { UNSIGNED_SHIFT } from "./library-text.js";
import { numberLiteral } from "./number-literal.js";
import { queryAfterWith, rewriteClause } from "./rewrite-clause.js";
import { closeRow, openRow } from "./rewrite-operand.js";
import { overClause } from "./rewrite-window.js";
import { newFrame, type Rewriting } from "./rewriting.js";
import { invalidLiteral, unsupportedFeature } from "./syntax-error.js";

const OPERATORS: Readonly<Record<string, string>> = {
  "+": "+",
  "-": "-",
  "*": "*",
  "/": "/",
  "%": "%",
  "||": "||",
  "&": "&",
  "|": "|",
  "^": "^",
  "<<": "<<",
  ">>": ">>",
  "=": "=",
  "==": "=",
  "!=": "!=",
  "<>": "!=",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
  "<=>": "<=>",
  "->": "->",
  "=>": "=>",
};
/** Words that are never an alias, so that a misplaced one is found where it stands. */
const RESERVED: ReadonlySet<string> = new Set([
  "SELECT",
  "FROM",
  "WHERE",
  "GROUP",
  "HAVING",
  "ORDER",
  "UNION",
  "INTERSECT",
  "EXCEPT",
  "JOIN",
  "ON",
  "AND",
  "OR",
  "NOT",
  "WHEN",
  "THEN",
  "ELSE",
  "END",
  "IN",
  "IS",
  "BETWEEN",
  "LIKE",
  "USING",
  "CROSS",
  "INNER",
  "NATURAL",
  "LATERAL",
  "CASE",
  "AS",
]);

/** Rewrites what stands at the cursor, where an operand is complete. */
export function rewriteContinuation(state: Rewriting): void {
  const { cursor } = state;
  const token = cursor.peek();
  const operator = OPERATORS[token.upper];
  if (operator !== undefined) state.keyword(operator, 1, true);
  else if (token.kind === "symbol") rewriteSymbol(state, token.upper);
  else if (token.kind === "word" && wordContinues(state, token.upper)) return;
  else if (token.kind === "word" || token.kind === "quoted") placeAlias(state);
  else
    throw cursor.error(
      "A value cannot stand here, right after an expression or a name.",
      "Is an operator or a comma missing?",
    );
}

function wordContinues(state: Rewriting, upper: string): boolean {
  const { frame, cursor } = state;
  if (frame.separators.includes(upper)) {
    frame.argument++;
    // `position(a IN b)` is locate(a, b) to Spark, `position(a, b)` is not.
    if (frame.call?.name === "position") frame.call.name = "locate";
    return state.keyword(",", 1, true);
  }
  if (upper === "AS") return rewriteAs(state);
  if (frame.kind === "window" && overClause(state)) return true;
  if (frame.kind === "case" && caseKeyword(state, upper)) return true;
  if (rewriteClause(state, upper)) return true;
  if (RESERVED.has(upper)) throw cursor.error(`${upper} cannot stand here.`);
  return false;
}

function caseKeyword(state: Rewriting, upper: string): boolean {
  if (upper === "WHEN" || upper === "THEN" || upper === "ELSE") return state.keyword(upper, 1, true);
  if (upper !== "END") return false;
  state.frames.pop();
  return state.keyword("END", 1, false);
}

function rewriteSymbol(state: Rewriting, symbol: string): void {
  const { cursor, frame } = state;
  switch (symbol) {
    case ",":
      rewriteComma(state);
      return;
    case ")":
    case "]":
      closeFrame(state);
      return;
    case "(":
      if (frame.clause !== "with" || cursor.peek(-1).upper !== ")" || !queryAfterWith(state)) {
        if (frame.clause === "select") state.write("AS");
        state.open("group", "expression");
      }
      return;
    case "[":
      state.write("[");
      openBracket(state);
      return;
    case ".":
      placeField(state);
      return;
    case "::":
      placeType(state);
      return;
    case ":":
      placeJsonPath(state);
      return;
    case "@":
      placeVersion(state);
      return;
    case "!":
      if (!rewriteClause(state, "NOT")) throw cursor.error("Expected an operator.");
      return;
    case ">>>":
      state.write(">>");
      state.place({ kind: "expression", expression: UNSIGNED_SHIFT });
      state.keyword(">>", 1, true);
      return;
    case "|>":
      throw unsupportedFeature("PIPE_OPERATOR", "The pipe operator |>", "Write the query with SELECT.");
    default:
      throw cursor.error(`${symbol} cannot stand here.`, frame.kind === "root" ? undefined : "Is an operand missing?");
  }
}

function openBracket(state: Rewriting): void {
  state.frames.push(newFrame("bracket", state.cursor.at, "expression"));
  state.cursor.at++;
  state.operandNext = true;
}

function rewriteComma(state: Rewriting): void {
  const { frame } = state;
  const inRow = frame.clause === "values";
  if (inRow) closeRow(state);
  frame.argument++;
  if (frame.clause === "on") frame.clause = "from";
  state.keyword(",", 1, true);
  if (inRow) openRow(state);
}

/** Closes the innermost parenthesis or bracket. */
export function closeFrame(state: Rewriting): void {
  const { cursor, frame } = state;
  if (frame.kind === "root") throw cursor.error("There is no opening parenthesis for this one.");
  if (frame.kind === "case") throw cursor.error("A CASE is not closed.", "Write END before this.");
  if (frame.kind === "cast" && frame.call?.cast === undefined) {
    throw cursor.error("CAST needs a type.", "Write CAST(value AS type).");
  }
  closeRow(state);
  state.frames.pop();
  state.closedCall = frame.call;
  if (frame.call !== undefined) frame.call.span = { start: frame.call.span.start, end: cursor.peek().end };
  if (frame.kind === "silent") cursor.at++;
  else state.keyword(cursor.peek().upper, 1, false);
  state.operandNext = false;
}

/** `expression.field`, after anything but a plain name. */
function placeField(state: Rewriting): void {
  const { cursor } = state;
  state.keyword(".", 1, true);
  const start = cursor.at;
  const part = cursor.name("a field's name");
  if (cursor.sees("("))
    throw cursor.error("A field is not a function.", "Put an operator or a comma before it.", start);
  const span = { start: cursor.offset(start), end: cursor.peek(-1).end };
  state.place({ kind: "name", parts: [part], span }, start);
  state.operandNext = false;
}

function placeType(state: Rewriting): void {
  state.keyword("::", 1, false);
  const token = state.cursor.at;
  state.place({ kind: "type", dataType: dataTypeAt(state.cursor).dataType }, token);
}

/** `column:a.b[0]`: the path becomes a subscript that holds it. */
function placeJsonPath(state: Rewriting): void {
  const { cursor } = state;
  const token = cursor.at;
  cursor.at++;
  const start = cursor.at;
  if (!pathStep(state)) throw cursor.error("Expected a path, as in column:field.field[0].");
  while (cursor.sees(".") || cursor.sees("[")) {
    cursor.accept(".");
    if (!pathStep(state)) throw cursor.error("Expected a field of the path.");
  }
  state.write("[");
  state.place({ kind: "json-path", path: cursor.text(start, cursor.at) }, token);
  state.write("]");
}

function pathStep(state: Rewriting): boolean {
  const { cursor } = state;
  const { kind } = cursor.peek();
  if (kind === "word" || kind === "quoted") cursor.at++;
  else if (cursor.sees("[")) cursor.at = cursor.closing(cursor.at) + 1;
  else return false;
  return true;
}

/** `table@v3`, `table@20240131000000000` */
function placeVersion(state: Rewriting): void {
  const { cursor } = state;
  const token = cursor.at;
  cursor.at++;
  const { value } = cursor.next();
  const version = /^v(\d+)$/i.exec(value)?.[1];
  const time = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/.exec(value);
  if (version !== undefined) {
    state.write("VERSION AS OF");
    state.place({ kind: "expression", expression: numberLiteral(version) }, token);
  } else if (time) {
    const [, year, month, day, hour, minute, second, fraction] = time;
    const text = `${year}-${month}-${day} ${hour}:${minute}:${second}.${fraction}`;
    state.write("TIMESTAMP AS OF");
    state.place({ kind: "expression", expression: { kind: "literal", dataType: STRING, value: text } }, token);
  } else throw invalidLiteral("VERSION", value, "Write table@v3 or table@yyyyMMddHHmmssSSS.");
}

/** AS names a column, a table, columns, a CTE's query, a window, an argument; in CAST it brings the type. */
function rewriteAs(state: Rewriting): true {
  const { cursor, frame } = state;
  if (frame.kind === "cast" && frame.call !== undefined) {
    cursor.at++;
    frame.call.cast = { to: dataTypeAt(cursor).dataType, try: frame.call.name === "try_cast" };
    if (!cursor.sees(")")) throw cursor.error("Expected ) after the type.");
    return true;
  }
  if (frame.kind === "call" && frame.call !== undefined) {
    cursor.at++;
    frame.call.aliases.set(frame.argument, cursor.name("an alias"));
    return true;
  }
  closeRow(state);
  state.keyword("AS", 1, true);
  if (cursor.sees("(")) {
    if (frame.clause === "window") state.open("window", "expression");
  } else placeAlias(state);
  return true;
}

function placeAlias(state: Rewriting): void {
  const { cursor, frame } = state;
  closeRow(state);
  if (frame.clause === "values") frame.clause = "from";
  if (frame.kind === "list" && cursor.peek(-1).upper !== "AS") state.write("AS");
  const token = cursor.peek();
  const name = cursor.name("an alias");
  const span = { start: token.start, end: token.end };
  state.place({ kind: "name", parts: [name], span }, cursor.at - 1);
  state.operandNext = false;
}
