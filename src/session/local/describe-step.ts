/** `describe` and `summary` as one Spark SQL query: a row a statistic, every value as text. */
import { literalText } from "../../dataframe/literal.js";
import type { Plan } from "../../dataframe/plan.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { quoteName } from "../../schema/type-text.js";
import type { Attribute, Relation } from "../../sql/relation.js";
import { attributesNamed, visible } from "./compiled-plan.js";
import { isNumeric } from "./null-steps.js";

const AGGREGATES: Readonly<Record<string, string>> = {
  count: "count",
  mean: "avg",
  stddev: "stddev",
  min: "min",
  max: "max",
  approx_count_distinct: "approx_count_distinct",
};

/** Percentiles are written `25%`. Throws UNRESOLVED_COLUMN, and for an unknown statistic. */
export function compileDescribe(relation: Relation, plan: Extract<Plan, { kind: "describe" }>, input: string): string {
  const columns =
    plan.columns.length > 0
      ? attributesNamed(relation, plan.columns)
      : visible(relation).filter(({ dataType }) => isNumeric(dataType) || dataType.kind === "string");
  const rows = plan.statistics.map((statistic) => {
    const cells = columns.map((one) => `${literalText(one.name)}, CAST(${statisticText(statistic, one)} AS STRING)`);
    return `named_struct(${["'summary'", literalText(statistic), ...cells].join(", ")})`;
  });
  return `SELECT inline(statistics) FROM (SELECT array(${rows.join(", ")}) AS statistics FROM ${input})`;
}

function statisticText(statistic: string, { name, dataType }: Attribute): string {
  const column = quoteName(name);
  const text = `try_cast(${column} AS DOUBLE)`;
  const percentile = /^(\d+(?:\.\d+)?)%$/.exec(statistic)?.[1];
  if (percentile !== undefined) {
    const number = dataType.kind === "string" || dataType.kind === "decimal" ? text : column;
    return `percentile_approx(${number}, ${Number(percentile) / 100}D)`;
  }
  if (statistic === "count_distinct") return `count(DISTINCT ${column})`;
  const aggregate = AGGREGATES[statistic];
  if (aggregate === undefined) throw unknownStatistic(statistic);
  const isFigure = statistic === "mean" || statistic === "stddev";
  return `${aggregate}(${isFigure && !isNumeric(dataType) ? text : column})`;
}

function unknownStatistic(statistic: string): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_FEATURE.STATISTIC",
    sqlState: "0A000",
    problem: `"${statistic}" is not a recognised statistic.`,
    cure: `Known are ${[...Object.keys(AGGREGATES), "count_distinct"].join(", ")} and percentiles such as 75%.`,
  });
}
