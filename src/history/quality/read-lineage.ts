/** What is made of what by the record of jobs' writes and pipelines' updates, put to what the event logs tell. */
import { ACCESS } from "../../catalog/lineage-tables.js";
import type { SparkSession } from "../../session/contract.js";
import { type KeptRow, keptName } from "./kept-table.js";
import type { ColumnLineage, LineageEdge, LineageGraph, LineageNode } from "./quality-report.js";

const SOURCE = "coalesce(source_table_full_name, source_path)";
const TARGET = "coalesce(target_table_full_name, target_path)";
/** Of a pipeline the last update that wrote the table, for its query may have changed; of a job each source that it ever read. */
const NEWEST = `QUALIFY event_time = max(event_time) OVER (PARTITION BY ${TARGET}, entity_type, entity_id, CASE WHEN entity_type = 'JOB' THEN ${SOURCE} END)
  OR (entity_type = 'PIPELINE' AND entity_run_id = max_by(entity_run_id, event_time) OVER (PARTITION BY ${TARGET}, entity_type, entity_id))`;

/** The graph with the edges of jobs, and the columns of all; undefined where nothing is known. */
export async function withRecordedLineage(
  spark: SparkSession,
  graph: LineageGraph | undefined,
): Promise<LineageGraph | undefined> {
  const tables = await recorded(
    spark,
    "table_lineage",
    "source_type AS kind, lower(entity_type) AS entity, entity_id AS id",
  );
  const columns = await recorded(spark, "column_lineage", "source_column_name AS of, target_column_name AS column");
  const nodes = new Map((graph?.nodes ?? []).map((one) => [one.id, one]));
  const declared = new Set((graph?.edges ?? []).map((one) => one.to));
  const made = tables.map((row) => ({
    from: String(row.source),
    to: String(row.target),
    by: `${String(row.entity)} ${String(row.id)}`,
    isFiles: row.kind === "PATH",
  }));
  // The record looks through a pipeline's views, which the event log has: their edges are there already.
  const more = made.filter((one) => one.by.startsWith("job ") || !declared.has(one.to));
  for (const { from, to, isFiles } of more) {
    know(nodes, from, isFiles ? "files" : "table");
    know(nodes, to, "table");
  }
  if (nodes.size === 0) return undefined;
  return {
    nodes: [...nodes.values()],
    edges: [...(graph?.edges ?? []), ...more.map(({ from, to, by }) => ({ from, to, by }))],
    columns: made.flatMap(({ from, to, by }) => columnsOf(columns, { from, to, by })),
  };
}

async function recorded(spark: SparkSession, table: string, wanted: string): Promise<readonly KeptRow[]> {
  const name = keptName(ACCESS, table);
  if (!(await spark.catalog.tableExists(name))) return [];
  const frame = await spark.sql(
    `SELECT DISTINCT ${SOURCE} AS source, ${TARGET} AS target, ${wanted} FROM (SELECT * FROM ${name} ${NEWEST}) AS newest ORDER BY ALL`,
  );
  return (await frame.collect()).map((row) => ({ ...row }));
}

function know(nodes: Map<string, LineageNode>, id: string, kind: LineageNode["kind"]): void {
  if (!nodes.has(id)) nodes.set(id, { id, kind });
}

function columnsOf(rows: readonly KeptRow[], edge: LineageEdge): readonly ColumnLineage[] {
  const found = new Map<string, Set<string>>();
  for (const row of rows) {
    if (row.source !== edge.from || row.target !== edge.to) continue;
    const column = String(row.column);
    found.set(column, (found.get(column) ?? new Set()).add(String(row.of)));
  }
  const columns = [...found].map(([column, from]) => ({ column, from: [...from].sort() }));
  return columns.length === 0 ? [] : [{ ...edge, columns }];
}
