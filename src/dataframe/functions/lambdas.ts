/** Functions that take a function: `transform("prices", (x) => x.multiply(2))`. */
import { Column, type ColumnOrName, call, columnText, type Operand, operandText } from "./call.js";

/** Called once, with columns that stand for the parameters. */
type Lambda = (...parameters: [Column, Column, Column]) => Operand;

/** Each element (and its index, from 0) changed. @example transform("prices", (x, i) => x.plus(i)) */
export const transform = (column: ColumnOrName, f: (element: Column, index: Column) => Operand): Column =>
  call("transform", columnText(column), lambda(f, 1));
/** The elements (with their index) for which the condition holds. */
export const filter = (column: ColumnOrName, f: (element: Column, index: Column) => Operand): Column =>
  call("filter", columnText(column), lambda(f, 1));
export const exists = (column: ColumnOrName, f: (element: Column) => Operand): Column =>
  call("exists", columnText(column), lambda(f, 1));
export const forall = (column: ColumnOrName, f: (element: Column) => Operand): Column =>
  call("forall", columnText(column), lambda(f, 1));
/** From a start (a column, e.g. `lit(0)`), element by element. @example aggregate("xs", lit(0), (sum, x) => sum.plus(x)) */
export const aggregate = folding("aggregate");
export const reduce = folding("reduce");
/** Both arrays element by element; the shorter one goes on with nulls. */
export const zip_with = (
  one: ColumnOrName,
  other: ColumnOrName,
  f: (element: Column, other: Column) => Operand,
): Column => call("zip_with", columnText(one), columnText(other), lambda(f, 2));
/** Ascending with nulls last, or by a comparator that gives a negative number, 0, or a positive one. */
export const array_sort = (column: ColumnOrName, comparator?: (left: Column, right: Column) => Operand): Column =>
  call("array_sort", columnText(column), comparator ? lambda(comparator, 2) : undefined);

/** The entries for which the condition holds. */
export const map_filter = (column: ColumnOrName, f: (key: Column, value: Column) => Operand): Column =>
  call("map_filter", columnText(column), lambda(f, 2));
export const transform_keys = (column: ColumnOrName, f: (key: Column, value: Column) => Operand): Column =>
  call("transform_keys", columnText(column), lambda(f, 2));
export const transform_values = (column: ColumnOrName, f: (key: Column, value: Column) => Operand): Column =>
  call("transform_values", columnText(column), lambda(f, 2));
/** Both maps key by key; null where one lacks it. */
export const map_zip_with = (
  one: ColumnOrName,
  other: ColumnOrName,
  f: (key: Column, value: Column, other: Column) => Operand,
): Column => call("map_zip_with", columnText(one), columnText(other), lambda(f, 3));

function folding(name: string) {
  return (
    column: ColumnOrName,
    start: ColumnOrName,
    merge: (sum: Column, element: Column) => Operand,
    finish?: (sum: Column) => Operand,
  ): Column =>
    call(name, columnText(column), columnText(start), lambda(merge, 2), finish ? lambda(finish, 1) : undefined);
}

/** `least`: how many parameters the function of SQL has at least, however many the TypeScript function names. */
function lambda(f: Lambda, least: number): string {
  const all: [Column, Column, Column] = [parameter("x"), parameter("y"), parameter("z")];
  const used = all.slice(0, Math.max(least, f.length)).map((one) => one.text);
  depth += 1;
  try {
    const body = operandText(f(...all));
    return used.length === 1 ? `${used[0]} -> ${body}` : `(${used.join(", ")}) -> ${body}`;
  } finally {
    depth -= 1;
  }
}

function parameter(letter: string): Column {
  return new Column(`${letter}_${depth}`);
}
/** Nested lambdas take other names for their parameters. */
let depth = 0;
