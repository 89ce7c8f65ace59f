/** The clauses of a MERGE, checked and compiled to engine SQL. Pure. */
import type { ExpressionCompiler, ScopeRelation } from "../../engine/expression-compiler.js";
import { findField, type StructField, type StructType } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import { assignedColumn, checkNoConflict, checkStructs, compileAssignments, resolveTarget } from "../assignments.js";
import { columnValue } from "../column-value.js";
import { insertArityMismatch, nestedFieldNotAssignable } from "../command-errors.js";
import { compileDeterministic } from "../expression-errors.js";
import { copiedColumn } from "../rewrite.js";
import { valueOrDefault } from "../rules/column-defaults.js";
import { storedValue, type TypedValue } from "../stored-value.js";
import { type ClauseValue, insertedRow, updatedRow } from "./derived-columns.js";
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
  /** True unless the row after the action depends on the source's row alone. */
  readonly readsTarget: boolean;
  /** Columns that the clause itself gives values; the others stay, are computed, or take their default. */
  readonly given: ReadonlySet<string>;
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
      ...actionColumns(clause.action, scope, setting),
    };
  });
}

function scopeOf(when: MergeWhen, { target, source }: ClauseSetting): readonly ScopeRelation[] {
  if (when === "not-matched") return [source];
  return when === "matched" ? [target, source] : [target];
}

function conditionSql(
  { condition, action }: MergeClause,
  scope: readonly ScopeRelation[],
  { compiler }: ClauseSetting,
): string | undefined {
  if (condition === undefined) return undefined;
  const operation = `${actionOf(action).toUpperCase()} condition of MERGE operation`;
  return compileDeterministic(compiler, condition, scope, operation).sql;
}

function actionOf(action: MergeAction): CompiledAction {
  if (action.kind === "delete") return "delete";
  return action.kind === "update" || action.kind === "update-star" ? "update" : "insert";
}

/** What an action gives a column; `undefined`: nothing. */
type ColumnValues = (column: StructField) => ClauseValue | undefined;

function actionColumns(
  action: MergeAction,
  scope: readonly ScopeRelation[],
  setting: ClauseSetting,
): Pick<CompiledClause, "columns" | "readsTarget" | "given"> {
  switch (action.kind) {
    case "delete":
      return { columns: new Map(), readsTarget: false, given: new Set() };
    case "update":
      return eachColumn(setting, assignedValues(action.assignments, scope, setting), "update");
    case "update-star":
      return eachColumn(setting, starUpdate(setting), "update");
    case "insert":
      return eachColumn(setting, insertedValues(action, scope, setting), "insert");
    case "insert-star":
      return eachColumn(setting, starInsert(setting), "insert");
  }
}

function eachColumn(
  setting: ClauseSetting,
  valueFor: ColumnValues,
  action: "update" | "insert",
): Pick<CompiledClause, "columns" | "readsTarget" | "given"> {
  const { compiler, schema, partitionColumns } = setting;
  const given = new Map<string, ClauseValue>();
  for (const column of schema.fields) {
    const value = valueFor(column);
    if (value !== undefined) given.set(column.name, value);
  }
  const values = action === "update" ? updatedRow(compiler, schema, given) : insertedRow(compiler, schema, given);
  return {
    columns: new Map(
      schema.fields.map((column) => {
        const value = values.get(column.name);
        if (value === undefined) return [column.name, copiedColumn(column.name, schema)];
        return [column.name, columnValue(value.sql, column, partitionColumns)];
      }),
    ),
    readsTarget: schema.fields.some(({ name }) => values.get(name)?.readsTarget ?? true),
    given: new Set(given.keys()),
  };
}

function assignedValues(
  assignments: Extract<MergeAction, { kind: "update" }>["assignments"],
  scope: readonly ScopeRelation[],
  setting: ClauseSetting,
): ColumnValues {
  const { compiler, target, schema, evolves } = setting;
  for (const one of assignments) checkAssignable(one.target, setting, "UPDATE clause");
  const assigned = compileAssignments(compiler, assignments, schema, target.qualifier, scope);
  return (column) => {
    const own = assigned.fields.get(column.name);
    const sql = assignedColumn(compiler, assigned, column, target.engineAlias, evolves);
    if (own === undefined || sql === undefined) return undefined;
    const whole = own.kind === "value" && own.value.references.every(({ relation }) => relation !== target.engineAlias);
    return { sql, readsTarget: !whole };
  };
}

function starUpdate(setting: ClauseSetting): ColumnValues {
  const { compiler, source, evolves } = setting;
  if (!evolves) checkStar(setting, "UPDATE clause");
  return (column) => {
    const given = findField(source.schema, column.name);
    if (given === undefined) return undefined;
    const sql = starAssignment(compiler, sourceColumn(given, source), column, evolves);
    return { sql, readsTarget: evolves && given.dataType.kind === "struct" };
  };
}

function insertedValues(
  { columns, values }: Extract<MergeAction, { kind: "insert" }>,
  scope: readonly ScopeRelation[],
  setting: ClauseSetting,
): ColumnValues {
  const { compiler, schema, target, evolves } = setting;
  const paths = columns.map((path) => path.join("."));
  if (columns.length !== values.length) throw insertArityMismatch("the target of MERGE", paths, values);
  const names = columns.map((path) => {
    checkAssignable(path, setting, "INSERT clause");
    const resolved = resolveTarget(path, schema, target.qualifier);
    if (resolved.length !== 1) throw nestedFieldNotAssignable(path.join("."));
    return resolved;
  });
  checkNoConflict(names);
  const given = new Map(
    names.map(([name = ""], i) => {
      const text = valueOrDefault(values[i] ?? "NULL", findField(schema, name));
      return [name, compiler.compile(text, scope)];
    }),
  );
  return (column) => {
    const value = given.get(column.name);
    if (value === undefined) return undefined;
    checkStructs(value.dataType, column.dataType, column.name, evolves);
    return { sql: storedValue(compiler, value, column.dataType, column.name), readsTarget: false };
  };
}

function starInsert(setting: ClauseSetting): ColumnValues {
  const { compiler, source, evolves } = setting;
  if (!evolves) checkStar(setting, "INSERT clause");
  return (column) => {
    const given = findField(source.schema, column.name);
    if (given === undefined) return undefined;
    const value = sourceColumn(given, source);
    if (!evolves) checkStructs(value.dataType, column.dataType, column.name);
    return { sql: storedValue(compiler, value, column.dataType, column.name), readsTarget: false };
  };
}

/** Throws DELTA_MERGE_UNRESOLVED_EXPRESSION where the table has no such column, evolved or not. */
function checkAssignable(path: readonly string[], { schema, target }: ClauseSetting, clause: string): void {
  const known = path.slice(0, 1 + target.qualifier.length).some((part) => findField(schema, part) !== undefined);
  if (known) return;
  const names = schema.fields.map((one) => one.name);
  throw unresolvedInMerge(path.join("."), clause, names);
}

/** A star action needs each column of the table in the source, unless the schema evolves. */
function checkStar({ schema, source }: ClauseSetting, clause: string): void {
  const known = source.schema.fields.map((one) => one.name);
  const missing = schema.fields.find((one) => findField(source.schema, one.name) === undefined);
  if (missing !== undefined) throw unresolvedInMerge(missing.name, clause, known);
}

function sourceColumn(column: StructField, { engineAlias }: ScopeRelation): TypedValue {
  return { sql: `${engineName(engineAlias)}.${engineName(column.name)}`, dataType: column.dataType };
}
