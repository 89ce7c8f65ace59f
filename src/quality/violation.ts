/** Rules about rows as engine SQL: for each a boolean that is TRUE (never NULL) where the row violates it. */
import type { CompiledExpression, ExpressionCompiler, ScopeRelation } from "../engine/expression-compiler.js";
import { isLakeletError, LakeletError } from "../errors/lakelet-error.js";
import type { StructType } from "../schema/data-type.js";
import { engineName, engineString } from "../schema/engine-type.js";
import type { Expectation, RowRule } from "./expectation.js";
import { judging } from "./judging-error.js";
import { columnText, columnWhereKnown, isNumber } from "./rule-column.js";
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
  const text = conditionText(rule, isAboutNumber(rule, scope));
  const compiled = scope.compiler.compile(text, [relationOf(scope)], "value");
  if (compiled.dataType.kind === "boolean") return compiled;
  // The engine takes a NULL for a number.
  if (compiled.dataType.kind === "void") return { ...compiled, sql: `${compiled.sql}::BOOLEAN` };
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
  const columns = rule.columns.map((column) => `row.${columnText(column)} IS NOT NULL`);
  const present = [...columns, ...(rule.when === undefined ? [] : [`(${rule.when}) IS TRUE`])].join(" AND ");
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
      const { rule } = one;
      if (one.onViolation !== action || !isRowRule(rule)) return [];
      if (action === "drop") return [{ one, kept: judging(one.name, () => keptSql(rule, scope)) }];
      // Within its threshold a violation is published; and it may be about a column that only the table has.
      const kept = one.threshold === undefined ? judging(one.name, () => keptWhereKnown(rule, scope)) : undefined;
      return kept === undefined ? [] : [{ one, kept }];
    }),
  );
  if (judges[0]?.one.onViolation !== "drop") return undefined;
  const [dropping, failing] = (["drop", "fail"] as const).map((action) =>
    judges.filter(({ one }) => one.onViolation === action),
  );
  // Rules that fail the write are asked of rows that stay: of others they may raise errors, and a conjunction keeps no order.
  return { by: judges.map(({ one }) => one), verdict: verdictOf(dropping, verdictOf(failing, "NULL")) };
}

/** @param good engine SQL of the verdict on a row that breaks none of them */
function verdictOf(judges: readonly { readonly one: Expectation; readonly kept: string }[] = [], good: string): string {
  if (judges.length === 0) return good;
  const names = judges.map(({ one }) => engineString(one.name));
  const whens = judges.slice(0, -1).map(({ kept }, i) => `WHEN ${kept} IS NOT TRUE THEN ${names[i]}`);
  // A row that is not good and breaks none before the last breaks that: it is not asked again, for rand() would answer otherwise.
  const last = names.at(-1) ?? "NULL";
  const reason = whens.length === 0 ? last : `CASE ${whens.join(" ")} ELSE ${last} END`;
  // Nearly all rows are good: they are found by one condition, which the engine orders as it pays, and the others asked one by one.
  const isGood = judges.map(({ kept }) => kept).join(" AND ");
  return `CASE WHEN ${isGood} THEN ${good} ELSE ${reason} END`;
}

/** Each rule's own condition, as engine SQL. */
export function judgedValues(
  expectations: readonly Expectation[],
  scope: RuleScope,
): readonly { readonly name: string; readonly value: string }[] {
  return expectations.flatMap(({ name, rule }) => (isRowRule(rule) ? [{ name, value: keptSql(rule, scope) }] : []));
}

function keptWhereKnown(rule: RowRule, scope: RuleScope): string | undefined {
  try {
    return keptSql(rule, scope);
  } catch (error) {
    if (isLakeletError(error, "UNRESOLVED_COLUMN.WITH_SUGGESTION")) return undefined;
    throw error;
  }
}

/**
 * Spark SQL that is true for a good row; of `references` in words.
 * @param ofNumber texts that are numbers are written as such: beside a text a decimal would be compared as a DOUBLE
 */
export function conditionText(rule: RowRule, ofNumber = false): string {
  const literal = (value: string | number | boolean) =>
    ofNumber && typeof value === "string" && NUMBER_TEXT.test(value) ? value : literalText(value);
  switch (rule.kind) {
    case "expression":
      return rule.condition;
    case "not-null":
      return `${columnText(rule.column)} IS NOT NULL`;
    case "accepted-values":
      return orNull(rule.column, `${columnText(rule.column)} IN (${rule.values.map(literal).join(", ")})`);
    case "range":
      return orNull(rule.column, boundsText(columnText(rule.column), rule, literal));
    case "pattern":
      return orNull(rule.column, `${columnText(rule.column)} RLIKE ${literal(rule.regex)}`);
    case "length":
      return orNull(rule.column, boundsText(`length(${columnText(rule.column)})`, rule, literal));
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
  literal: (value: number | string) => string,
): string {
  const bounds = [
    ...(min === undefined ? [] : [`${value} >= ${literal(min)}`]),
    ...(max === undefined ? [] : [`${value} <= ${literal(max)}`]),
  ];
  return bounds.length === 0 ? "TRUE" : `(${bounds.join(" AND ")})`;
}

function literalText(value: string | number | boolean): string {
  // The engine of JavaScript calls them by words that would be columns.
  if (typeof value === "number" && !Number.isFinite(value)) return `double('${value}')`;
  return typeof value === "string" ? `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'` : String(value);
}

/** One that fits a decimal. */
const NUMBER_TEXT = /^[-+]?(?=[\d.]{1,38}$)\d+(\.\d+)?$/;

function isAboutNumber(rule: RowRule, scope: RuleScope): boolean {
  if (rule.kind !== "range" && rule.kind !== "accepted-values") return false;
  const column = columnWhereKnown(rule.column, scope);
  return column !== undefined && isNumber(column.dataType);
}
