/** A rule as people read it again later: the condition of a good row, or what is asked of the write as a whole. */
import type { ExpectationRule } from "./expectation.js";
import { isRowRule } from "./rules.js";
import { conditionText } from "./violation.js";

/**
 * For a rule about rows Spark SQL that is true for a good one; for others a call, much as it is written in code.
 * @example ruleText({ kind: "unique", columns: ["shop", "day"] }) // 'unique("shop", "day")'
 * @example ruleText({ kind: "row-count", min: 5 }) // 'rowCount({"min":5})'
 */
export function ruleText(rule: ExpectationRule): string {
  if (isRowRule(rule) && rule.kind !== "references") return conditionText(rule);
  const { kind, ...rest } = rule;
  const { column, columns, text, ...settings } = rest as Readonly<Record<string, unknown>>;
  const named = Object.keys(settings).length > 0 ? [settings] : [];
  const given = [column, ...(Array.isArray(columns) ? columns : []), text].filter((one) => one !== undefined);
  return `${camelCase(kind)}(${[...given, ...named].map((one) => JSON.stringify(one)).join(", ")})`;
}

function camelCase(kind: string): string {
  return kind.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
