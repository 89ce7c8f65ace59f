/** What `orderBy` takes, as Spark SQL. */
import { Column, type ColumnOrName, columnText, SortColumn } from "./column.js";
import type { SortKey } from "./plan.js";

/** PySpark's keyword `ascending`: for all keys, or one for each. */
export interface SortDirection {
  readonly ascending: boolean | readonly boolean[];
}

/** A column, its name, its position from 1, several of these, or (last) the direction. */
export type SortInput =
  | ColumnOrName
  | SortColumn
  | number
  | readonly (ColumnOrName | SortColumn | number)[]
  | SortDirection;

export function sortKeys(inputs: readonly SortInput[]): readonly SortKey[] {
  const direction = inputs.find(isDirection)?.ascending;
  const keys = inputs.filter((one) => !isDirection(one)).flat() as (ColumnOrName | SortColumn | number)[];
  return keys.map((key, i) => {
    const ascending = Array.isArray(direction) ? direction[i] : direction;
    return { text: ascending === false ? descending(key) : sortText(key) };
  });
}

/** A sort key as Spark SQL. */
export function sortText(key: ColumnOrName | SortColumn | number): string {
  if (key instanceof SortColumn) return key.text;
  return `${typeof key === "number" ? key : columnText(key)} ASC NULLS FIRST`;
}

function descending(key: ColumnOrName | SortColumn | number): string {
  const text = key instanceof SortColumn ? key.expression : typeof key === "number" ? String(key) : columnText(key);
  return `${text} DESC NULLS LAST`;
}

function isDirection(input: SortInput): input is SortDirection {
  return typeof input === "object" && !(input instanceof Column) && "ascending" in input;
}
