/** `na.fill`, `na.drop`, `na.replace` and `describe` as Spark SQL text over the input's attributes. */
import { literalText } from "../../dataframe/literal.js";
import type { Plan } from "../../dataframe/plan.js";
import type { DataType } from "../../schema/data-type.js";
import { quoteName, typeText } from "../../schema/type-text.js";
import type { Attribute } from "../../sql/relation.js";

interface NewColumn {
  readonly name: string;
  readonly expression: string;
}

const NUMERIC: ReadonlySet<string> = new Set(["byte", "short", "integer", "long", "float", "double", "decimal"]);

/** Only columns of the value's kind are filled, as in Spark; NaN counts as null. */
export function compileNaFill(
  attributes: readonly Attribute[],
  plan: Extract<Plan, { kind: "na-fill" }>,
): readonly NewColumn[] {
  return attributes.flatMap((attribute) => {
    const fill = plan.values.find(
      ({ column, value }) =>
        (column === undefined || column.toLowerCase() === attribute.name.toLowerCase()) &&
        fits(value, attribute.dataType),
    );
    if (!fill) return [];
    const column = quoteName(attribute.name);
    const present = isFloating(attribute.dataType) ? `nanvl(${column}, NULL)` : column;
    return [
      {
        name: attribute.name,
        expression: `CAST(coalesce(${present}, ${literalText(fill.value)}) AS ${typeText(attribute.dataType)})`,
      },
    ];
  });
}

/** Condition of the rows that stay. */
export function compileNaDrop(attributes: readonly Attribute[], plan: Extract<Plan, { kind: "na-drop" }>): string {
  const looked = attributes.filter(
    (one) => plan.columns === undefined || plan.columns.some((name) => name.toLowerCase() === one.name.toLowerCase()),
  );
  const least = plan.minNonNulls === "any" ? looked.length : plan.minNonNulls === "all" ? 1 : plan.minNonNulls;
  if (looked.length === 0) return "TRUE";
  const present = looked.map((one) => {
    const column = quoteName(one.name);
    const isPresent = isFloating(one.dataType)
      ? `${column} IS NOT NULL AND NOT isnan(${column})`
      : `${column} IS NOT NULL`;
    return `CASE WHEN ${isPresent} THEN 1 ELSE 0 END`;
  });
  return `(${present.join(" + ")}) >= ${least}`;
}

export function compileNaReplace(
  attributes: readonly Attribute[],
  plan: Extract<Plan, { kind: "na-replace" }>,
): readonly NewColumn[] {
  const isText = plan.replacements.some(([from]) => from.startsWith("'"));
  const isBoolean = plan.replacements.some(([from]) => from === "TRUE" || from === "FALSE");
  return attributes
    .filter(
      (one) => plan.columns === undefined || plan.columns.some((name) => name.toLowerCase() === one.name.toLowerCase()),
    )
    .filter(({ dataType }) =>
      isText ? dataType.kind === "string" : isBoolean ? dataType.kind === "boolean" : NUMERIC.has(dataType.kind),
    )
    .map(({ name, dataType }) => {
      const column = quoteName(name);
      const branches = plan.replacements.map(
        ([from, to]) => `WHEN ${column} = ${from} THEN CAST(${to} AS ${typeText(dataType)})`,
      );
      return { name, expression: `CASE ${branches.join(" ")} ELSE ${column} END` };
    });
}

/** One row a statistic, every value as text, in one pass. Percentiles are written `25%`. */
export function compileDescribe(
  attributes: readonly Attribute[],
  plan: Extract<Plan, { kind: "describe" }>,
  input: string,
): string {
  const columns = attributes.filter(({ name, dataType }) =>
    plan.columns.length > 0
      ? plan.columns.some((one) => one.toLowerCase() === name.toLowerCase())
      : NUMERIC.has(dataType.kind) || dataType.kind === "string",
  );
  const rows = plan.statistics.map((statistic) => {
    const cells = columns.map((one) => `${literalText(one.name)}, CAST(${statisticText(statistic, one)} AS STRING)`);
    return `named_struct(${["'summary'", literalText(statistic), ...cells].join(", ")})`;
  });
  return `SELECT inline(statistics) FROM (SELECT array(${rows.join(", ")}) AS statistics FROM ${input})`;
}

function statisticText(statistic: string, { name, dataType }: Attribute): string {
  const column = quoteName(name);
  const number = NUMERIC.has(dataType.kind) ? column : `try_cast(${column} AS DOUBLE)`;
  const percentile = /^(\d+(?:\.\d+)?)%$/.exec(statistic)?.[1];
  if (percentile !== undefined) return `percentile_approx(${number}, ${Number(percentile) / 100}D)`;
  switch (statistic) {
    case "count":
      return `count(${column})`;
    case "mean":
    case "stddev":
      return `${statistic === "mean" ? "avg" : "stddev"}(${number})`;
    case "count_distinct":
      return `count(DISTINCT ${column})`;
    default:
      return `${statistic}(${column})`;
  }
}

function isFloating(type: DataType): boolean {
  return type.kind === "float" || type.kind === "double";
}

function fits(value: string | number | boolean | bigint, type: DataType): boolean {
  if (typeof value === "string") return type.kind === "string";
  if (typeof value === "boolean") return type.kind === "boolean";
  return NUMERIC.has(type.kind);
}
