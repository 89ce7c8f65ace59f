/** How far an expectation looks: at each row, at all rows of the view, or at more than these. */
import type { Expectation } from "../../../quality/expectation.js";
import { isRowRule } from "../../../quality/rules.js";

const BEYOND: ReadonlySet<string> = new Set([
  "references",
  "row-count-change",
  "freshness",
  "distribution",
  "mean-drift",
  "query",
  "reconciliation",
]);
const CLOCK =
  /\b(?:current_date|current_timestamp|current_time|current_user|curdate|now|localtimestamp|unix_timestamp|getdate|rand|randn|random|uuid)\b/i;

/** True where the same rows may pass today and not tomorrow: other tables, earlier writes or the time decide. */
export function looksBeyondRows({ rule }: Expectation): boolean {
  return BEYOND.has(rule.kind) || (rule.kind === "expression" && CLOCK.test(rule.condition));
}

/** True where the rows of a part of the view do not tell what those of all of it would. */
export function looksAtAllRows({ rule, threshold }: Expectation): boolean {
  return !isRowRule(rule) || threshold !== undefined;
}
