/** The tables of the query suite: few values, so that joins and groups meet, with nulls and the edges of every type among them. */

export type QuerySort = "int" | "float" | "decimal" | "string" | "boolean" | "date" | "timestamp" | "ntz" | "ints";

export interface TableColumn {
  readonly name: string;
  readonly sort: QuerySort;
  /** Arithmetic stays within the type. */
  readonly small: boolean;
}
export interface QueryTable {
  readonly name: string;
  readonly columns: readonly TableColumn[];
  /** Makes its rows. */
  readonly query: string;
}

type ColumnRow = readonly [name: string, type: string, sort: QuerySort, values: string, edges?: "edges"];

/** Values apart by `;`, each repeated as often as it takes; `~` is NULL. */
function table(name: string, rows: number, columns: readonly ColumnRow[]): QueryTable {
  const cells = columns.map(([, type, , values]) =>
    values.split(";").map((one) => (one === "~" ? `CAST(NULL AS ${type})` : castOf(one, type))),
  );
  const lines = Array.from({ length: rows }, (_, row) => `(${cells.map((one) => one[row % one.length]).join(", ")})`);
  return {
    name,
    columns: columns.map(([column, , sort, , edges]) => ({ name: column, sort, small: edges === undefined })),
    query: `SELECT * FROM VALUES ${lines.join(", ")} AS t(${columns.map(([column]) => column).join(", ")})`,
  };
}

function castOf(value: string, type: string): string {
  if (type.startsWith("ARRAY"))
    return value === "[]" ? `CAST(array() AS ${type})` : `CAST(array(${value.replace("?", "NULL")}) AS ${type})`;
  return `CAST('${value}' AS ${type})`;
}

export const QUERY_TABLES: readonly QueryTable[] = [
  table("t1", 9, [
    ["id", "INT", "int", "1;2;3;4;5;6;7;8;9"],
    ["a", "INT", "int", "1;2;~;2;3;0;-1"],
    ["b", "BIGINT", "int", "10;9223372036854775807;~;-9223372036854775808;10;2", "edges"],
    ["s", "STRING", "string", "a;b;~;A;;a;ab; a;ß"],
    ["ns", "STRING", "string", "1;2;~;3;0;-1;2"],
    ["d", "DOUBLE", "float", "0.5;NaN;-0.0;~;0.0;Infinity;-2.25;NaN;-Infinity", "edges"],
    ["n", "DECIMAL(10,2)", "decimal", "1.00;2.50;~;-0.50;1.00;2.00"],
    ["dt", "DATE", "date", "2024-01-31;2024-02-29;~;2024-01-31;1969-12-31"],
    [
      "ts",
      "TIMESTAMP",
      "timestamp",
      "2024-01-31 00:00:00;2024-01-31 12:30:00;~;1969-12-31 23:59:59.999999;2024-02-29 00:00:00",
    ],
    ["p", "BOOLEAN", "boolean", "true;false;~;true"],
  ]),
  table("t2", 7, [
    ["id", "BIGINT", "int", "1;2;3;4;5;6;7"],
    ["a", "SMALLINT", "int", "2;1;~;3;3;32767"],
    ["s", "STRING", "string", "b;~;a;a;c"],
    ["f", "FLOAT", "float", "0.5;~;NaN;-0.0;1.5;0.0;16777216", "edges"],
    ["m", "DECIMAL(12,3)", "decimal", "2.500;~;1.000;2.000;1.001"],
    ["dt", "TIMESTAMP", "timestamp", "2024-01-31 00:00:00;~;2024-02-29 00:00:00;2024-01-31 12:30:00"],
    ["nz", "TIMESTAMP_NTZ", "ntz", "2024-01-31 00:00:00;~;2024-02-29 00:00:00;1960-01-01 00:00:00"],
    ["arr", "ARRAY<INT>", "ints", "1,2;[];~;?;3"],
  ]),
  table("t3", 6, [
    ["k", "STRING", "string", "a;b;~;c;a;B"],
    ["a", "TINYINT", "int", "1;~;2;127;-128;2"],
    ["v", "INT", "int", "5;~;1;2147483647;-2147483648;1", "edges"],
    ["big", "DECIMAL(38,0)", "decimal", "1;99999999999999999999999999999999999999;~;2;-1;0", "edges"],
    ["dt", "DATE", "date", "2024-01-31;0001-01-01;~;9999-12-31;2024-02-29", "edges"],
    ["p", "BOOLEAN", "boolean", "false;~;true"],
  ]),
  table("empty", 1, [
    ["id", "INT", "int", "1"],
    ["s", "STRING", "string", "a"],
    ["n", "DECIMAL(5,1)", "decimal", "1.5"],
  ]),
].map((one) => (one.name === "empty" ? { ...one, query: `${one.query} WHERE id > 1` } : one));
