/** Aggregates and window functions whose value a set of rows determines, in whatever order they come. */

import type { CallExpression, SelectQuery } from "../../../sql/ast.js";
import { lookupFunction } from "../../../sql/functions/registry.js";
import { NotIncremental } from "./not-incremental.js";
import { callsIn } from "./query-parts.js";
import { specOf } from "./view-shape.js";

/** Sums of floating point numbers may differ in the last digit, as from one full computation to the next. */
const AGGREGATES: ReadonlySet<string> = new Set(
  [
    "count count_if sum try_sum avg mean try_avg min max bool_and bool_or every any some bit_and bit_or bit_xor",
    "stddev stddev_samp stddev_pop std variance var_samp var_pop covar_samp covar_pop corr skewness kurtosis",
    "regr_count regr_avgx regr_avgy regr_sxx regr_sxy regr_syy regr_slope regr_intercept regr_r2",
    "percentile median percentile_cont percentile_disc",
  ]
    .join(" ")
    .split(" "),
);
const RANKS: ReadonlySet<string> = new Set(["rank", "dense_rank", "percent_rank", "cume_dist"]);

/** Throws NotIncremental for a function of the block whose value the order of rows decides. */
export function checkDetermined(block: SelectQuery): void {
  const expressions = [
    ...block.projection,
    ...[block.having, block.qualify].filter((one) => one !== undefined),
    ...block.orderBy.map((one) => one.expression),
  ];
  for (const call of expressions.flatMap(callsIn)) {
    if (call.over) checkWindow(call, block);
    else if (lookupFunction(call.name)?.kind === "aggregate" && !AGGREGATES.has(call.name)) throw ordered(call.name);
  }
}

function checkWindow(call: CallExpression, block: SelectQuery): void {
  const { frame } = specOf(call.over ?? { partitionBy: [], orderBy: [] }, block);
  if (!RANKS.has(call.name) && !AGGREGATES.has(call.name)) throw ordered(call.name);
  if (frame?.unit === "rows")
    throw new NotIncremental(`the frame of ${call.name} counts rows, whose order ties leave open`);
}

function ordered(name: string): NotIncremental {
  return new NotIncremental(`the order of rows decides what ${name} gives`);
}
