/** A view's rows as its readers see them: those that break a rule of it that drops are left out. */
import type { DataFrame } from "../dataframe/data-frame.js";
import type { Expectation } from "../quality/expectation.js";
import { conditionText } from "../quality/violation.js";

export function withoutDroppedRows(rows: DataFrame, expectations: readonly Expectation[]): DataFrame {
  const dropping = expectations.filter((one) => one.onViolation === "drop");
  return dropping.reduce((kept, { rule }) => kept.filter(`(${conditionText(rule)}) IS TRUE`), rows);
}
