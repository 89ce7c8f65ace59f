/** Parsing of queries and expressions: tokens, rewriting, the library, our tree. */
import { type DataType, type StructType, struct } from "../../schema/data-type.js";
import type { Expression, Query } from "../ast.js";
import { columnDefinition } from "./column-definition.js";
import { dataTypeAt } from "./data-type-parser.js";
import { type LibraryResult, parseWithLibrary } from "./library.js";
import { isNode, type LibraryTree } from "./library-node.js";
import type { LibraryText } from "./library-text.js";
import { QueryNormaliser } from "./normalise-query.js";
import { rewrite } from "./rewrite.js";
import type { NestedParsers } from "./rewriting.js";
import { syntaxError, unsupportedFeature } from "./syntax-error.js";
import { TokenCursor } from "./token-cursor.js";
import { type TokenList, tokenize } from "./tokens.js";

export { loadParser } from "./library.js";
export { prettyName } from "./pretty-name.js";
export { expressionText, queryText } from "./sql-text.js";
export { quoteString } from "./string-literal.js";

/**
 * Parses a query. `loadParser()` must have been awaited.
 * @throws PARSE_SYNTAX_ERROR with line, column and the piece of text; UNSUPPORTED_FEATURE.* for Spark SQL that lakelet lacks
 */
export function parseQuery(text: string): Query {
  const list = tokenize(text);
  return queryIn(list, 0, list.tokens.length);
}

/**
 * Parses an expression, which may bear an alias.
 * @example parseExpression("amount * 2") // { kind: "call", name: "*", ... }
 */
export function parseExpression(text: string): Expression {
  const list = tokenize(text);
  return expressionIn(list, 0, list.tokens.length);
}

/** The query that a range of tokens is. */
export function queryIn(list: TokenList, from: number, to: number): Query {
  const cursor = new TokenCursor(list, from, to);
  if (cursor.done) throw cursor.error("Expected a query.");
  const text = rewrite(cursor, "query", nestedIn(list));
  return normaliserOf(list, text).query(statementOf(list, text));
}

/** The expression that a range of tokens is. */
export function expressionIn(list: TokenList, from: number, to: number): Expression {
  const cursor = new TokenCursor(list, from, to);
  if (cursor.done) throw cursor.error("Expected an expression.");
  const text = rewrite(cursor, "expressions", nestedIn(list));
  const query = normaliserOf(list, text).query(statementOf(list, text));
  const single = query.kind === "select" && query.from.length === 0 && query.orderBy.length === 0 && isBare(query);
  const [expression, ...others] = query.kind === "select" ? query.projection : [];
  if (!single || expression === undefined || others.length > 0) {
    throw new TokenCursor(list, from, to).error("Expected one expression.", "Put a query in parentheses.");
  }
  return expression;
}

function isBare(query: Extract<Query, { kind: "select" }>): boolean {
  const clauses = [query.where, query.groupBy, query.having, query.qualify, query.limit, query.offset];
  return clauses.every((clause) => clause === undefined) && !query.distinct && query.lateralViews.length === 0;
}

function nestedIn(list: TokenList): NestedParsers {
  return {
    expression: (from, to) => expressionIn(list, from, to),
    query: (from, to) => queryIn(list, from, to),
  };
}

function normaliserOf(list: TokenList, text: LibraryText): QueryNormaliser {
  const tree: LibraryTree = { text, list };
  return new QueryNormaliser(tree);
}

function statementOf(list: TokenList, text: LibraryText): unknown {
  const result = parseWithLibrary(text.toString());
  if (!result.success) throw libraryError(list, text, result);
  const [statement, ...others] = result.statements;
  if (!isNode(statement) || others.length > 0) throw syntaxError(list.source, 0, "Expected one query.");
  return statement;
}

function libraryError(list: TokenList, text: LibraryText, failure: Extract<LibraryResult, { success: false }>): Error {
  if (failure.message.includes("E_GUARD")) {
    return unsupportedFeature(
      "STATEMENT_DEPTH",
      "SQL nested or chained this deeply",
      "Split it with WITH queries or temporary views.",
    );
  }
  const token = list.tokens[text.tokenAt(failure.offset)];
  const reason = /Expected (\w+), got/.exec(failure.message)?.[1];
  const expected = reason === undefined ? "This does not fit here." : `Expected ${reason.toUpperCase()}.`;
  return syntaxError(list.source, token?.start ?? list.source.length, expected);
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
