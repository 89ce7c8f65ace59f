/** Window functions inside the arguments or the OVER of others: computed below them, one SELECT for each level. */
import type { Expression } from "../ast.js";
import { type Block, extend } from "./block.js";
import { compileExpression } from "./expression.js";
import { mapExpressions, partsOf } from "./expression-tree.js";
import { columnById, type Scope } from "./scope.js";

/** The block with the inner calls as columns, and the expressions with these in their place. */
export function computeInnerWindows(
  before: Block,
  expressions: readonly Expression[],
  scopeOf: (block: Block) => Scope,
): { readonly block: Block; readonly expressions: readonly Expression[] } {
  const calls = [...new Set(expressions.flatMap((one) => innermost(one, false)))];
  if (calls.length === 0) return { block: before, expressions };
  const added = calls.map((call) => ({
    name: "inner",
    value: (base: Block) => compileExpression(call, scopeOf(base)),
  }));
  const extended = extend(before, added, scopeOf(before).environment.analysis);
  const columns = new Map(calls.map((call, i) => [call, columnById(extended.added[i]?.id ?? "")]));
  const replaced = (one: Expression): Expression => columns.get(one) ?? mapExpressions(one, replaced);
  return computeInnerWindows(extended.block, expressions.map(replaced), scopeOf);
}

/** Window calls that stand in another and have none in themselves. */
function innermost(expression: Expression, within: boolean): readonly Expression[] {
  const isWindow = expression.kind === "call" && expression.over !== undefined;
  const deeper = partsOf(expression).flatMap((one) => innermost(one, within || isWindow));
  return deeper.length > 0 || !isWindow || !within ? deeper : [expression];
}
