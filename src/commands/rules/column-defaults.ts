/** DEFAULT values of columns: what INSERT and MERGE store in a column that they leave out, and what the word DEFAULT stands for. */
import type { CompiledExpression, ExpressionCompiler } from "../../engine/expression-compiler.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { type DataType, type StructField, type StructType, sameType } from "../../schema/data-type.js";
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
  if (!value.deterministic) throw invalidDefault(column.name, text, "NON_DETERMINISTIC");
  if (!mayBeDefault(value.dataType, column.dataType)) throw invalidDefault(column.name, text, "DATA_TYPE");
  try {
    storedValue(compiler, value, column.dataType, column.name);
  } catch (error) {
    throw invalidDefault(column.name, text, "DATA_TYPE", error);
  }
}

const NUMBERS: ReadonlySet<string> = new Set(["byte", "short", "integer", "long", "float", "double", "decimal"]);
const TIMES: ReadonlySet<string> = new Set(["date", "timestamp", "timestamp_ntz"]);

/** Stricter than INSERT: a text is no number, and a boolean neither. */
function mayBeDefault(from: DataType, to: DataType): boolean {
  if (sameType(from, to) || from.kind === "void" || to.kind === "string") return true;
  if (NUMBERS.has(from.kind)) return NUMBERS.has(to.kind);
  if (from.kind === "string" || TIMES.has(from.kind)) return TIMES.has(to.kind);
  return from.kind === to.kind;
}

function compiledDefault(compiler: ExpressionCompiler, column: StructField, text: string): CompiledExpression {
  if (holdsSubquery(text)) throw invalidDefault(column.name, text, "SUBQUERY_EXPRESSION");
  try {
    return compiler.compile(text, []);
  } catch (error) {
    if (!(error instanceof LakeletError)) throw error;
    if (/SUBQUERY/.test(error.condition)) throw invalidDefault(column.name, text, "SUBQUERY_EXPRESSION", error);
    throw invalidDefault(column.name, text, "NOT_CONSTANT", error);
  }
}

/** A subquery needs no table, and compiles then. */
export function holdsSubquery(text: string): boolean {
  return /\(\s*(?:select|with|values|from)\b/i.test(text.replace(/'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*"/g, "''"));
}
