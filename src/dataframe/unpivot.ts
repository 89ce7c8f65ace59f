/** `unpivot`: columns as rows of name and value. */
import { quoteName } from "../schema/type-text.js";
import { type ColumnOrName, columnText, nameParts, projection } from "./column.js";
import { stringLiteral } from "./literal.js";
import type { Plan } from "./plan.js";
import type { PlanNode } from "./plan-id.js";

/** `names`: those of the column of names and the column of values. */
export function unpivotNode(
  input: Plan,
  ids: ColumnOrName | readonly ColumnOrName[],
  values: ColumnOrName | readonly ColumnOrName[],
  names: readonly [string, string],
): PlanNode {
  const list = ([values].flat() as ColumnOrName[]).map(columnText);
  const cells = list.flatMap((text) => [stringLiteral(nameParts(text).at(-1) ?? text), text]);
  const kept = ([ids].flat() as ColumnOrName[]).map(projection);
  const stacked = `stack(${[list.length, ...cells].join(", ")}) AS (${names.map(quoteName).join(", ")})`;
  return { kind: "project", input, expressions: [...kept, stacked] };
}
