/** Walks over expanded queries: the items of FROM in them, what stands in a query's place, and what kind of step a query is. */
import { hasAggregate, mapExpressions, partsOf } from "../../../sql/analysis/expression-tree.js";
import type { CallExpression, Expression, FromItem, Query, SelectQuery } from "../../../sql/ast.js";

/** Every item of FROM that reads rows by name, however deep, those in expressions' subqueries included. */
export function readItems(query: Query): readonly FromItem[] {
  switch (query.kind) {
    case "select":
      return [...query.from.flatMap(itemsIn), ...expressionsOf(query).flatMap(itemsOfExpression)];
    case "set":
      return [...readItems(query.left), ...readItems(query.right)];
    case "values":
      return query.rows.flat().flatMap(itemsOfExpression);
    case "with":
      return [...query.ctes.flatMap((one) => readItems(one.query)), ...readItems(query.body)];
  }
}

export function itemsIn(item: FromItem): readonly FromItem[] {
  switch (item.kind) {
    case "table":
      return [item];
    case "subquery":
      return readItems(item.query);
    case "join":
      return [...itemsIn(item.left), ...itemsIn(item.right), ...(item.on ? itemsOfExpression(item.on) : [])];
    case "pivot":
    case "unpivot":
      return itemsIn(item.input);
    case "function":
      return [item, ...itemsOfExpression(item.call)];
  }
}

export function itemsOfExpression(expression: Expression): readonly FromItem[] {
  const own = "query" in expression ? readItems(expression.query) : [];
  return [...own, ...partsOf(expression).flatMap(itemsOfExpression)];
}

/** The expressions of a block itself. */
export function expressionsOf(query: SelectQuery): readonly Expression[] {
  return [
    ...query.projection,
    ...query.lateralViews.map((one) => one.generator),
    ...[query.where, query.having, query.qualify].filter((one) => one !== undefined),
    ...(query.groupBy?.sets.flat() ?? []),
    ...query.orderBy.map((one) => one.expression),
  ];
}

/** The item with each table in it replaced; subqueries in expressions stay. */
export function mapItems(item: FromItem, change: (table: FromItem) => FromItem): FromItem {
  switch (item.kind) {
    case "table":
      return change(item);
    case "subquery":
      return { ...item, query: mapTables(item.query, change) };
    case "join":
      return { ...item, left: mapItems(item.left, change), right: mapItems(item.right, change) };
    case "pivot":
    case "unpivot":
      return { ...item, input: mapItems(item.input, change) };
    case "function":
      return item;
  }
}

function mapTables(query: Query, change: (table: FromItem) => FromItem): Query {
  if (query.kind === "select") return { ...query, from: query.from.map((item) => mapItems(item, change)) };
  if (query.kind === "set")
    return { ...query, left: mapTables(query.left, change), right: mapTables(query.right, change) };
  return query;
}

/** The query with that item of its FROM, which may lie deep in it, replaced by another. */
export function withItem(item: FromItem, old: FromItem, other: FromItem): FromItem {
  if (item === old) return other;
  if (item.kind !== "join") return item;
  return { ...item, left: withItem(item.left, old, other), right: withItem(item.right, old, other) };
}

/** The calls in it that are aggregates or have OVER, those inside of subqueries left out. */
export function callsIn(expression: Expression): readonly CallExpression[] {
  const own = expression.kind === "call" ? [expression] : [];
  return [...own, ...partsOf(expression).flatMap(callsIn)];
}

export type Step = "rows" | "groups" | "distinct" | "windows";

/** What a block does with the rows of its FROM; a text says what forbids to look at it by parts. */
export function stepOf(query: SelectQuery): Step | { readonly reason: string } {
  if (query.limit || query.offset) return { reason: "LIMIT and OFFSET take rows of the whole" };
  if (query.pipe) return { reason: "it is written in pipe syntax" };
  const calls = [...query.projection, ...(query.qualify ? [query.qualify] : [])].flatMap(callsIn);
  const isWindowed = calls.some((one) => one.over);
  const isGrouped = query.groupBy !== undefined || query.having !== undefined || query.projection.some(hasAggregate);
  if (isGrouped && (isWindowed || query.qualify)) return { reason: "it has window functions over aggregates" };
  if (isGrouped && query.distinct) return { reason: "it takes DISTINCT of aggregates" };
  if (isGrouped) return "groups";
  if (isWindowed && query.distinct) return { reason: "it takes DISTINCT of window functions" };
  if (isWindowed || query.qualify) return "windows";
  return query.distinct ? "distinct" : "rows";
}

/** The same text of two expressions, wherever in a statement they stand. */
export function sameExpression(one: Expression, other: Expression): boolean {
  return textOf(one) === textOf(other);
}

function textOf(expression: Expression): string {
  const plain = (one: Expression): Expression => {
    const { span: _, ...rest } = mapExpressions(one, plain) as Expression & { span?: unknown };
    return rest.kind === "column" ? { ...rest, parts: rest.parts.map((part) => part.toLowerCase()) } : rest;
  };
  return JSON.stringify(plain(expression));
}
