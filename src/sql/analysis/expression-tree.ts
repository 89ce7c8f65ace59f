/** Walks over expressions without compiling them: the parts of one, the aggregates and names in it. */
import type { CallExpression, Expression, WindowSpec } from "../ast.js";
import { lookupFunction } from "../functions/registry.js";

const QUERIES: readonly Expression["kind"][] = ["exists", "in-query", "scalar-query"];

/** The expressions directly inside; those of subqueries are not. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "alias":
    case "cast":
    case "field":
    case "json-path":
    case "in-query":
      return [expression.operand];
    case "subscript":
      return [expression.operand, expression.index];
    case "case":
      return [
        ...(expression.operand ? [expression.operand] : []),
        ...expression.branches.flatMap(({ when, then }) => [when, then]),
        ...(expression.otherwise ? [expression.otherwise] : []),
      ];
    case "in":
      return [expression.operand, ...expression.values];
    case "lambda":
      return [expression.body];
    case "interval":
      return expression.parts.map((one) => one.value);
    case "row":
      return expression.values;
    case "call":
      return [...expression.args, ...(expression.namedArgs ?? []).map((one) => one.value), ...modifiersOf(expression)];
    default:
      return [];
  }
}

function modifiersOf(call: CallExpression): readonly Expression[] {
  return [
    ...(call.filter ? [call.filter] : []),
    ...(call.withinGroup ?? []).map((one) => one.expression),
    ...(call.over ? windowParts(call.over) : []),
  ];
}

function windowParts(spec: WindowSpec): readonly Expression[] {
  return [...spec.partitionBy, ...spec.orderBy.map((one) => one.expression)];
}

/** True where it contains a subquery. */
export function containsQuery(expression: Expression): boolean {
  return QUERIES.includes(expression.kind) || partsOf(expression).some(containsQuery);
}

/** True where it calls an aggregate, a window function or a generator outside of subqueries. */
export function containsComplexCall(expression: Expression): boolean {
  if (expression.kind === "call") {
    const kind = lookupFunction(expression.name)?.kind;
    if (expression.over || kind === "aggregate" || kind === "window" || kind === "generator") return true;
  }
  return partsOf(expression).some(containsComplexCall);
}

/** True where it calls an aggregate that is not a window function. */
export function hasAggregate(expression: Expression): boolean {
  if (expression.kind === "call" && expression.over === undefined) {
    if (expression.name === "grouping" || expression.name === "grouping_id") return true;
    if (lookupFunction(expression.name)?.kind === "aggregate") return true;
  }
  return partsOf(expression).some(hasAggregate);
}

export function hasSubquery(expression: Expression): boolean {
  if (["scalar-query", "exists", "in-query"].includes(expression.kind)) return true;
  return partsOf(expression).some(hasSubquery);
}

/** The expression without aliases around it. */
export function withoutAlias(expression: Expression): Expression {
  return expression.kind === "alias" ? withoutAlias(expression.operand) : expression;
}

/** The generator call that the item is, or undefined. */
export function generatorOf(item: Expression): CallExpression | undefined {
  const expression = withoutAlias(item);
  if (expression.kind !== "call" || expression.over) return undefined;
  return lookupFunction(expression.name)?.kind === "generator" ? expression : undefined;
}

/** The names in it, those of lambda variables left out. */
export function namesIn(
  expression: Expression,
  bound: ReadonlySet<string> = new Set(),
): readonly (readonly string[])[] {
  if (expression.kind === "column") {
    return bound.has(expression.parts[0]?.toLowerCase() ?? "") ? [] : [expression.parts];
  }
  const inner =
    expression.kind === "lambda"
      ? new Set([...bound, ...expression.parameters.map((one) => one.toLowerCase())])
      : bound;
  return partsOf(expression).flatMap((one) => namesIn(one, inner));
}

/** The expression with each expression directly inside it replaced. */
export function mapExpressions(expression: Expression, change: (one: Expression) => Expression): Expression {
  const changed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(changed);
    if (typeof value !== "object" || value === null) return value;
    if (isExpression(value)) return change(value);
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, changed(one)]));
  };
  // Types and queries inside are not expressions of this scope.
  const entries = Object.entries(expression).map(([key, one]) =>
    key === "query" || key === "to" || key === "dataType" ? [key, one] : [key, changed(one)],
  );
  return Object.fromEntries(entries) as Expression;
}

const KINDS: ReadonlySet<string> = new Set([
  "literal",
  "column",
  "star",
  "call",
  "alias",
  "cast",
  "case",
  "in",
  "in-query",
  "exists",
  "scalar-query",
  "lambda",
  "subscript",
  "field",
  "json-path",
  "interval",
  "parameter",
  "row",
]);

function isExpression(value: object): value is Expression {
  return "kind" in value && typeof value.kind === "string" && KINDS.has(value.kind);
}
