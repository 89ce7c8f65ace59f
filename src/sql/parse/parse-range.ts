/** Parsing of a range of tokens as a query or an expression: rewriting, the library, our tree. */
import type { Expression, FromItem, Query, WithQuery } from "../ast.js";
import { type LibraryResult, parseWithLibrary } from "./library.js";
import { isNode } from "./library-node.js";
import type { LibraryText } from "./library-text.js";
import { QueryNormaliser } from "./normalise-query.js";
import { type PipeParsers, pipedQuery, pipeRanges } from "./parse-pipes.js";
import { type RangeKind, rewrite } from "./rewrite.js";
import type { NestedParsers } from "./rewriting.js";
import { syntaxError, unsupportedFeature } from "./syntax-error.js";
import { TokenCursor } from "./token-cursor.js";
import type { TokenList } from "./tokens.js";

/** The query that a range of tokens is. */
export function queryIn(list: TokenList, from: number, to: number): Query {
  if (from >= to) throw new TokenCursor(list, from, to).error("Expected a query.");
  const pipes = pipeRanges(list, from, to);
  return pipes === undefined
    ? parseRange(list, from, to, "query")
    : pipedQuery(new TokenCursor(list, from, to), pipes, pipeParsers(list));
}

function pipeParsers(list: TokenList): PipeParsers {
  const nonEmpty = (from: number, to: number, kind: RangeKind): Query => {
    if (from >= to) throw new TokenCursor(list, from, to).error("A step of a pipe is missing here.");
    return parseRange(list, from, to, kind);
  };
  return {
    query: (from, to) => nonEmpty(from, to, "query"),
    items(from, to) {
      const query = nonEmpty(from, to, "expressions");
      if (query.kind !== "select" || query.from.length > 0 || query.orderBy.length > 0 || !isBare(query)) {
        throw new TokenCursor(list, from, to).error("Expected expressions only.", "Write a |> before each clause.");
      }
      return query.projection;
    },
    clauses: (from, to) => nonEmpty(from, to, "clauses"),
  };
}

/** The expression that a range of tokens is. */
export function expressionIn(list: TokenList, from: number, to: number): Expression {
  if (from >= to) throw new TokenCursor(list, from, to).error("Expected an expression.");
  const query = parseRange(list, from, to, "expressions");
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

function parseRange(list: TokenList, from: number, to: number, kind: RangeKind): Query {
  const text = rewrite(new TokenCursor(list, from, to), kind, nestedIn(list));
  return new QueryNormaliser({ text, list }).query(statementOf(list, text));
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

/** The tables of `WITH a AS (...), b AS (...)`, which a range of tokens is, without the query behind them. */
export function commonTables(list: TokenList, from: number, to: number): Pick<WithQuery, "recursive" | "ctes"> {
  const query = parseRange(list, from, to, "common-tables");
  if (query.kind !== "with") throw new TokenCursor(list, from, to).error("Expected WITH name AS (query).");
  return { recursive: query.recursive, ctes: query.ctes };
}

/** What stands in FROM at the cursor, up to a word outside parentheses. */
export function parseSource(cursor: TokenCursor, end: string): FromItem {
  const from = cursor.at;
  while (!cursor.done && !cursor.sees(end))
    cursor.at = cursor.sees("(") ? cursor.closing(cursor.at) + 1 : cursor.at + 1;
  if (cursor.at === from) throw cursor.error("Expected a table or a query.");
  const query = parseRange(cursor.list, from, cursor.at, "source");
  const [item, ...others] = query.kind === "select" && isBare(query) ? query.from : [];
  if (item === undefined || others.length > 0) throw cursor.error("Expected one source.", undefined, from);
  return item;
}
