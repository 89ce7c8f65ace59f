/** The tables that lakelet, Spark and delta-rs write in turn: what each asks of its writers, and who can do that. */
import type { Reader } from "../../interop/peers.js";
import { KINDS } from "../differential/cell.js";
import { type Column, cellOf, type Row } from "../differential/condition.js";
import { BASE } from "../differential/sequence.js";

export type Writer = "lakelet" | "spark" | "delta-rs";

export interface MixedTable {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly partitionColumn: string | undefined;
  readonly writers: readonly Writer[];
  readonly readers: readonly Reader[];
  /** Columns can be renamed and dropped. */
  readonly mapped?: boolean;
  /** lakelet and Spark have to give the same changes of each version. */
  readonly feed?: boolean;
  /** Each row keeps its id, and no other row ever has it. */
  readonly rowIds?: boolean;
  /** `g` is `n + 1`, and `n` is not negative. */
  readonly ruled?: boolean;
}

/** delta-rs's Arrow dataset reads neither deletion vectors, column mapping nor v2 checkpoints; its DataFusion does. */
const FEW: readonly Reader[] = ["datafusion", "spark"];
const ALL_READERS: readonly Reader[] = ["delta-rs", "datafusion", "spark"];
const ALL: readonly Writer[] = ["lakelet", "spark", "delta-rs"];
const TWO: readonly Writer[] = ["lakelet", "spark"];
const VECTORS = { "delta.enableDeletionVectors": "true" };

export const MIXED_TABLES: readonly MixedTable[] = [
  { name: "plain", properties: {}, partitionColumn: undefined, writers: ALL, readers: ALL_READERS },
  { name: "partitioned", properties: {}, partitionColumn: "p", writers: ALL, readers: ALL_READERS },
  {
    name: "ruled",
    properties: {},
    partitionColumn: undefined,
    writers: ALL,
    readers: ALL_READERS,
    ruled: true,
  },
  {
    name: "v2 checkpoints",
    properties: { "delta.checkpointPolicy": "v2" },
    partitionColumn: "p",
    writers: ALL,
    readers: FEW,
  },
  {
    name: "vectors and changes",
    properties: { ...VECTORS, "delta.enableChangeDataFeed": "true" },
    partitionColumn: undefined,
    writers: TWO,
    readers: FEW,
    feed: true,
  },
  {
    name: "mapped",
    properties: { ...VECTORS, "delta.columnMapping.mode": "name" },
    partitionColumn: "p",
    writers: TWO,
    readers: FEW,
    mapped: true,
  },
  {
    name: "row ids and in-commit timestamps",
    properties: { "delta.enableRowTracking": "true", "delta.enableInCommitTimestamps": "true" },
    partitionColumn: undefined,
    writers: TWO,
    readers: ["spark"],
    rowIds: true,
  },
  {
    name: "row ids and vectors",
    properties: { ...VECTORS, "delta.enableRowTracking": "true", "delta.checkpointPolicy": "v2" },
    partitionColumn: "p",
    writers: TWO,
    readers: ["spark"],
    rowIds: true,
  },
];

export const GENERATED: Column = { name: "g", kind: "integer" };
const N: Pick<Column, "name"> = { name: "n" };

export function columnsOf(table: MixedTable): readonly Column[] {
  return table.ruled ? [...BASE, GENERATED] : BASE;
}

/** The row with what the table adds to it. */
export function completed(table: MixedTable, row: Row): Row {
  if (!table.ruled) return row;
  const n = cellOf(row, N);
  return new Map([...row, [GENERATED.name, n === null ? null : Number(n) + 1]]);
}

export function isAllowed(table: MixedTable, row: Row): boolean {
  const n = cellOf(row, N);
  return !table.ruled || n === null || Number(n) >= 0;
}

/** The statements that make the table, for Spark and for lakelet. */
export function createStatements(table: MixedTable, name: string): readonly string[] {
  const columns = BASE.map((column) => `${column.name} ${KINDS[column.kind].ddl}`);
  if (table.ruled) columns.push(`${GENERATED.name} INT GENERATED ALWAYS AS (n + 1)`);
  const properties = Object.entries({ "delta.checkpointInterval": "4", ...table.properties })
    .map(([key, value]) => `'${key}' = '${value}'`)
    .join(", ");
  const partition = table.partitionColumn === undefined ? "" : ` PARTITIONED BY (${table.partitionColumn})`;
  return [
    `CREATE TABLE ${name} (${columns.join(", ")}) USING DELTA${partition} TBLPROPERTIES (${properties})`,
    ...(table.ruled ? [`ALTER TABLE ${name} ADD CONSTRAINT whole CHECK (n >= 0 OR n IS NULL)`] : []),
  ];
}
