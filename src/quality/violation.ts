/** Rules as engine SQL: for each row rule, a boolean that is TRUE (never NULL) where the row violates it. */
import type { ExpressionCompiler, ScopeRelation } from "../engine/expression-compiler.js";
import { LakeletError } from "../errors/lakelet-error.js";
import { engineString } from "../schema/engine-type.js";
import { quoteName } from "../schema/type-text.js";
import type { Expectation, ExpectationRule } from "./expectation.js";
import { isRowRule } from "./rules.js";

/** Separates the names in a verdict; does not occur in names that people write. */
const SEPARATOR = "\u001f";

/** Engine SQL, TRUE where a row of the relation in scope violates the rule. */
export function violationSql(
  rule: ExpectationRule,
  compiler: ExpressionCompiler,
  scope: readonly ScopeRelation[],
): string {
  const compiled = compiler.compile(conditionText(rule), scope);
  if (compiled.dataType.kind !== "boolean" && compiled.dataType.kind !== "void") {
    throw new LakeletError({
      condition: "INVALID_EXPECTATION",
      sqlState: "42000",
      problem: `The condition ${conditionText(rule)} is not a boolean but ${compiled.dataType.kind}.`,
      cure: "Write a condition that is true for a good row.",
    });
  }
  return `(${compiled.sql} IS NOT TRUE)`;
}

/** Engine SQL of a verdict: NULL for a row to publish, else the names of the dropping expectations it violates. */
export function verdictSql(
  expectations: readonly Expectation[],
  compiler: ExpressionCompiler,
  scope: readonly ScopeRelation[],
): string | undefined {
  const dropping = expectations.filter((one) => one.onViolation === "drop");
  if (dropping.length === 0) return undefined;
  const names = dropping.map(
    (one) => `CASE WHEN ${violationSql(one.rule, compiler, scope)} THEN ${engineString(one.name)} END`,
  );
  return `NULLIF(concat_ws(chr(31), ${names.join(", ")}), '')`;
}

/** The names in a verdict. */
export function namesInVerdict(verdict: string): readonly string[] {
  return verdict.split(SEPARATOR);
}

/** Spark SQL that is true for a good row. */
export function conditionText(rule: ExpectationRule): string {
  switch (rule.kind) {
    case "expression":
      return rule.condition;
    case "not-null":
      return `${columnText(rule.column)} IS NOT NULL`;
    case "accepted-values":
      return `(${columnText(rule.column)} IS NULL OR ${columnText(rule.column)} IN (${rule.values.map(literal).join(", ")}))`;
    case "range": {
      const column = columnText(rule.column);
      const bounds = [
        rule.min === undefined ? undefined : `${column} >= ${literal(rule.min)}`,
        rule.max === undefined ? undefined : `${column} <= ${literal(rule.max)}`,
      ].filter((bound) => bound !== undefined);
      return bounds.length === 0 ? "TRUE" : `(${column} IS NULL OR (${bounds.join(" AND ")}))`;
    }
    default:
      throw new Error(`${rule.kind} is no row rule: ${isRowRule(rule)}`);
  }
}

function literal(value: string | number | boolean): string {
  return typeof value === "string" ? `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'` : String(value);
}

function columnText(name: string): string {
  return name.split(".").map(quoteName).join(".");
}
