/** Writes what tables are made of to `system.access.table_lineage` and `column_lineage`, in Databricks' columns. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ACCESS, LINEAGE_TABLES, type LineageTableName } from "../../catalog/lineage-tables.js";
import type { CreatedRow, QueryLineage, SparkSession } from "../../session/contract.js";
import { WORKSPACE_ID } from "./timeline-rows.js";

/** A write, or the flow of a pipeline, with what its rows come from. */
export interface RecordedLineage extends QueryLineage {
  /** `catalog.schema.table`, or a path. */
  readonly table: string;
  readonly entityType: "JOB" | "PIPELINE";
  /** Of the job or the pipeline. */
  readonly entityId: string;
  /** Of the attempt of a task, or of the update. */
  readonly entityRunId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface RecordLineageOptions {
  /** One that may write system tables. */
  readonly session: SparkSession;
  /** Absolute folder of the managed tables. */
  readonly warehouse: string;
  readonly createdBy: string;
  /** Names the record: it is written once, however often this is called. */
  readonly transaction: { readonly appId: string; readonly version: number };
}

type Row = Readonly<Record<string, unknown>>;

export async function recordLineage(options: RecordLineageOptions, written: readonly RecordedLineage[]): Promise<void> {
  const tables = written.flatMap((one) => one.sources.map((source) => tableRow(one, source, options.createdBy)));
  const columns = written.flatMap((one) => columnRows(one, options.createdBy));
  await Promise.all([append(options, "table_lineage", tables), append(options, "column_lineage", columns)]);
}

function tableRow(one: RecordedLineage, source: QueryLineage["sources"][number], createdBy: string): Row {
  const at = new Date(one.at);
  return {
    account_id: null,
    metastore_id: null,
    workspace_id: WORKSPACE_ID,
    entity_type: one.entityType,
    entity_id: one.entityId,
    entity_run_id: one.entityRunId,
    ...named("source", source.source, source.kind),
    ...named("target", one.table, /^[^/.]+\.[^/.]+\.[^/]+$/.test(one.table) ? "TABLE" : "PATH"),
    created_by: createdBy,
    event_time: at,
    event_date: at,
  };
}

function columnRows(one: RecordedLineage, createdBy: string): readonly Row[] {
  return one.columns.flatMap(({ name, sources }) =>
    sources.map((source) => ({
      ...tableRow(one, source, createdBy),
      source_column_name: source.column,
      target_column_name: name,
    })),
  );
}

function named(side: "source" | "target", text: string, kind: "TABLE" | "PATH"): Row {
  const [catalog, schema, ...name] = text.split(".");
  const isTable = kind === "TABLE";
  return {
    [`${side}_table_full_name`]: isTable ? text : null,
    [`${side}_table_catalog`]: isTable ? catalog : null,
    [`${side}_table_schema`]: isTable ? schema : null,
    [`${side}_table_name`]: isTable ? name.join(".") : null,
    [`${side}_path`]: isTable ? null : text,
    [`${side}_type`]: kind,
  };
}

async function append(options: RecordLineageOptions, name: LineageTableName, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const { session, warehouse, transaction } = options;
  const location = join(warehouse, ACCESS.catalog, ACCESS.schema, name);
  const { columns, comment } = LINEAGE_TABLES[name];
  const ddl = columns.map((one) => `${one.name} ${one.type}`).join(", ");
  if (!existsSync(join(location, "_delta_log"))) {
    await session.execute(
      `CREATE TABLE IF NOT EXISTS delta.\`${location}\` (${ddl}) USING DELTA COMMENT '${comment}' TBLPROPERTIES ('delta.autoOptimize.autoCompact' = 'true')`,
    );
  }
  const date = columns.map((one) => (one.type === "DATE" ? `CAST(${one.name} AS DATE) AS ${one.name}` : one.name));
  const typed = ddl.replace("event_date DATE", "event_date TIMESTAMP");
  await session
    .createDataFrame(rows as readonly CreatedRow[], typed)
    .selectExpr(...date)
    .write.format("delta")
    .mode("append")
    .option("txnAppId", transaction.appId)
    .option("txnVersion", transaction.version)
    .save(location);
}
