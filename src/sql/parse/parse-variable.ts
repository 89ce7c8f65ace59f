/** DECLARE VARIABLE, SET VAR, DROP TEMPORARY VARIABLE and EXECUTE IMMEDIATE. */
import type { Expression } from "../ast.js";
import type { SessionStatement, StatementArgument, VariableAssignment } from "../session-statement.js";
import { expressionTokens, seesQuery } from "./clause-text.js";
import { dataTypeAt } from "./data-type-parser.js";
import { objectName } from "./identifier-clause.js";
import { expressionIn, queryIn } from "./parse-range.js";
import type { TokenCursor } from "./token-cursor.js";

const VARIABLE = "a variable's name";

/** Behind DECLARE: `[OR REPLACE] [VARIABLE] name [type] [{DEFAULT | =} expression]`. */
export function parseDeclare(cursor: TokenCursor): SessionStatement {
  const orReplace = cursor.accept("OR", "REPLACE");
  const named = cursor.peek(1).kind === "word" || cursor.peek(1).kind === "quoted";
  if (named) cursor.acceptOneOf("VARIABLE", "VAR");
  const variable = objectName(cursor, VARIABLE);
  const typed = !cursor.done && !cursor.sees("DEFAULT") && !cursor.sees("=");
  const dataType = typed ? { dataType: dataTypeAt(cursor).dataType } : {};
  const given = cursor.acceptOneOf("DEFAULT", "=") !== undefined;
  if (!given && !typed) throw cursor.error("Expected the variable's type, or DEFAULT and a value.");
  const defaultValue = given ? { defaultValue: expressionUpTo(cursor, []) } : {};
  cursor.end();
  return { kind: "declare-variable", variable, orReplace, ...dataType, ...defaultValue };
}

/** Behind SET VAR or SET VARIABLE. */
export function parseSetVariable(cursor: TokenCursor): SessionStatement {
  if (cursor.sees("(")) return variablesFromQuery(cursor);
  const assignments: VariableAssignment[] = [];
  do {
    const variable = objectName(cursor, VARIABLE);
    cursor.expect("=");
    const next = cursor.peek(1).upper;
    const isDefault = cursor.sees("DEFAULT") && (next === "" || next === ",");
    if (isDefault) cursor.at++;
    assignments.push(isDefault ? { variable } : { variable, value: expressionUpTo(cursor, [","]) });
  } while (cursor.accept(","));
  cursor.end();
  return { kind: "set-variable", assignments };
}

/** `(a, b) = (SELECT ...)` */
function variablesFromQuery(cursor: TokenCursor): SessionStatement {
  const variables = cursor.listOf(() => objectName(cursor, VARIABLE));
  cursor.expect("=");
  if (!cursor.sees("(") || !seesQuery(cursor)) throw cursor.error("Expected a query in parentheses.");
  const close = cursor.closing(cursor.at);
  const query = queryIn(cursor.list, cursor.at + 1, close);
  cursor.at = close + 1;
  cursor.end();
  return { kind: "set-variables-from-query", variables, query };
}

/** Behind DROP TEMPORARY VARIABLE. */
export function parseDropVariable(cursor: TokenCursor): SessionStatement {
  const ifExists = cursor.accept("IF", "EXISTS");
  const variable = objectName(cursor, VARIABLE);
  cursor.end();
  return { kind: "drop-variable", variable, ifExists };
}

/** Behind EXECUTE: `IMMEDIATE statement [INTO variables] [USING values]`, the last two in any order. */
export function parseExecute(cursor: TokenCursor): SessionStatement {
  cursor.expect("IMMEDIATE");
  const statement = expressionUpTo(cursor, ["INTO", "USING"]);
  let into: readonly (readonly string[])[] = [];
  let using: readonly StatementArgument[] = [];
  for (;;) {
    if (cursor.accept("INTO")) into = separated(cursor, () => objectName(cursor, VARIABLE));
    else if (cursor.accept("USING")) using = argumentsAt(cursor);
    else break;
  }
  cursor.end();
  return { kind: "execute-immediate", statement, into, using };
}

function argumentsAt(cursor: TokenCursor): readonly StatementArgument[] {
  const close = cursor.sees("(") ? cursor.closing(cursor.at) : undefined;
  const following = close === undefined ? "" : (cursor.list.tokens[close + 1]?.upper ?? "");
  // (a, b) is the list itself; (a) + 1 is its first value.
  if (close === undefined || (close + 1 < cursor.limit && following !== "INTO"))
    return separated(cursor, () => argument(cursor));
  const inner = cursor.within(close);
  inner.at++;
  const values = separated(inner, () => argument(inner));
  inner.end();
  cursor.at = close + 1;
  return values;
}

function argument(cursor: TokenCursor): StatementArgument {
  const value = expressionUpTo(cursor, [",", "INTO", "USING"]);
  if (value.kind !== "alias") return { value };
  const [name] = value.names;
  return name === undefined ? { value: value.operand } : { name, value: value.operand };
}

function expressionUpTo(cursor: TokenCursor, ends: readonly string[]): Expression {
  const [from, to] = expressionTokens(cursor, ends);
  return expressionIn(cursor.list, from, to);
}

function separated<T>(cursor: TokenCursor, item: () => T): readonly T[] {
  const items = [item()];
  while (cursor.accept(",")) items.push(item());
  return items;
}
