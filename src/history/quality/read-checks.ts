/** Checks over time, from `data_quality_metrics`. */
import type { SparkSession } from "../../session/contract.js";
import { type KeptPlace, type KeptRow, keptRows, listOf, numberOf, textOf } from "./kept-table.js";
import type { CheckHistory, CheckPoint, CheckStatus } from "./quality-report.js";

export const METRICS_TABLE = "data_quality_metrics";

const COLUMNS: Readonly<Record<string, string>> = {
  table_name: "table_name",
  check_name: "check_name",
  check_type: "check_type",
  check_expression: "check_expression",
  on_violation: "on_violation",
  severity: "severity",
  tags: "tags",
  owner: "owner",
  description: "description",
  source: "source",
  metric_value: "metric_value",
  violations: "violations",
  threshold: "threshold",
  total_rows: "total_rows",
  status: "status",
  job_run_id: "job_run_id",
  job_name: "job_name",
  pipeline_id: "pipeline_id",
  flow_name: "flow_name",
  timestamp: "unix_millis(timestamp)",
};

/**
 * By table, names in order.
 * @param table one table's alone, by its full name
 * @param limit points of a check that are read
 */
export async function readChecks(
  spark: SparkSession,
  place: KeptPlace,
  limit: number,
  table: string | undefined,
): Promise<ReadonlyMap<string, readonly CheckHistory[]>> {
  const rows = await keptRows(
    spark,
    place,
    METRICS_TABLE,
    COLUMNS,
    `WHERE ${table === undefined ? "TRUE" : "table_name = :table"}
     QUALIFY row_number() OVER (PARTITION BY table_name, check_name ORDER BY timestamp DESC) <= ${limit}
     ORDER BY table_name, check_name, timestamp`,
    table === undefined ? {} : { table },
  );
  const tables = new Map<string, Map<string, KeptRow[]>>();
  for (const row of rows) {
    const checks = tables.get(String(row.table_name)) ?? new Map<string, KeptRow[]>();
    checks.set(String(row.check_name), [...(checks.get(String(row.check_name)) ?? []), row]);
    tables.set(String(row.table_name), checks);
  }
  return new Map([...tables].map(([name, checks]) => [name, [...checks].map(([, found]) => historyOf(found))]));
}

function historyOf(rows: readonly KeptRow[]): CheckHistory {
  const last = rows.at(-1) ?? {};
  return {
    check: String(last.check_name),
    type: String(last.check_type),
    expression: textOf(last.check_expression),
    onViolation: textOf(last.on_violation),
    severity: textOf(last.severity),
    tags: listOf(last.tags).map(String),
    owner: textOf(last.owner),
    description: textOf(last.description),
    source: textOf(last.source) ?? "lakelet",
    points: rows.map(pointOf),
  };
}

function pointOf(row: KeptRow): CheckPoint {
  const flow = textOf(row.flow_name);
  const run = textOf(row.job_run_id);
  const job = textOf(row.job_name) ?? "job";
  return {
    at: Number(row.timestamp),
    status: String(row.status) as CheckStatus,
    value: numberOf(row.metric_value),
    violations: Number(row.violations ?? 0),
    threshold: numberOf(row.threshold),
    totalRows: numberOf(row.total_rows),
    by: flow !== undefined ? `flow ${flow}` : run === undefined ? undefined : `${job}, run ${run}`,
  };
}
