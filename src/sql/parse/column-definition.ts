/** Column definitions of CREATE TABLE and of schemas in DDL, with the field metadata that Delta keeps for them. */
import { field, type StructField } from "../../schema/data-type.js";
import { expressionText } from "./clause-text.js";
import { CHAR_VARCHAR_METADATA, dataTypeAt } from "./data-type-parser.js";
import { unsupportedFeature } from "./syntax-error.js";
import type { TokenCursor } from "./token-cursor.js";

type Metadata = Record<string, unknown>;

/**
 * The column at the cursor: `name type [NOT NULL] [COMMENT '...'] [DEFAULT ...] [GENERATED ...]`, the parts after the type in any order.
 * Metadata keys are Delta's and Spark's: comment, CURRENT_DEFAULT, delta.generationExpression, delta.identity.*.
 */
export function columnDefinition(cursor: TokenCursor): StructField {
  const name = cursor.name("a column name");
  cursor.accept(":");
  return columnDefinitionAt(cursor, name);
}

/**
 * The same behind the column's name.
 * @param constraint steps over a constraint of the column where one may stand; others are refused by name
 */
export function columnDefinitionAt(
  cursor: TokenCursor,
  name: string,
  constraint?: (cursor: TokenCursor) => boolean,
): StructField {
  const type = dataTypeAt(cursor);
  const metadata: Metadata = type.bounded ? { [CHAR_VARCHAR_METADATA]: type.text } : {};
  let nullable = true;
  for (;;) {
    if (cursor.accept("NOT", "NULL")) nullable = false;
    else if (cursor.accept("NULL")) nullable = true;
    else if (cursor.accept("COMMENT")) metadata.comment = cursor.string("a comment in quotes");
    else if (cursor.accept("DEFAULT")) metadata.CURRENT_DEFAULT = defaultText(cursor);
    else if (cursor.accept("GENERATED")) generated(cursor, metadata);
    else if (constraint?.(cursor)) continue;
    else if (isConstraint(cursor)) throw constraintRefused(cursor);
    else return field(name, type.dataType, nullable, metadata);
  }
}

/**
 * `(column, column)` items, until the parenthesis closes.
 * @param constraints receives `CONSTRAINT name CHECK (condition)` where they may stand; others are refused by name
 */
export function columnDefinitions(cursor: TokenCursor, constraints?: Record<string, string>): StructField[] {
  const columns: StructField[] = [];
  cursor.listOf(() => {
    if (constraints !== undefined && checkConstraint(cursor, constraints)) return;
    if (cursor.sees("CONSTRAINT") || (isConstraint(cursor) && cursor.peek(1).upper !== ","))
      throw constraintRefused(cursor);
    columns.push(columnDefinition(cursor));
  });
  return columns;
}

function checkConstraint(cursor: TokenCursor, constraints: Record<string, string>): boolean {
  if (!cursor.sees("CONSTRAINT") || cursor.peek(2).upper !== "CHECK" || cursor.peek(3).upper !== "(") return false;
  cursor.at++;
  const name = cursor.name("a constraint's name");
  cursor.expect("CHECK", "(");
  constraints[name] = expressionText(cursor, [")"]);
  cursor.expect(")");
  return true;
}

const CONSTRAINTS: readonly (readonly string[])[] = [
  ["PRIMARY", "KEY"],
  ["FOREIGN", "KEY"],
  ["CONSTRAINT"],
  ["CHECK", "("],
  ["MASK"],
];

function isConstraint(cursor: TokenCursor): boolean {
  return CONSTRAINTS.some((words) => cursor.sees(...words));
}

function constraintRefused(cursor: TokenCursor): Error {
  return unsupportedFeature(
    "TABLE_CONSTRAINT",
    `${cursor.peek().upper} in a table definition`,
    "Leave it out; NOT NULL and CONSTRAINT name CHECK (condition) are kept, other rules are expectations of the writes.",
  );
}

/** The text of a default: all up to the next part of the definition. */
export function defaultText(cursor: TokenCursor): string {
  const start = cursor.at;
  while (!cursor.done && !endsDefault(cursor)) {
    cursor.at = cursor.sees("(") || cursor.sees("[") ? cursor.closing(cursor.at) + 1 : cursor.at + 1;
  }
  if (cursor.at === start) throw cursor.error("Expected a value after DEFAULT.");
  return cursor.text(start, cursor.at);
}

function endsDefault(cursor: TokenCursor): boolean {
  return (
    [",", ")", "COMMENT", "GENERATED", "FIRST", "AFTER"].some((word) => cursor.sees(word)) ||
    cursor.sees("NOT", "NULL") ||
    isConstraint(cursor)
  );
}

function generated(cursor: TokenCursor, metadata: Metadata): void {
  const byDefault = cursor.accept("BY", "DEFAULT");
  if (!byDefault) cursor.expect("ALWAYS");
  cursor.expect("AS");
  if (cursor.accept("IDENTITY")) {
    identity(cursor, metadata, byDefault);
    return;
  }
  if (!cursor.sees("(")) throw cursor.error("Expected ( and the generation expression.");
  const close = cursor.closing(cursor.at);
  metadata["delta.generationExpression"] = cursor.text(cursor.at + 1, close);
  cursor.at = close + 1;
}

function identity(cursor: TokenCursor, metadata: Metadata, byDefault: boolean): void {
  let start = 1;
  let step = 1;
  if (cursor.accept("(")) {
    while (!cursor.accept(")")) {
      cursor.accept(",");
      if (cursor.accept("START", "WITH")) start = signedInteger(cursor);
      else if (cursor.accept("INCREMENT", "BY")) step = signedInteger(cursor);
      else throw cursor.error("Expected START WITH or INCREMENT BY.");
    }
  }
  metadata["delta.identity.start"] = start;
  metadata["delta.identity.step"] = step;
  metadata["delta.identity.allowExplicitInsert"] = byDefault;
}

function signedInteger(cursor: TokenCursor): number {
  return cursor.accept("-") ? -cursor.integer() : cursor.integer();
}
