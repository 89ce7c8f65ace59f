/** Columns that are GENERATED ALWAYS AS an expression over the other columns of their row. */
import type { ExpressionCompiler, ScopeRelation } from "../../engine/expression-compiler.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { StructField, StructType } from "../../schema/data-type.js";
import { findField, sameType } from "../../schema/data-type.js";
import { engineName, engineType } from "../../schema/engine-type.js";
import { holdsSubquery } from "./column-defaults.js";
import {
  generatedExpressionRefused,
  generatedNonDeterministic,
  generatedReferences,
  generatedTypeMismatch,
} from "./rule-errors.js";

export const GENERATION_EXPRESSION = "delta.generationExpression";

/** Spark text of the expression that gives the column its values. */
export function generationExpression({ metadata }: StructField): string | undefined {
  const text = metadata[GENERATION_EXPRESSION];
  return typeof text === "string" ? text : undefined;
}

export function generatedColumns(schema: StructType): readonly StructField[] {
  return schema.fields.filter((column) => generationExpression(column) !== undefined);
}

/** Columns that the generation expression reads, in the schema's spelling. */
export function baseColumns(compiler: ExpressionCompiler, column: StructField, schema: StructType): readonly string[] {
  return compiled(compiler, column, schema, {}).references.map((one) => one.column);
}

/**
 * Generated columns that must be computed anew where `assigned` columns change: a base column of theirs is assigned, and they are not.
 * UPDATE and MERGE SET them to {@link generatedValue}; where one is assigned, {@link rowChecks} holds it against the expression.
 */
export function columnsToGenerate(
  compiler: ExpressionCompiler,
  schema: StructType,
  assigned: ReadonlySet<string>,
): readonly StructField[] {
  return generatedColumns(schema).filter(
    (column) => !assigned.has(column.name) && baseColumns(compiler, column, schema).some((name) => assigned.has(name)),
  );
}

/**
 * Engine SQL of a generated column's value, in the column's type. `valueFor` gives the engine SQL of each base column's value in the
 * row as it will be stored (of the column's type, deterministic: it may be evaluated more than once).
 */
export function generatedValue(
  compiler: ExpressionCompiler,
  column: StructField,
  schema: StructType,
  valueFor: (column: StructField) => string,
): string {
  const names = baseColumns(compiler, column, schema);
  const bases = names.flatMap((name) => findField(schema, name) ?? []);
  const values = Object.fromEntries(bases.map((base) => [base.name, `(${valueFor(base)})`]));
  return `CAST(${compiled(compiler, column, schema, values).sql} AS ${engineType(column.dataType)})`;
}

function compiled(
  compiler: ExpressionCompiler,
  column: StructField,
  schema: StructType,
  values: NonNullable<ScopeRelation["values"]>,
): ReturnType<ExpressionCompiler["compile"]> {
  return compiler.compile(generationExpression(column) ?? "NULL", [
    { qualifier: [], schema, engineAlias: "row", values },
  ]);
}

/** Engine SQL over `"row"`: TRUE where the column has another value than its expression gives; NULL is equal to NULL. */
export function generatedViolation(compiler: ExpressionCompiler, column: StructField, schema: StructType): string {
  const stored = `"row".${engineName(column.name)}`;
  return `${stored} IS DISTINCT FROM ${generatedValue(compiler, column, schema, (base) => `"row".${engineName(base.name)}`)}`;
}

/**
 * The definitions of a new table's generated columns.
 * Throws DELTA_INVALID_GENERATED_COLUMN_REFERENCES, DELTA_GENERATED_COLUMNS_EXPR_TYPE_MISMATCH,
 * DELTA_NON_DETERMINISTIC_EXPRESSION_IN_GENERATED_COLUMN, DELTA_AGGREGATE_IN_GENERATED_COLUMN, DELTA_UNSUPPORTED_EXPRESSION_GENERATED_COLUMN.
 */
export function checkGeneratedColumns(compiler: ExpressionCompiler, schema: StructType): void {
  const plain = schema.fields.filter((column) => generationExpression(column) === undefined);
  for (const column of generatedColumns(schema)) checkGenerated(compiler, column, plain);
}

function checkGenerated(compiler: ExpressionCompiler, column: StructField, plain: readonly StructField[]): void {
  const text = generationExpression(column) ?? "";
  const value = expressionOver(compiler, column, { kind: "struct", fields: plain });
  if (!value.deterministic) throw generatedNonDeterministic(text);
  if (!sameType(value.dataType, column.dataType)) {
    throw generatedTypeMismatch(column.name, value.dataType, column.dataType);
  }
}

function expressionOver(
  compiler: ExpressionCompiler,
  column: StructField,
  schema: StructType,
): ReturnType<ExpressionCompiler["compile"]> {
  const text = generationExpression(column) ?? "";
  if (holdsSubquery(text)) throw generatedExpressionRefused("UNSUPPORTED_EXPRESSION", text);
  try {
    return compiled(compiler, column, schema, {});
  } catch (error) {
    if (!(error instanceof LakeletError)) throw error;
    if (error.condition.startsWith("UNRESOLVED_COLUMN")) throw generatedReferences(error);
    if (/SUBQUERY/.test(error.condition)) throw generatedExpressionRefused("UNSUPPORTED_EXPRESSION", text);
    if (error.condition === "INVALID_WHERE_CONDITION") throw generatedExpressionRefused("AGGREGATE_IN", text);
    throw error;
  }
}
