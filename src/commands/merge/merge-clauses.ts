/** The clauses of a MERGE, checked and compiled to engine SQL. Pure. */
import type { ExpressionCompiler, ScopeRelation } from "../../engine/expression-compiler.js";
import { findField, type StructField, type StructType } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import { assignedColumn, checkNoConflict, checkStructs, compileAssignments, resolveTarget } from "../assignments.js";
import { insertArityMismatch, nestedFieldNotAssignable, nonDeterministic } from "../command-errors.js";
import { columnValue, copiedColumn } from "../rewrite.js";
import { nullOf, storedValue } from "../stored-value.js";
import type { MergeAction, MergeClause, MergeWhen } from "./merge-command.js";
import { invalidClauseAction, missingClauses, unreachableClause, unresolvedInMerge } from "./merge-errors.js";
import { starAssignment } from "./star-assignment.js";

export type CompiledAction = "update" | "delete" | "insert";

export interface CompiledClause {
  /** Position among all clauses; the code of its rows in the engine. */
  readonly code: number;
  readonly when: MergeWhen;
  /** Engine SQL; undefined: always taken. */
  readonly condition: string | undefined;
  readonly action: CompiledAction;
  /** Engine SQL of each column of the row after the action, by the column's name; for delete empty. */
  readonly columns: ReadonlyMap<string, string>;
}

export interface ClauseSetting {
  readonly compiler: ExpressionCompiler;
  readonly target: ScopeRelation;
  readonly source: ScopeRelation;
  /** The table's after the merge: assignments resolve in it, expressions in the table's as it is. */
  readonly schema: StructType;
  readonly partitionColumns: readonly string[];
  readonly evolves: boolean;
}

/** Throws DELTA_MERGE_MISSING_WHEN, NON_LAST_*_CLAUSE_OMIT_CONDITION. */
export function checkClauses(clauses: readonly MergeClause[]): void {
  if (clauses.length === 0) throw missingClauses();
  const open = new Set<MergeWhen>();
  for (const { when, condition, action } of clauses) {
    if (open.has(when)) throw unreachableClause(when);
    if (condition === undefined) open.add(when);
    const inserts = action.kind === "insert" || action.kind === "insert-star";
    if (inserts !== (when === "not-matched")) throw invalidClauseAction(when, action.kind.replace("-", " "));
    if (when === "not-matched-by-source" && action.kind === "update-star") throw invalidClauseAction(when, "UPDATE *");
  }
}

export function compileClauses(clauses: readonly MergeClause[], setting: ClauseSetting): readonly CompiledClause[] {
  return clauses.map((clause, code) => {
    const scope = scopeOf(clause.when, setting);
    return {
      code,
      when: clause.when,
      condition: conditionSql(clause, scope, setting),
      action: actionOf(clause.action),
      columns: actionColumns(clause.action, scope, setting),
    };
  });
}

function scopeOf(when: MergeWhen, { target, source }: ClauseSetting): readonly ScopeRelation[] {
  if (when === "not-matched") return [source];
  return when === "matched" ? [target, source] : [target];
}

function conditionSql(
  { condition, when }: MergeClause,
  scope: readonly ScopeRelation[],
  { compiler }: ClauseSetting,
): string | undefined {
  if (condition === undefined) return undefined;
  const compiled = compiler.compile(condition, scope);
  if (!compiled.deterministic)
    throw nonDeterministic(`${when.replaceAll("-", " ").toUpperCase()} condition of MERGE`, condition);
  return compiled.sql;
}

function actionOf(action: MergeAction): CompiledAction {
  if (action.kind === "delete") return "delete";
  return action.kind === "update" || action.kind === "update-star" ? "update" : "insert";
}

function actionColumns(
  action: MergeAction,
  scope: readonly ScopeRelation[],
  setting: ClauseSetting,
): ReadonlyMap<string, string> {
  switch (action.kind) {
    case "delete":
      return new Map();
    case "update":
      return updatedColumns(action.assignments, scope, setting);
    case "update-star":
      return starUpdate(setting);
    case "insert":
      return insertedColumns(action, scope, setting);
    case "insert-star":
      return starInsert(setting);
  }
}

function updatedColumns(
  assignments: Extract<MergeAction, { kind: "update" }>["assignments"],
  scope: readonly ScopeRelation[],
  setting: ClauseSetting,
): ReadonlyMap<string, string> {
  const { compiler, target, schema, evolves } = setting;
  for (const one of assignments) checkAssignable(one.target, setting, "UPDATE clause");
  const assigned = compileAssignments(compiler, assignments, schema, target.qualifier, scope);
  return eachColumn(setting, (column) => {
    const value = assignedColumn(compiler, assigned, column, target.engineAlias, evolves);
    return value ?? copiedColumn(column.name, schema);
  });
}

/** Throws DELTA_MERGE_UNRESOLVED_EXPRESSION where the table has no such column, evolved or not. */
function checkAssignable(path: readonly string[], { schema, target }: ClauseSetting, clause: string): void {
  const known = path.slice(0, 1 + target.qualifier.length).some((part) => findField(schema, part) !== undefined);
  if (!known) {
    throw unresolvedInMerge(
      path.join("."),
      clause,
      schema.fields.map((one) => one.name),
    );
  }
}

function starUpdate(setting: ClauseSetting): ReadonlyMap<string, string> {
  const { compiler, source, schema, evolves } = setting;
  if (!evolves) checkStar(setting, "UPDATE clause");
  return eachColumn(setting, (column) => {
    const given = findField(source.schema, column.name);
    if (given === undefined) return copiedColumn(column.name, schema);
    return starAssignment(compiler, sourceColumn(given, source), column, evolves);
  });
}

function insertedColumns(
  { columns, values }: Extract<MergeAction, { kind: "insert" }>,
  scope: readonly ScopeRelation[],
  setting: ClauseSetting,
): ReadonlyMap<string, string> {
  const { compiler, schema, target, evolves } = setting;
  if (columns.length !== values.length) {
    throw insertArityMismatch(
      "the target of MERGE",
      columns.map((path) => path.join(".")),
      values,
    );
  }
  const names = columns.map((path) => {
    checkAssignable(path, setting, "INSERT clause");
    const resolved = resolveTarget(path, schema, target.qualifier);
    if (resolved.length !== 1) throw nestedFieldNotAssignable(path.join("."));
    return resolved;
  });
  checkNoConflict(names);
  const given = new Map(names.map(([name = ""], i) => [name, compiler.compile(values[i] ?? "NULL", scope)]));
  return eachColumn(setting, (column) => {
    const value = given.get(column.name);
    if (value === undefined) return nullOf(column.dataType);
    checkStructs(value.dataType, column.dataType, column.name, evolves);
    return storedValue(compiler, value, column.dataType, column.name);
  });
}

function starInsert(setting: ClauseSetting): ReadonlyMap<string, string> {
  const { compiler, source, evolves } = setting;
  if (!evolves) checkStar(setting, "INSERT clause");
  return eachColumn(setting, (column) => {
    const given = findField(source.schema, column.name);
    if (given === undefined) return nullOf(column.dataType);
    const value = sourceColumn(given, source);
    if (!evolves) checkStructs(value.dataType, column.dataType, column.name);
    return storedValue(compiler, value, column.dataType, column.name);
  });
}

/** A star action needs each column of the table in the source, unless the schema evolves. */
function checkStar({ schema, source }: ClauseSetting, clause: string): void {
  const known = source.schema.fields.map((one) => one.name);
  const missing = schema.fields.find((one) => findField(source.schema, one.name) === undefined);
  if (missing !== undefined) throw unresolvedInMerge(missing.name, clause, known);
}

function sourceColumn(column: StructField, { engineAlias }: ScopeRelation) {
  return { sql: `${engineName(engineAlias)}.${engineName(column.name)}`, dataType: column.dataType };
}

function eachColumn(setting: ClauseSetting, sql: (column: StructField) => string): ReadonlyMap<string, string> {
  const { schema, partitionColumns } = setting;
  return new Map(
    schema.fields.map((column) => [column.name, columnValue(sql(column), column.name, schema, partitionColumns)]),
  );
}
