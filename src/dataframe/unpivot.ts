/** `unpivot` and `transpose`: columns as rows. */
import { type ColumnOrName, columnText, nameParts, projection } from "./column.js";
import type { Plan } from "./plan.js";
import type { PlanNode } from "./plan-id.js";

/** `names`: those of the column of names and the column of values. */
export function unpivotNode(
  input: Plan,
  ids: ColumnOrName | readonly ColumnOrName[],
  values: ColumnOrName | readonly ColumnOrName[] | undefined,
  names: readonly [string, string],
): PlanNode {
  const list = values === undefined ? undefined : ([values].flat() as ColumnOrName[]).map(columnText);
  return {
    kind: "unpivot",
    input,
    ids: ([ids].flat() as ColumnOrName[]).map(projection),
    ...(list ? { values: list.map((text) => ({ name: nameParts(text).at(-1) ?? text, expression: text })) } : {}),
    names,
  };
}

export function transposeNode(input: Plan, index: ColumnOrName | undefined): PlanNode {
  return { kind: "transpose", input, ...(index === undefined ? {} : { index: columnText(index) }) };
}
