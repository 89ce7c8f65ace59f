/** A view's rows as its readers see them: those that break a rule of it that drops are left out. */
import type { DataFrame } from "../dataframe/data-frame.js";
import type { Expectation, RowRule } from "../quality/expectation.js";
import { isRowRule } from "../quality/rules.js";
import { conditionText } from "../quality/violation.js";
import { quoteName } from "../schema/type-text.js";

export function withoutDroppedRows(rows: DataFrame, expectations: readonly Expectation[]): DataFrame {
  return expectations.reduce(
    (kept, { rule, onViolation }) => (onViolation === "drop" && isRowRule(rule) ? kept.filter(keptText(rule)) : kept),
    rows,
  );
}

/** The rules about rows as Spark SQL, but for those that look into other tables. */
export function rowConditions(
  expectations: readonly Expectation[],
): readonly { readonly expectation: string; readonly condition: string }[] {
  return expectations.flatMap(({ name, rule }) =>
    isRowRule(rule) && rule.kind !== "references" ? [{ expectation: name, condition: conditionText(rule) }] : [],
  );
}

function keptText(rule: RowRule): string {
  const condition = `(${conditionText(rule)}) IS TRUE`;
  if (rule.kind !== "references") return condition;
  // As with a foreign key, a row with a null among the columns refers to nothing.
  const isNull = rule.columns.map((one) => `${one.split(".").map(quoteName).join(".")} IS NULL`);
  return `${isNull.join(" OR ")} OR ${condition}`;
}
