/** GROUP BY as written, to the expressions that it means: positions, aliases, ALL. */
import type { Expression, GroupBy } from "../ast.js";
import { unsupportedFeature } from "../functions/function-errors.js";
import { analysisError } from "./analysis-errors.js";
import { generatorOf, hasAggregate } from "./expression-tree.js";
import { fingerprint } from "./fingerprint.js";
import type { GroupingSets } from "./grouping.js";
import { findColumn } from "./name-resolution.js";
import type { Item } from "./projection.js";
import type { Scope } from "./scope.js";

const NO_KEYS: GroupingSets = { sets: [[]], grouping: false, implicit: true };

/** Throws GROUP_BY_POS_OUT_OF_RANGE, GROUP_BY_POS_AGGREGATE, GROUP_BY_AGGREGATE. */
export function groupingSets(groupBy: GroupBy | undefined, items: readonly Item[], input: Scope): GroupingSets {
  if (!groupBy) return NO_KEYS;
  if (groupBy.all) {
    const keys = items.filter((one) => !hasAggregate(one.expression) && !generatorOf(one.expression));
    return { sets: [keys.map((one) => one.expression)], grouping: false, implicit: false };
  }
  const sets = groupBy.sets.map((set) => set.flatMap((one) => meaning(one, items, input)));
  if (groupBy.grouping) refuseRepeated(groupBy.sets, items, input);
  return { sets: sets.length > 0 ? sets : [[]], grouping: groupBy.grouping, implicit: false };
}

/** To Spark a column and its alias are two keys, either of which is NULL where a set leaves it out. */
function refuseRepeated(sets: GroupBy["sets"], items: readonly Item[], input: Scope): void {
  const written = sets.flat().flatMap((one) => (one.kind === "row" ? one.values : [one]));
  const byItem = new Map<string, boolean>();
  for (const key of written) {
    const [expression] = meaning(key, items, input);
    if (expression === undefined) continue;
    const aliased = items.some((one) => one.aliased && one.expression === expression);
    const print = fingerprint(expression, input);
    if (byItem.get(print) === !aliased) {
      throw unsupportedFeature("A key is given by itself and by its alias or place.", "Name it one way in GROUP BY.");
    }
    byItem.set(print, aliased);
  }
}

function meaning(key: Expression, items: readonly Item[], input: Scope): readonly Expression[] {
  if (key.kind === "literal" && key.dataType.kind === "integer") return [byPosition(Number(key.value), items)];
  if (key.kind === "row") return key.values.flatMap((one) => meaning(one, items, input));
  if (hasAggregate(key)) {
    throw analysisError("GROUP_BY_AGGREGATE", "42903", "Aggregate functions are not allowed in GROUP BY.");
  }
  if (key.kind !== "column" || key.parts.length !== 1 || findColumn(key.parts, input.columns)) return [key];
  const name = key.parts[0]?.toLowerCase();
  const alias = items.find((one) => one.aliased && one.name.toLowerCase() === name);
  if (!alias) return [key];
  if (hasAggregate(alias.expression)) {
    throw analysisError(
      "GROUP_BY_AGGREGATE",
      "42903",
      `Aggregate functions are not allowed in GROUP BY, but found the alias \`${alias.name}\` of one.`,
    );
  }
  return [alias.expression];
}

function byPosition(index: number, items: readonly Item[]): Expression {
  const item = items[index - 1];
  if (!item) {
    throw analysisError(
      "GROUP_BY_POS_OUT_OF_RANGE",
      "42805",
      `GROUP BY position ${index} is not in the select list (valid range is [1, ${items.length}]).`,
      { parameters: { index: String(index), size: String(items.length) } },
    );
  }
  if (hasAggregate(item.expression)) {
    throw analysisError(
      "GROUP_BY_POS_AGGREGATE",
      "42903",
      `GROUP BY ${index} refers to an expression that contains an aggregate function.`,
      { parameters: { index: String(index) } },
    );
  }
  return item.expression;
}
