/** Conditions on a subquery's rows as conditions on the rows behind its FROM, where that is surely the same. */
import type { Expression, SelectQuery } from "../ast.js";
import { generatorOf, hasAggregate, partsOf, withoutAlias } from "./expression-tree.js";

/** A column's name elsewhere; undefined where it has none there. */
export type Names = (parts: readonly string[]) => readonly string[] | undefined;

/** The conditions that can be said of the rows behind the query's FROM, in its names. */
export function pushedInto(query: SelectQuery, conditions: readonly Expression[]): readonly Expression[] {
  if (conditions.length === 0 || !letsThrough(query)) return [];
  return renameAll(conditions, (parts) => nameBehind(parts, query));
}

/** The conditions that name the subquery of that alias, in the names of its output. */
export function withoutQualifier(conditions: readonly Expression[], alias: string | undefined): readonly Expression[] {
  return renameAll(conditions, (parts) => {
    if (parts.length === 1) return parts;
    return alias !== undefined && parts[0]?.toLowerCase() === alias.toLowerCase() ? parts.slice(1) : undefined;
  });
}

/** What decides of a query which of its output's conditions can be said of its input. */
type Projecting = Pick<SelectQuery, "projection" | "from" | "groupBy" | "having" | "qualify" | "limit" | "offset">;

/** False where a row's being there changes other rows of the output. */
export function letsThrough(query: Projecting): boolean {
  if (query.groupBy || query.having || query.qualify || query.limit || query.offset) return false;
  return !query.projection.some((item) => hasAggregate(item) || hasWindow(item) || generatorOf(item) !== undefined);
}

function hasWindow(expression: Expression): boolean {
  return (expression.kind === "call" && expression.over !== undefined) || partsOf(expression).some(hasWindow);
}

export function nameBehind(parts: readonly string[], query: Projecting): readonly string[] | undefined {
  const [name = "", ...fields] = parts;
  const wanted = name.toLowerCase();
  const items = query.projection.filter((one) => outputName(one)?.toLowerCase() === wanted);
  const [item] = items;
  if (items.length > 1) return undefined;
  if (item) {
    const behind = withoutAlias(item);
    return behind.kind === "column" ? [...behind.parts, ...fields] : undefined;
  }
  if (!query.projection.every((one) => outputName(one) !== undefined || one.kind === "star")) return undefined;
  const single = query.from.length === 1 && query.from[0]?.kind !== "join";
  const star = query.projection.find((one) => one.kind === "star" && (one.qualifier.length === 0 || single));
  if (star?.kind !== "star" || star.except.some((one) => one.toLowerCase() === wanted)) return undefined;
  return parts;
}

function outputName(item: Expression): string | undefined {
  if (item.kind === "alias") return item.names.length === 1 ? item.names[0] : undefined;
  return item.kind === "column" ? item.parts.at(-1) : undefined;
}

/** The conditions in other names, those left out in which a name has none. */
export function renameAll(conditions: readonly Expression[], names: Names): readonly Expression[] {
  return conditions.flatMap((one) => rename(one, names) ?? []);
}

/** The expression with other names, undefined where a name has none or a subquery could hold names. */
function rename(expression: Expression, names: Names): Expression | undefined {
  switch (expression.kind) {
    case "column": {
      const parts = names(expression.parts);
      return parts && { kind: "column", parts };
    }
    case "literal":
    case "parameter":
    case "interval":
      return expression;
    case "cast":
    case "field": {
      const operand = rename(expression.operand, names);
      return operand && { ...expression, operand };
    }
    case "in": {
      const operand = rename(expression.operand, names);
      const values = renameEach(expression.values, names);
      return operand && values && { ...expression, operand, values };
    }
    case "call": {
      const args = expression.over || expression.filter ? undefined : renameEach(expression.args, names);
      return args && { ...expression, args };
    }
    default:
      return undefined;
  }
}

function renameEach(expressions: readonly Expression[], names: Names): readonly Expression[] | undefined {
  const renamed = renameAll(expressions, names);
  return renamed.length === expressions.length ? renamed : undefined;
}
