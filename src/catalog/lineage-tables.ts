/** Databricks' `system.access` as far as it is here: which tables and columns are made of which. */

export const ACCESS = { catalog: "system", schema: "access" } as const;
export const LINEAGE_NAMES = ["table_lineage", "column_lineage"] as const;
export type LineageTableName = (typeof LINEAGE_NAMES)[number];

interface LineageColumn {
  readonly name: string;
  /** Spark DDL. */
  readonly type: string;
}

const side = (name: "source" | "target"): readonly LineageColumn[] =>
  ["table_full_name", "table_catalog", "table_schema", "table_name", "path", "type"].map((part) => ({
    name: `${name}_${part}`,
    type: "STRING",
  }));
const texts = (names: string): readonly LineageColumn[] => names.split(" ").map((name) => ({ name, type: "STRING" }));

const BEFORE: readonly LineageColumn[] = [
  ...texts("account_id metastore_id workspace_id entity_type entity_id entity_run_id"),
  ...side("source"),
];
const AFTER: readonly LineageColumn[] = [
  ...texts("created_by"),
  { name: "event_time", type: "TIMESTAMP" },
  { name: "event_date", type: "DATE" },
];

/** Columns as Databricks publishes them. */
export const LINEAGE_TABLES: Readonly<
  Record<LineageTableName, { readonly comment: string; readonly columns: readonly LineageColumn[] }>
> = {
  table_lineage: {
    comment: "What tables are made of: a row for each source of each write of a job and each flow of a pipeline",
    columns: [...BEFORE, ...side("target"), ...AFTER],
  },
  column_lineage: {
    comment: "What columns are made of: a row for each column of a source in each column of a target",
    columns: [...BEFORE, ...texts("source_column_name"), ...side("target"), ...texts("target_column_name"), ...AFTER],
  },
};

export function isAccess({ catalog, schema }: { readonly catalog: string; readonly schema: string }): boolean {
  return catalog.toLowerCase() === ACCESS.catalog && schema.toLowerCase() === ACCESS.schema;
}

/** Rows of the table before anything was recorded: none. */
export function emptyLineage(name: string): { readonly query: string; readonly comment: string } | undefined {
  const table = LINEAGE_NAMES.find((one) => one === name.toLowerCase());
  if (table === undefined) return undefined;
  const { columns, comment } = LINEAGE_TABLES[table];
  return {
    query: `SELECT ${columns.map((one) => `CAST(NULL AS ${one.type}) AS ${one.name}`).join(", ")} WHERE false`,
    comment,
  };
}
