/** The plan of a DataFrame as a query of Spark SQL, where its steps are those of one. */
import { patternOf } from "../../../dataframe/column-pattern.js";
import type { Plan } from "../../../dataframe/plan.js";
import { mapExpressions, withoutAlias } from "../../../sql/analysis/expression-tree.js";
import type { Expression, FromItem, Query, SelectQuery } from "../../../sql/ast.js";
import { parseExpression, parseQuery } from "../../../sql/parse/parse.js";

/** Undefined where the plan has steps that are not written as a query here. */
export function queryOfPlan(plan: Plan): Query | undefined {
  switch (plan.kind) {
    case "sql":
      return parseQuery(plan.text);
    case "table":
      if (Object.keys(plan.options).length > 0) return undefined;
      return selectOf({ kind: "table", name: plan.name, columns: [] });
    case "filter":
      return over(plan.input, (input) => ({ where: expressionOf(plan.condition, input) }));
    case "project":
      if (plan.expressions.some((one) => patternOf(one) !== undefined)) return undefined;
      return over(plan.input, (input) => ({ projection: plan.expressions.map((one) => expressionOf(one, input)) }));
    case "distinct":
      return plan.columns === undefined ? over(plan.input, () => ({ distinct: true })) : undefined;
    case "aggregate":
      return aggregated(plan);
    case "set":
      return united(plan);
    // Rows of a table have no order.
    case "sort":
      return queryOfPlan(plan.input);
    default:
      return undefined;
  }
}

/** `SELECT * FROM item`, or with another list and condition. */
export function selectOf(item: FromItem, more: Partial<SelectQuery> = {}): SelectQuery {
  return {
    kind: "select",
    distinct: false,
    projection: [{ kind: "star", qualifier: [], except: [] }],
    from: [item],
    lateralViews: [],
    windows: {},
    orderBy: [],
    ...more,
  };
}

/** A step over the rows of another; `isJoin` where a column's name alone does not tell from which side it is. */
function over(input: Plan, step: (isJoin: boolean) => Partial<SelectQuery>): Query | undefined {
  const item = itemOf(input);
  return item && selectOf(item, step(item.kind === "join"));
}

function itemOf(plan: Plan): FromItem | undefined {
  if (plan.kind === "join") return joinOf(plan);
  if (plan.kind === "table" && Object.keys(plan.options).length === 0)
    return { kind: "table", name: plan.name, columns: [] };
  const named = plan.kind === "alias" ? plan.input : plan;
  const query = queryOfPlan(named);
  const alias = plan.kind === "alias" ? { alias: plan.name } : {};
  return query && { kind: "subquery", query, lateral: false, columns: [], ...alias };
}

/** Sides that are joined by names alone; conditions of DataFrames mostly mean columns by the plan that they come from. */
function joinOf({ left, right, type, on, using }: Extract<Plan, { kind: "join" }>): FromItem | undefined {
  const [one, other] = [itemOf(left), itemOf(right)];
  if (one === undefined || other === undefined || on?.includes("`#")) return undefined;
  return {
    kind: "join",
    type,
    natural: false,
    left: one,
    right: other,
    ...(on === undefined ? {} : { on: parseExpression(on) }),
    ...(using === undefined ? {} : { using }),
  };
}

function aggregated(plan: Extract<Plan, { kind: "aggregate" }>): Query | undefined {
  if (plan.grouping !== "groupby" || plan.pivot || (plan.short && plan.short.columns.length === 0)) return undefined;
  const { short } = plan;
  const aggregates = short ? short.columns.map((one) => `${short.name}(\`${one}\`)`) : plan.aggregates;
  return over(plan.input, (isJoin) => {
    const keys = plan.keys.map((one) => expressionOf(one, isJoin));
    const projection = [...keys, ...aggregates.map((one) => expressionOf(one, isJoin))];
    if (keys.length === 0) return { projection };
    return { projection, groupBy: { all: false, sets: [keys.map(withoutAlias)], grouping: false } };
  });
}

function united(plan: Extract<Plan, { kind: "set" }>): Query | undefined {
  const [left, right] = [queryOfPlan(plan.left), queryOfPlan(plan.right)];
  if (left === undefined || right === undefined || plan.allowMissingColumns) return undefined;
  const { operator, all, byName } = plan;
  return { kind: "set", operator, all, byName, left, right, orderBy: [] };
}

/** A column that is meant by its plan (`#12`.`k`) is meant by its name where one input is all that there is. */
function expressionOf(text: string, isJoin: boolean): Expression {
  const plain = (one: Expression): Expression => {
    const isByPlan = one.kind === "column" && one.parts.length > 1 && one.parts[0]?.startsWith("#");
    if (isByPlan && !isJoin) return { ...one, parts: one.parts.slice(1) };
    return mapExpressions(one, plain);
  };
  return plain(parseExpression(text));
}
