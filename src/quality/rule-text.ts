/** A rule as people read it again later: the condition of a good row, or what is asked of the write as a whole. */
import type { ExpectationRule } from "./expectation.js";
import { isRowRule } from "./rules.js";
import { conditionText } from "./violation.js";

/**
 * For a rule about rows Spark SQL that is true for a good one; for others a call as it is written in code.
 * @example ruleText({ kind: "unique", columns: ["shop", "day"] }) // 'unique("shop", "day")'
 */
export function ruleText(rule: ExpectationRule): string {
  if (isRowRule(rule)) return conditionText(rule);
  const { kind, ...rest } = rule;
  return `${camelCase(kind)}(${Object.values(rest).flat().map(argumentText).join(", ")})`;
}

function argumentText(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => (typeof one === "bigint" ? Number(one) : one)) ?? "";
}

function camelCase(kind: string): string {
  return kind.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
