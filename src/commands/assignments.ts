/** SET clauses: assignments to columns and struct fields become one engine expression a column. Pure. */
import type { CompiledExpression, ExpressionCompiler, ScopeRelation } from "../engine/expression-compiler.js";
import type { DataType, StructField, StructType } from "../schema/data-type.js";
import { findField } from "../schema/data-type.js";
import { engineName } from "../schema/engine-type.js";
import {
  conflictingAssignment,
  incompatibleStruct,
  nestedFieldNotAssignable,
  unresolvedColumn,
} from "./command-errors.js";
import { valueOrDefault } from "./rules/column-defaults.js";
import { fieldOf, storedValue } from "./stored-value.js";

/** `SET target = value`: a column or struct field as name parts, possibly qualified, and Spark text. */
export interface Assignment {
  readonly target: readonly string[];
  readonly value: string;
}

/** The values that a clause gives to the fields of a struct (of the table's row itself at the root), by field name. */
export type Assigned = { readonly kind: "value"; readonly value: CompiledExpression } | AssignedFields;
export interface AssignedFields {
  readonly kind: "fields";
  readonly fields: ReadonlyMap<string, Assigned>;
}

/**
 * The path of a column or field in the schema's spelling, the qualifier taken off.
 * Throws UNRESOLVED_COLUMN.WITH_SUGGESTION, DELTA_UNSUPPORTED_NESTED_FIELD_IN_UPDATE.
 */
export function resolveTarget(
  target: readonly string[],
  schema: StructType,
  qualifier: readonly string[],
): readonly string[] {
  const path = withoutQualifier(target, schema, qualifier);
  const resolved: string[] = [];
  let type: DataType = schema;
  for (const part of path) {
    if (type.kind !== "struct") throw nestedFieldNotAssignable(path.join("."));
    const field: StructField | undefined = findField(type, part);
    if (field === undefined) {
      const prefix = resolved.length === 0 ? "" : `${resolved.join(".")}.`;
      throw unresolvedColumn(
        target.join("."),
        type.fields.map((one) => prefix + one.name),
      );
    }
    resolved.push(field.name);
    type = field.dataType;
  }
  return resolved;
}

function withoutQualifier(
  target: readonly string[],
  schema: StructType,
  qualifier: readonly string[],
): readonly string[] {
  for (let length = Math.min(qualifier.length, target.length - 1); length > 0; length--) {
    const own = qualifier.slice(-length);
    const matches = own.every((part, i) => part.toLowerCase() === target[i]?.toLowerCase());
    if (matches && findField(schema, target[length] ?? "") !== undefined) return target.slice(length);
  }
  return target;
}

/** Throws DELTA_CONFLICT_SET_COLUMN where two paths are the same, or one holds the other. */
export function checkNoConflict(paths: readonly (readonly string[])[]): void {
  const keys = paths.map((path) => path.map((part) => part.toLowerCase()));
  keys.forEach((one, i) => {
    const other = keys.findIndex(
      (two, j) => j !== i && two.length <= one.length && two.every((part, k) => part === one[k]),
    );
    if (other >= 0) throw conflictingAssignment([paths[other] ?? [], paths[i] ?? []].map((path) => path.join(".")));
  });
}

export function gatherAssignments(
  assigned: readonly { readonly path: readonly string[]; readonly value: CompiledExpression }[],
): AssignedFields {
  checkNoConflict(assigned.map((one) => one.path));
  const groups = new Map<string, { path: readonly string[]; value: CompiledExpression }[]>();
  for (const { path, value } of assigned) {
    const [name = "", ...rest] = path;
    groups.set(name, [...(groups.get(name) ?? []), { path: rest, value }]);
  }
  const fields = new Map<string, Assigned>();
  for (const [name, group] of groups) {
    const whole = group.find((one) => one.path.length === 0);
    fields.set(name, whole ? { kind: "value", value: whole.value } : gatherAssignments(group));
  }
  return { kind: "fields", fields };
}

/** Compiles a SET list. */
export function compileAssignments(
  compiler: ExpressionCompiler,
  assignments: readonly Assignment[],
  schema: StructType,
  qualifier: readonly string[],
  scope: readonly ScopeRelation[],
): AssignedFields {
  return gatherAssignments(
    assignments.map(({ target, value }) => {
      const path = resolveTarget(target, schema, qualifier);
      const column = path.length === 1 ? findField(schema, path[0] ?? "") : undefined;
      return { path, value: compiler.compile(valueOrDefault(value, column), scope) };
    }),
  );
}

/**
 * Engine SQL of a column after the assignments; undefined where they leave it alone. `allowMissing`: a struct that is assigned as a
 * whole may lack fields of the column's, which become NULL.
 * A field assigned in a NULL struct makes the struct, its other fields NULL.
 */
export function assignedColumn(
  compiler: ExpressionCompiler,
  assigned: AssignedFields,
  column: StructField,
  engineAlias: string,
  allowMissing = false,
): string | undefined {
  const own = assigned.fields.get(column.name);
  const current = `${engineName(engineAlias)}.${engineName(column.name)}`;
  return own && assignedValue(compiler, own, column, current, column.name, allowMissing);
}

function assignedValue(
  compiler: ExpressionCompiler,
  assigned: Assigned,
  field: StructField,
  current: string,
  path: string,
  allowMissing: boolean,
): string {
  if (assigned.kind === "value") {
    checkStructs(assigned.value.dataType, field.dataType, path, allowMissing);
    return storedValue(compiler, assigned.value, field.dataType, path);
  }
  if (field.dataType.kind !== "struct") throw nestedFieldNotAssignable(path);
  const fields = field.dataType.fields.map((one) => {
    const sql = fieldOf(current, one.name);
    const own = assigned.fields.get(one.name);
    const value = own === undefined ? sql : assignedValue(compiler, own, one, sql, `${path}.${one.name}`, allowMissing);
    return `${engineName(one.name)} := ${value}`;
  });
  return `struct_pack(${fields.join(", ")})`;
}

/** A struct is assigned as a whole only where it has the fields of the column's struct, in any order. */
export function checkStructs(from: DataType, to: DataType, path: string, allowMissing = false): void {
  if (from.kind === "struct" && to.kind === "struct") {
    const extra = from.fields.some((one) => findField(to, one.name) === undefined);
    const missing = to.fields.some((one) => findField(from, one.name) === undefined);
    if (extra || (missing && !allowMissing)) throw incompatibleStruct(path, from, to);
    for (const one of from.fields) {
      const known = findField(to, one.name);
      if (known) checkStructs(one.dataType, known.dataType, `${path}.${one.name}`, allowMissing);
    }
  } else if (from.kind === "array" && to.kind === "array") {
    checkStructs(from.elementType, to.elementType, `${path}.element`, allowMissing);
  } else if (from.kind === "map" && to.kind === "map") {
    checkStructs(from.keyType, to.keyType, `${path}.key`, allowMissing);
    checkStructs(from.valueType, to.valueType, `${path}.value`, allowMissing);
  }
}
