/** Rows that are known in full as a relation of the engine: constants in a query's text. */
import { type DataType, field, struct } from "../../../schema/data-type.js";
import { engineName, engineString, engineType } from "../../../schema/engine-type.js";
import type { Relation } from "../../../sql/relation.js";

/** Texts, numbers, and instants as milliseconds since the epoch. */
export type Cell = string | number | null | undefined;

export interface KnownRows {
  readonly columns: readonly (readonly [name: string, type: DataType])[];
  readonly rows: readonly (readonly Cell[])[];
}

export function valuesRelation({ columns, rows }: KnownRows, qualifier: readonly string[]): Relation {
  const list = (row: readonly Cell[]) => columns.map(([, type], i) => cellSql(row[i], type)).join(", ");
  const names = columns.map(([name]) => engineName(name)).join(", ");
  const empty = columns.map(([, type]) => `CAST(NULL AS ${engineType(type)})`).join(", ");
  const body =
    rows.length === 0 ? `SELECT ${empty} WHERE false` : `VALUES ${rows.map((row) => `(${list(row)})`).join(", ")}`;
  const { fields } = struct(columns.map(([name, type]) => field(name, type)));
  return {
    sql: `(SELECT * FROM (${body}) AS "v"(${names}))`,
    output: fields.map(({ name, dataType, nullable }) => ({
      name,
      dataType,
      nullable,
      engineName: name,
      qualifiers: [qualifier],
    })),
  };
}

function cellSql(value: Cell, type: DataType): string {
  if (value === null || value === undefined) return `CAST(NULL AS ${engineType(type)})`;
  if (type.kind === "timestamp") return `make_timestamptz(${Math.trunc(Number(value) * 1000)})`;
  return typeof value === "number" ? `CAST(${value} AS ${engineType(type)})` : engineString(value);
}
