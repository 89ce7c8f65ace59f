/** ORDER BY over what a query gives: after DISTINCT and set operations only its output can be named. */
import { engineName } from "../../schema/engine-type.js";
import type { SortItem } from "../ast.js";
import { orderBySql, type SortTarget } from "./order-by.js";
import type { Environment, OutputColumn } from "./scope.js";

export function orderedRows(
  sql: string,
  output: readonly OutputColumn[],
  orderBy: readonly SortItem[],
  environment: Environment,
): string {
  const alias = engineName(environment.analysis.unique("o"));
  const columns = output.map((one) => ({ ...one, sql: `${alias}.${engineName(one.engineName)}` }));
  const targets = columns.map(
    ({ name, sql: reference, dataType, nullable }): SortTarget => ({
      name,
      value: { sql: reference, dataType, nullable },
    }),
  );
  const order = orderBySql(orderBy, targets, { environment, columns });
  return `SELECT ${columns.map((one) => one.sql).join(", ")} FROM (${sql}) AS ${alias}${order}`;
}
