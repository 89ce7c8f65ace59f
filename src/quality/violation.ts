/** Rules about rows as engine SQL: for each a boolean that is TRUE (never NULL) where the row violates it. */
import type { CompiledExpression, ExpressionCompiler, ScopeRelation } from "../engine/expression-compiler.js";
import { isLakeletError, LakeletError } from "../errors/lakelet-error.js";
import type { StructType } from "../schema/data-type.js";
import { engineName, engineString } from "../schema/engine-type.js";
import { quoteName } from "../schema/type-text.js";
import type { Expectation, RowRule } from "./expectation.js";
import { isRowRule } from "./rules.js";

/** Another table that a rule looks into: engine SQL fit to stand behind FROM, and its columns. */
export interface ReferencedRows {
  readonly sql: string;
  readonly schema: StructType;
}

/** What a rule needs to become engine SQL over one relation. */
export interface RuleScope {
  readonly compiler: ExpressionCompiler;
  readonly schema: StructType;
  /** Unquoted. */
  readonly alias: string;
  /** Engine SQL that stands in place of a column, by its name. */
  readonly values?: Readonly<Record<string, string>>;
  /** The rows of the tables that `references` rules name, by that name. */
  readonly referenced: ReadonlyMap<string, ReferencedRows>;
}

const REFERENCED = "__lakelet_referenced";

/** Engine SQL, TRUE where a row of the relation in scope violates the rule. */
export function violationSql(rule: RowRule, scope: RuleScope): string {
  if (rule.kind === "references") return danglingSql(rule, scope);
  return `(${compiledCondition(rule, scope).sql} IS NOT TRUE)`;
}

/** Engine SQL, TRUE where a row keeps the rule; FALSE or NULL where it violates it. */
export function keptSql(rule: RowRule, scope: RuleScope): string {
  return rule.kind === "references" ? `(NOT ${danglingSql(rule, scope)})` : `(${compiledCondition(rule, scope).sql})`;
}

function compiledCondition(rule: RowRule, scope: RuleScope): CompiledExpression {
  const text = conditionText(rule);
  const compiled = scope.compiler.compile(text, [relationOf(scope)], "value");
  if (compiled.dataType.kind === "boolean" || compiled.dataType.kind === "void") return compiled;
  throw new LakeletError({
    condition: "INVALID_EXPECTATION",
    sqlState: "42000",
    problem: `The condition ${text} is not a boolean but ${compiled.dataType.kind}.`,
    cure: "Write a condition that is true for a good row.",
  });
}

function relationOf({ schema, alias, values }: RuleScope): ScopeRelation {
  return { qualifier: [], schema, engineAlias: alias, ...(values === undefined ? {} : { values }) };
}

/** A row with a null among the columns refers to nothing, as with a foreign key. */
function danglingSql(rule: Extract<RowRule, { kind: "references" }>, scope: RuleScope): string {
  const other = scope.referenced.get(rule.table);
  if (other === undefined) throw new TypeError(`the rows of ${rule.table} are looked up before its rule is compiled`);
  const own: ScopeRelation = { ...relationOf(scope), qualifier: ["row"] };
  const theirs: ScopeRelation = { qualifier: [REFERENCED], schema: other.schema, engineAlias: REFERENCED };
  const present = rule.columns.map((column) => `row.${columnText(column)} IS NOT NULL`).join(" AND ");
  const equal = rule.columns
    .map((column, i) => `row.${columnText(column)} = ${REFERENCED}.${columnText(rule.referenced[i] ?? column)}`)
    .join(" AND ");
  const known = `EXISTS (SELECT 1 FROM ${other.sql} AS ${engineName(REFERENCED)} WHERE ${scope.compiler.compile(equal, [own, theirs]).sql})`;
  return `(${scope.compiler.compile(present, [own]).sql} AND NOT ${known})`;
}

export interface JudgedRows {
  /** In the order in which they are asked. */
  readonly by: readonly Expectation[];
  /** Engine SQL: NULL for a row to publish, else the name of the first of them that it violates. */
  readonly verdict: string;
}

/**
 * Parts rows in the pass that writes them; undefined where no rule drops any. One name is the verdict and not all that a row violates, for each
 * verdict is a file: the others are found out on the few rows held back. Rules that fail the write come after those that drop.
 */
export function judgeRows(expectations: readonly Expectation[], scope: RuleScope): JudgedRows | undefined {
  const judges = (["drop", "fail"] as const).flatMap((action) =>
    expectations.flatMap((one) => {
      if (one.onViolation !== action || !isRowRule(one.rule)) return [];
      if (action === "drop") return [{ one, kept: keptSql(one.rule, scope) }];
      // Within its threshold a violation is published; and it may be about a column that only the table has.
      const kept = one.threshold === undefined ? keptWhereKnown(one.rule, scope) : undefined;
      return kept === undefined ? [] : [{ one, kept }];
    }),
  );
  if (judges[0]?.one.onViolation !== "drop") return undefined;
  const whens = judges.map(({ one, kept }) => `WHEN ${kept} IS NOT TRUE THEN ${engineString(one.name)}`);
  // Nearly all rows are good: they are found by one condition, which the engine orders as it pays, and the others asked one by one.
  const isGood = judges.map(({ kept }) => kept).join(" AND ");
  const verdict = `CASE WHEN ${isGood} THEN NULL ELSE CASE ${whens.join(" ")} END END`;
  return { by: judges.map(({ one }) => one), verdict };
}

function keptWhereKnown(rule: RowRule, scope: RuleScope): string | undefined {
  try {
    return keptSql(rule, scope);
  } catch (error) {
    if (isLakeletError(error, "UNRESOLVED_COLUMN.WITH_SUGGESTION")) return undefined;
    throw error;
  }
}

/** Spark SQL that is true for a good row; of `references` in words. */
export function conditionText(rule: RowRule): string {
  switch (rule.kind) {
    case "expression":
      return rule.condition;
    case "not-null":
      return `${columnText(rule.column)} IS NOT NULL`;
    case "accepted-values":
      return orNull(rule.column, `${columnText(rule.column)} IN (${rule.values.map(literal).join(", ")})`);
    case "range":
      return orNull(rule.column, boundsText(columnText(rule.column), rule));
    case "pattern":
      return orNull(rule.column, `${columnText(rule.column)} RLIKE ${literal(rule.regex)}`);
    case "length":
      return orNull(rule.column, boundsText(`length(${columnText(rule.column)})`, rule));
    case "references":
      return `(${rule.columns.map(columnText).join(", ")}) IN (SELECT ${rule.referenced.map(columnText).join(", ")} FROM ${rule.table})`;
  }
}

function orNull(column: string, condition: string): string {
  return `(${columnText(column)} IS NULL OR ${condition})`;
}

function boundsText(
  value: string,
  { min, max }: { readonly min?: number | string; readonly max?: number | string },
): string {
  const bounds = [
    ...(min === undefined ? [] : [`${value} >= ${literal(min)}`]),
    ...(max === undefined ? [] : [`${value} <= ${literal(max)}`]),
  ];
  return bounds.length === 0 ? "TRUE" : `(${bounds.join(" AND ")})`;
}

function literal(value: string | number | boolean): string {
  return typeof value === "string" ? `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'` : String(value);
}

function columnText(name: string): string {
  return name.split(".").map(quoteName).join(".");
}
