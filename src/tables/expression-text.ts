/** Expressions as DeltaTable's methods take them: Spark SQL text, or a Column. */
import { nameParts } from "../dataframe/column.js";
import { quoteName } from "../schema/type-text.js";

/** Spark SQL text, or anything with such a text: a Column. */
export type Expression = string | { readonly text: string };

/** Column name, or path of a struct field, to the expression of its new value. A name may be qualified by the table's alias. */
export type ColumnExpressions = Readonly<Record<string, Expression>>;

export function expressionText(expression: Expression): string {
  return typeof expression === "string" ? expression : expression.text;
}

export function optionalText(expression: Expression | undefined): string | undefined {
  return expression === undefined ? undefined : expressionText(expression);
}

/** The name of a column or field, each part in backticks. */
export function quotedPath(name: string): string {
  return nameParts(name).map(quoteName).join(".");
}
