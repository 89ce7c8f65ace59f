/** How a function of Spark SQL becomes a Column: arguments are columns, names of columns, or literals. */
import { Column, type ColumnOrName, columnText, type Operand, operandText } from "../column.js";
import { type LiteralValue, literalText } from "../literal.js";

/** A call whose arguments are Spark SQL text already. */
export function call(name: string, ...args: string[]): Column {
  return new Column(`${name}(${args.join(", ")})`);
}
/** A function of columns only; strings are names of columns. */
export function ofColumns(name: string): (...columns: ColumnOrName[]) => Column {
  return (...columns) => call(name, ...columns.map(columnText));
}
/** A function of one column; a string is its name. */
export function ofColumn(name: string): (column: ColumnOrName) => Column {
  return (column) => call(name, columnText(column));
}
/** A function of a column and then literals (or Columns), e.g. `round("x", 2)`; strings after the first are text. */
export function ofColumnAndValues(name: string): (column: ColumnOrName, ...values: Operand[]) => Column {
  return (column, ...values) => call(name, columnText(column), ...values.map(operandText));
}
/** A function without arguments. */
export function constant(name: string): () => Column {
  return () => call(name);
}

export type { ColumnOrName, LiteralValue, Operand };
export { columnText, literalText, operandText };
