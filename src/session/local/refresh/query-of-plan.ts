/** The plan of a DataFrame as a query of Spark SQL, where it is one. */
import type { Plan } from "../../../dataframe/plan.js";
import type { FromItem, Query, SelectQuery } from "../../../sql/ast.js";
import { parseQuery } from "../../../sql/parse/parse.js";

/** Undefined where the plan has steps that are not written as a query here. */
export function queryOfPlan(plan: Plan): Query | undefined {
  switch (plan.kind) {
    case "sql":
      return parseQuery(plan.text);
    case "table":
      if (Object.keys(plan.options).length > 0) return undefined;
      return selectOf({ kind: "table", name: plan.name, columns: [] });
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
