/** The face of the parser: Spark SQL text to trees and statements, and trees back to text. */
import { type DataType, type StructType, struct } from "../../schema/data-type.js";
import type { Expression, Query } from "../ast.js";
import type { ParsedStatement } from "../statement.js";
import { columnDefinition } from "./column-definition.js";
import { dataTypeAt } from "./data-type-parser.js";
import { expressionIn, queryIn } from "./parse-range.js";
import { parseStatement } from "./parse-statement.js";
import { ParsedTexts } from "./parsed-texts.js";
import { statementRanges } from "./statement-ranges.js";
import { TokenCursor } from "./token-cursor.js";
import { tokenize } from "./tokens.js";

export { loadParser } from "./library.js";
export { prettyName } from "./pretty-name.js";
export { expressionText } from "./sql-text.js";
export { quoteString } from "./string-literal.js";

/**
 * Parses a query. `loadParser()` must have been awaited.
 * @throws PARSE_SYNTAX_ERROR with line, column and the piece of text; UNSUPPORTED_FEATURE.* for Spark SQL that lakelet lacks
 */
export function parseQuery(text: string): Query {
  const list = tokenize(text);
  return queryIn(list, 0, list.tokens.length);
}

const expressions = new ParsedTexts<Expression>();

/**
 * Parses an expression, which may bear an alias. Equal texts may give the same tree.
 * @example parseExpression("amount * 2") // { kind: "call", name: "*", ... }
 */
export function parseExpression(text: string): Expression {
  return expressions.get(text, parsedExpression);
}

function parsedExpression(text: string): Expression {
  const list = tokenize(text);
  return expressionIn(list, 0, list.tokens.length);
}

/** One statement of a text, unparsed: its text and offsets. */
export interface StatementText {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts a text into its statements at the semicolons that end them; comments, strings and BEGIN ... END blocks are respected.
 * Empty statements are left out.
 */
export function splitStatements(text: string): StatementText[] {
  const list = tokenize(text);
  return statementRanges(list).map(([from, to]) => {
    const start = list.tokens[from]?.start ?? 0;
    const end = list.tokens[to - 1]?.end ?? start;
    return { text: text.slice(start, end), start, end };
  });
}

/**
 * Parses the statements of a text. `loadParser()` must have been awaited.
 * @throws PARSE_SYNTAX_ERROR with line and column in the whole text
 * @example parseStatements("SET a = 1; SELECT 2").map(({ statement }) => statement.kind) // ["set", "query"]
 */
export function parseStatements(text: string): ParsedStatement[] {
  return [...eachStatement(text)];
}

/** The same, one after the other: those before one that is wrong are given before its error is thrown. */
export function* eachStatement(text: string): Generator<ParsedStatement> {
  const list = tokenize(text);
  for (const [from, to] of statementRanges(list)) {
    const start = list.tokens[from]?.start ?? 0;
    const end = list.tokens[to - 1]?.end ?? start;
    yield { statement: parseStatement(new TokenCursor(list, from, to)), text: text.slice(start, end), start, end };
  }
}

/** Parses a type. @example parseDataType("array<decimal(10,2)>") */
export function parseDataType(text: string): DataType {
  const cursor = new TokenCursor(tokenize(text));
  const { dataType } = dataTypeAt(cursor);
  cursor.end();
  return dataType;
}

/**
 * Parses a schema as DDL. CHAR and VARCHAR columns are strings that keep their length in the metadata, as Spark does.
 * @example parseSchema("id BIGINT NOT NULL COMMENT 'key', tags ARRAY<STRING>")
 */
export function parseSchema(text: string): StructType {
  const cursor = new TokenCursor(tokenize(text));
  if (cursor.sees("STRUCT", "<") || cursor.sees("STRUCT", "<>")) {
    const { dataType } = dataTypeAt(cursor);
    cursor.end();
    if (dataType.kind === "struct") return dataType;
  }
  const fields = cursor.done ? [] : [columnDefinition(cursor)];
  while (cursor.accept(",")) fields.push(columnDefinition(cursor));
  cursor.end();
  return struct(fields);
}

/** Parses a dotted name with backticks. @example parseIdentifier("a.`b c`.d") // ["a", "b c", "d"] */
export function parseIdentifier(text: string): string[] {
  const cursor = new TokenCursor(tokenize(text));
  const names = cursor.names();
  cursor.end();
  return names;
}
