/** `groupBy().agg()` and its pivot as Spark SQL text over the input. */

import { stringLiteral } from "../../dataframe/literal.js";
import type { Plan } from "../../dataframe/plan.js";
import { quoteName } from "../../schema/type-text.js";
import { parseExpression, prettyName } from "../../sql/parse/parse.js";

type AggregatePlan = Extract<Plan, { kind: "aggregate" }>;

/** Runs a query of one column over the input and gives its values as text. */
export type ValuesOf = (sql: string) => Promise<readonly (string | null)[]>;

export async function compileAggregate(plan: AggregatePlan, input: string, valuesOf: ValuesOf): Promise<string> {
  if (plan.pivot) return pivotText(plan, plan.pivot, input, valuesOf);
  const list = [...plan.keys, ...plan.aggregates].join(", ");
  return `SELECT ${list} FROM ${input}${groupingText(plan)}`;
}

function groupingText(plan: AggregatePlan): string {
  if (plan.keys.length === 0) return "";
  if (plan.grouping === "groupby") return ` GROUP BY ${plan.keys.map((_, i) => i + 1).join(", ")}`;
  return ` GROUP BY ${plan.grouping.toUpperCase()} (${plan.keys.join(", ")})`;
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
    (await valuesOf(`SELECT DISTINCT CAST(${pivot.column} AS STRING) AS v FROM ${input} ORDER BY v`)).map(literalOf);
  const keyNames = plan.keys.map((_, i) => `__k${i}`);
  const inner = [
    ...plan.keys.map((key, i) => `${withoutAlias(key)} AS __k${i}`),
    `${pivot.column} AS __p`,
    ...plan.aggregates.map((one, i) => `${withoutAlias(one)} AS __a${i}`),
  ];
  const grouped = `SELECT ${inner.join(", ")} FROM ${input} GROUP BY ${inner
    .slice(0, plan.keys.length + 1)
    .map((_, i) => i + 1)
    .join(", ")}`;
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
  return parsed.kind === "literal" ? (parsed.value ?? "null") : prettyName(parsed);
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
