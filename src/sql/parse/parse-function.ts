/** CREATE FUNCTION and DROP FUNCTION. */
import type { StructField } from "../../schema/data-type.js";
import type { ParameterDefinition, RoutineDefinition, RoutineStatement } from "../routine-statement.js";
import type { Statement } from "../statement.js";
import { seesQuery } from "./clause-text.js";
import { columnDefinition, defaultText } from "./column-definition.js";
import { dataTypeAt } from "./data-type-parser.js";
import { objectName } from "./identifier-clause.js";
import { expressionIn, queryIn } from "./parse-range.js";
import type { TokenCursor } from "./token-cursor.js";
import { unsupported } from "./unsupported-statement.js";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const NAME = "a function's name";

/** Behind CREATE [OR REPLACE] [TEMPORARY] FUNCTION. */
export function parseCreateFunction(
  cursor: TokenCursor,
  how: { readonly orReplace: boolean; readonly temporary: boolean },
): Statement {
  const ifNotExists = cursor.accept("IF", "NOT", "EXISTS");
  const name = objectName(cursor, NAME);
  if (cursor.sees("AS") || cursor.sees("USING")) {
    return unsupported(
      cursor,
      "CREATE FUNCTION of a Java class",
      "Write its body in SQL: CREATE FUNCTION f(x INT) RETURN x + 1.",
    );
  }
  const parameters = cursor.listOf(() => parameter(cursor), true);
  const definition: Mutable<RoutineDefinition> = { parameters, body: "" };
  if (cursor.accept("RETURNS")) definition.returns = returns(cursor);
  for (;;) {
    if (cursor.accept("LANGUAGE")) {
      const language = cursor.name("a language");
      if (language.toUpperCase() !== "SQL") {
        return unsupported(
          cursor,
          `CREATE FUNCTION ... LANGUAGE ${language.toUpperCase()}`,
          "Write its body in SQL, or register a TypeScript function: spark.udf.register.",
        );
      }
    } else if (!characteristic(cursor, definition)) break;
  }
  cursor.expect("RETURN");
  definition.body = body(cursor);
  return { kind: "create-function", name, ifNotExists, ...how, definition };
}

function parameter(cursor: TokenCursor): ParameterDefinition {
  const name = cursor.name("a parameter's name");
  const { dataType } = dataTypeAt(cursor);
  const result: Mutable<ParameterDefinition> = { name, dataType };
  for (;;) {
    if (cursor.accept("DEFAULT")) result.defaultValue = defaultText(cursor);
    else if (cursor.accept("COMMENT")) result.comment = cursor.string("a comment in quotes");
    else if (!cursor.accept("NOT", "NULL")) return result;
  }
}

function returns(cursor: TokenCursor): NonNullable<RoutineDefinition["returns"]> {
  if (!cursor.accept("TABLE")) return { kind: "scalar", dataType: dataTypeAt(cursor).dataType };
  if (!cursor.sees("(")) return { kind: "table" };
  const columns: StructField[] = cursor.listOf(() => columnDefinition(cursor));
  return { kind: "table", columns };
}

/** One property of the function, in any order; false where none stands at the cursor. */
function characteristic(cursor: TokenCursor, definition: Mutable<RoutineDefinition>): boolean {
  if (cursor.accept("NOT", "DETERMINISTIC")) definition.deterministic = false;
  else if (cursor.accept("DETERMINISTIC")) definition.deterministic = true;
  else if (cursor.accept("COMMENT")) definition.comment = cursor.string("a comment in quotes");
  else if (cursor.accept("CONTAINS", "SQL")) definition.sqlDataAccess = "CONTAINS SQL";
  else if (cursor.accept("READS", "SQL", "DATA")) definition.sqlDataAccess = "READS SQL DATA";
  else return cursor.accept("SQL", "SECURITY", "DEFINER") || cursor.accept("SQL", "SECURITY", "INVOKER");
  return true;
}

/** It is parsed, so that a mistake is found where it stands. */
function body(cursor: TokenCursor): string {
  const from = cursor.at;
  if (seesQuery(cursor) && !cursor.sees("(")) queryIn(cursor.list, from, cursor.limit);
  else expressionIn(cursor.list, from, cursor.limit);
  cursor.at = cursor.limit;
  return cursor.text(from, cursor.limit);
}

/** Behind DROP [TEMPORARY] FUNCTION. */
export function parseDropFunction(cursor: TokenCursor, temporary: boolean): RoutineStatement {
  const ifExists = cursor.accept("IF", "EXISTS");
  const name = objectName(cursor, NAME);
  cursor.end();
  return { kind: "drop-function", name, ifExists, temporary };
}

/** Behind DESCRIBE FUNCTION. */
export function parseDescribeFunction(cursor: TokenCursor): RoutineStatement {
  const extended = cursor.accept("EXTENDED");
  const name = cursor.peek().kind === "string" ? [cursor.string()] : operatorOr(cursor);
  cursor.end();
  return { kind: "describe-function", name, extended };
}

function operatorOr(cursor: TokenCursor): readonly string[] {
  return cursor.peek().kind === "symbol" && !cursor.done ? [cursor.next().value] : objectName(cursor, NAME);
}
