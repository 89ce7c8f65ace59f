/** How a function of Spark SQL becomes a Column. As in PySpark, each parameter says whether a string in it is a column's name or text. */
import { Column, type ColumnOrName, columnText, type Operand, operandText } from "../column.js";
import { type LiteralValue, literalText } from "../literal.js";

/** A column, the name of one, or a number. */
export type ColumnOrNumber = ColumnOrName | number;

/** A call whose arguments are Spark SQL text already; those left undefined are left out. */
export function call(name: string, ...args: (string | undefined)[]): Column {
  return new Column(`${name}(${args.filter((one) => one !== undefined).join(", ")})`);
}
/** A function of columns only; strings are names of columns. */
export function ofColumns(name: string): (...columns: ColumnOrName[]) => Column {
  return (...columns) => call(name, ...columns.map(columnText));
}
/** A function of one column; a string is its name. */
export function ofColumn(name: string): (column: ColumnOrName) => Column {
  return (column) => call(name, columnText(column));
}
/** A function of two columns. */
export function ofTwo(name: string): (left: ColumnOrName, right: ColumnOrName) => Column {
  return (left, right) => call(name, columnText(left), columnText(right));
}
/** A function of a column and a value; a string in the second place is text. */
export function ofColumnAndValue(name: string): (column: ColumnOrName, value: Operand) => Column {
  return (column, value) => call(name, columnText(column), operandText(value));
}
/** A function of a column and a number, or the column that holds it. */
export function ofColumnAndNumber(name: string): (column: ColumnOrName, number: ColumnOrNumber) => Column {
  return (column, number) => call(name, columnText(column), nameOrValue(number));
}
/** A function without arguments. */
export function constant(name: string): () => Column {
  return () => call(name);
}
/** A string is the name of a column, anything else a value. */
export function nameOrValue(operand: Operand): string {
  return typeof operand === "string" ? columnText(operand) : operandText(operand);
}
export function optionalName(column: ColumnOrName | undefined): string | undefined {
  return column === undefined ? undefined : columnText(column);
}
export function optionalValue(value: Operand | undefined): string | undefined {
  return value === undefined ? undefined : operandText(value);
}
/** Columns as arguments, or one array of them. */
export function listed(columns: readonly (ColumnOrName | readonly ColumnOrName[])[]): readonly ColumnOrName[] {
  return columns.flat() as ColumnOrName[];
}

export type { ColumnOrName, LiteralValue, Operand };
export { Column, columnText, literalText, operandText };
