/** `groupBy().agg()` and its pivot as Spark SQL text over the input. */
import { stringLiteral } from "../../dataframe/literal.js";
import type { Plan } from "../../dataframe/plan.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { quoteName } from "../../schema/type-text.js";
import { parseExpression, prettyName } from "../../sql/parse/parse.js";
import type { Relation } from "../../sql/relation.js";
import { attributesNamed, visible } from "./compiled-plan.js";
import { isNumeric } from "./null-steps.js";
import { carriedAttributes } from "./projection.js";

type AggregatePlan = Extract<Plan, { kind: "aggregate" }>;

/** Runs a query of one column over the input and gives its values as text. */
export type ValuesOf = (sql: string) => Promise<readonly (string | null)[]>;

export async function compileAggregate(
  plan: AggregatePlan,
  input: string,
  relation: Relation,
  valuesOf: ValuesOf,
): Promise<string> {
  const keys = plan.keys.map((key) => positioned(key, relation));
  const aggregates = plan.short ? shortForm(plan.short, keys, relation) : plan.aggregates;
  const whole = { ...plan, keys, aggregates };
  if (plan.pivot) return pivotText(whole, plan.pivot, input, valuesOf);
  return `SELECT ${[...keys, ...aggregates].join(", ")} FROM ${input}${groupingText(whole)}`;
}

/** A whole number as a key is the position of a column, from 1. */
function positioned(key: string, relation: Relation): string {
  if (!/^\d+$/.test(key)) return key;
  const attribute = visible(relation)[Number(key) - 1];
  if (attribute) return quoteName(attribute.name);
  throw new LakeletError({
    condition: "GROUP_BY_POS_OUT_OF_RANGE",
    sqlState: "42805",
    problem: `GROUP BY position ${key} is not in the select list (valid range is [1, ${visible(relation).length}]).`,
    parameters: { index: key, size: String(visible(relation).length) },
  });
}

/** `sum("a", "b")`, or of all numeric columns that are no keys. */
function shortForm(
  { name, columns }: NonNullable<AggregatePlan["short"]>,
  keys: readonly string[],
  relation: Relation,
): readonly string[] {
  const grouped = new Set(carriedAttributes(keys, relation));
  const all = visible(relation).filter((one) => isNumeric(one.dataType) && !grouped.has(one));
  const named = columns.length > 0 ? attributesNamed(relation, columns) : all;
  const odd = named.find((one) => !isNumeric(one.dataType));
  if (odd) {
    throw new LakeletError({
      condition: "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
      sqlState: "42K09",
      problem: `"${odd.name}" is not a numeric column: ${name}("${odd.name}") can only be applied on a numeric column.`,
      cure: `Write agg(${name}("${odd.name}")), or cast the column first.`,
      parameters: { functionName: name, inputSql: `"${odd.name}"` },
    });
  }
  return named.map((one) => `${name}(${quoteName(one.name)})`);
}

function groupingText(plan: AggregatePlan): string {
  if (plan.keys.length === 0) return "";
  if (plan.grouping === "groupby") return ` GROUP BY ${plan.keys.map((_, i) => i + 1).join(", ")}`;
  if (plan.grouping === "grouping-sets") {
    const sets = (plan.sets ?? []).map((set) => `(${set.map(withoutAlias).join(", ")})`);
    return ` GROUP BY GROUPING SETS (${sets.join(", ")})`;
  }
  return ` GROUP BY ${plan.grouping.toUpperCase()} (${plan.keys.map(withoutAlias).join(", ")})`;
}

/** First the aggregates of each key and pivot value, then one column for each value: absent combinations stay NULL, as in Spark. */
async function pivotText(
  plan: AggregatePlan,
  pivot: NonNullable<AggregatePlan["pivot"]>,
  input: string,
  valuesOf: ValuesOf,
): Promise<string> {
  const found =
    pivot.values ??
    (
      await valuesOf(
        `SELECT CAST(v AS STRING) FROM (SELECT DISTINCT ${pivot.column} AS v FROM ${input}) ORDER BY v ASC NULLS FIRST`,
      )
    ).map(literalOf);
  const keyNames = plan.keys.map((_, i) => `__k${i}`);
  const inner = [
    ...plan.keys.map((key, i) => `${withoutAlias(key)} AS __k${i}`),
    `${pivot.column} AS __p`,
    ...plan.aggregates.map((one, i) => `${withoutAlias(one)} AS __a${i}`),
  ];
  const places = inner.slice(0, plan.keys.length + 1).map((_, i) => i + 1);
  const grouped = `SELECT ${inner.join(", ")} FROM ${input} GROUP BY ${places.join(", ")}`;
  const compared = pivot.values ? "__p" : "CAST(__p AS STRING)";
  const cells = found.flatMap((value) =>
    plan.aggregates.map((one, i) => {
      const name = plan.aggregates.length === 1 ? plainText(value) : `${plainText(value)}_${nameOf(one)}`;
      return `first(__a${i}, true) FILTER (WHERE ${compared} <=> ${value}) AS ${quoteName(name)}`;
    }),
  );
  const keys = plan.keys.map((key, i) => `__k${i} AS ${quoteName(nameOf(key))}`);
  const groupBy = keyNames.length > 0 ? ` GROUP BY ${keyNames.join(", ")}` : "";
  return `SELECT ${[...keys, ...cells].join(", ")} FROM (${grouped})${groupBy}`;
}

function literalOf(value: string | null): string {
  return value === null ? "NULL" : stringLiteral(value);
}

/** A pivot value as the name of its column. */
function plainText(literal: string): string {
  const parsed = parseExpression(literal);
  return parsed.kind === "literal" && parsed.value === null ? "null" : prettyName(parsed);
}

function withoutAlias(text: string): string {
  const parsed = parseExpression(text);
  if (parsed.kind !== "alias") return text;
  const end = text.lastIndexOf(" AS ");
  return end > 0 ? text.slice(0, end) : text;
}

function nameOf(text: string): string {
  const parsed = parseExpression(text);
  if (parsed.kind === "alias") return parsed.names[0] ?? prettyName(parsed.operand);
  if (parsed.kind === "column") return parsed.parts[parsed.parts.length - 1] ?? "";
  return prettyName(parsed);
}
