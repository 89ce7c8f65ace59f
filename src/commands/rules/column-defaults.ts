/** DEFAULT values of columns: what INSERT and MERGE store in a column that they leave out, and what the word DEFAULT stands for. */
import type { CompiledExpression, ExpressionCompiler } from "../../engine/expression-compiler.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { StructField, StructType } from "../../schema/data-type.js";
import { nullOf, storedValue } from "../stored-value.js";
import { invalidDefault } from "./rule-errors.js";

export const CURRENT_DEFAULT = "CURRENT_DEFAULT";

/** Spark text of the column's default. */
export function defaultText({ metadata }: StructField): string | undefined {
  const text = metadata[CURRENT_DEFAULT];
  return typeof text === "string" ? text : undefined;
}

/** Engine SQL of the column's default in the column's type; NULL where it has none. */
export function defaultValue(compiler: ExpressionCompiler, column: StructField): string {
  const text = defaultText(column);
  if (text === undefined) return nullOf(column.dataType);
  return storedValue(compiler, compiler.compile(text, []), column.dataType, column.name);
}

/** True for the word DEFAULT in place of a value. */
export function isDefaultWord(value: string): boolean {
  return value.trim().toLowerCase() === "default";
}

/** Spark text that a SET or VALUES item means for a column: the item itself, or where it is the word DEFAULT the column's default. */
export function valueOrDefault(value: string, column: StructField | undefined): string {
  return isDefaultWord(value) ? ((column && defaultText(column)) ?? "NULL") : value;
}

export function hasDefaults(schema: StructType): boolean {
  return schema.fields.some((column) => defaultText(column) !== undefined);
}

/** Throws INVALID_DEFAULT_VALUE.* for each default that is no expression without columns, of the column's type. */
export function checkDefaults(compiler: ExpressionCompiler, columns: readonly StructField[]): void {
  for (const column of columns) {
    const text = defaultText(column);
    if (text !== undefined) checkDefault(compiler, column, text);
  }
}

function checkDefault(compiler: ExpressionCompiler, column: StructField, text: string): void {
  const value = compiledDefault(compiler, column, text);
  try {
    storedValue(compiler, value, column.dataType, column.name);
  } catch (error) {
    throw invalidDefault(column.name, text, "DATA_TYPE", error);
  }
}

function compiledDefault(compiler: ExpressionCompiler, column: StructField, text: string): CompiledExpression {
  try {
    return compiler.compile(text, []);
  } catch (error) {
    if (!(error instanceof LakeletError)) throw error;
    const subquery = /SUBQUERY/.test(error.condition) || /^\(?\s*select\b/i.test(text);
    throw invalidDefault(column.name, text, subquery ? "SUBQUERY_EXPRESSION" : "UNRESOLVED_EXPRESSION", error);
  }
}
