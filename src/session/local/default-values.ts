/** The word DEFAULT among the values of an INSERT: the default of the column that the value is for, or NULL. */
import { defaultText } from "../../commands/rules/column-defaults.js";
import { findField, type StructType, VOID } from "../../schema/data-type.js";
import type { Expression, Query } from "../../sql/ast.js";
import { parseExpression } from "../../sql/parse/parse.js";

/** True where a value of the query is the word alone. */
export function namesDefault(query: Query): boolean {
  return rowsOf(query).some((row) => row.some(isDefault));
}

/** @param columns of the table, in the order of the query's values */
export function withDefaults(query: Query, columns: readonly string[], schema: StructType): Query {
  const filled = (row: readonly Expression[]): readonly Expression[] =>
    row.map((value, i) => (isDefault(value) ? defaultOf(columns[i], schema) : value));
  if (query.kind === "values") return { ...query, rows: query.rows.map(filled) };
  return query.kind === "select" ? { ...query, projection: filled(query.projection) } : query;
}

function rowsOf(query: Query): readonly (readonly Expression[])[] {
  if (query.kind === "values") return query.rows;
  return query.kind === "select" ? [query.projection] : [];
}

function isDefault(value: Expression): boolean {
  return value.kind === "column" && value.parts.length === 1 && value.parts[0]?.toUpperCase() === "DEFAULT";
}

function defaultOf(column: string | undefined, schema: StructType): Expression {
  const field = column === undefined ? undefined : findField(schema, column);
  const text = field === undefined ? undefined : defaultText(field);
  return text === undefined ? { kind: "literal", dataType: VOID, value: null } : parseExpression(text);
}
