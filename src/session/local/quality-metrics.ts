/** `data_quality_metrics`: a row for each check of a write, of a table as it stands, and of dbt's tests. */
import { identifierText, qualify } from "../../catalog/table-identifier.js";
import { nameParts } from "../../dataframe/column.js";
import { type ExpectationResult, severityOf } from "../../quality/expectation.js";
import { ruleText } from "../../quality/rule-text.js";
import { isRowRule } from "../../quality/rules.js";
import { array, DOUBLE, field, LONG, STRING, struct, TIMESTAMP } from "../../schema/data-type.js";
import type { CheckRecord } from "../contract.js";
import { type KeptTable, keepRows, timestampNow } from "./kept-rows.js";
import type { Runtime } from "./runtime.js";
import type { SessionTable } from "./session-table.js";

/** The first thirteen are as they were from the beginning; later ones are added to tables that lack them. */
const METRICS: KeptTable = {
  name: "data_quality_metrics",
  schema: struct([
    field("job_run_id", STRING),
    field("job_name", STRING),
    field("task_key", STRING),
    field("table_name", STRING),
    field("check_name", STRING),
    field("check_type", STRING),
    field("on_violation", STRING),
    field("metric_value", DOUBLE),
    field("violations", LONG),
    field("threshold", DOUBLE),
    field("status", STRING),
    field("write_id", STRING),
    field("timestamp", TIMESTAMP),
    field("check_expression", STRING),
    field("severity", STRING),
    field("tags", array(STRING)),
    field("owner", STRING),
    field("description", STRING),
    field("total_rows", LONG),
    field("passed_rows", LONG),
    field("failed_rows", LONG),
    field("pipeline_id", STRING),
    field("update_id", STRING),
    field("flow_name", STRING),
    field("source", STRING),
    field("rule", STRING),
  ]),
};

/** The flow of a pipeline that a write is for. */
export interface FlowIdentity {
  /** `<pipeline id>/<flow>`, as in a FlowRequest. */
  readonly flow: string;
  readonly updateId?: string;
}

/** Of checks that lakelet evaluated itself. @param total rows that were looked at, those held back among them */
export function checkRecord(table: string, result: ExpectationResult, total: bigint | undefined): CheckRecord {
  const { expectation, status, value, violations, threshold } = result;
  const rows = isRowRule(expectation.rule) ? total : undefined;
  return {
    table,
    check: expectation.name,
    type: expectation.rule.kind,
    expression: ruleText(expectation.rule),
    rule: JSON.stringify(expectation.rule),
    onViolation: expectation.onViolation,
    severity: severityOf(expectation),
    ...(expectation.tags && { tags: expectation.tags }),
    ...(expectation.owner !== undefined && { owner: expectation.owner }),
    ...(expectation.description !== undefined && { description: expectation.description }),
    status,
    value,
    violations,
    threshold,
    totalRows: total,
    passedRows: rows === undefined ? undefined : rows - violations,
    failedRows: rows === undefined ? undefined : violations,
    source: "lakelet",
  };
}

/** Appends the records to the metrics beside the table that they are about. */
export async function keepMetrics(
  runtime: Runtime,
  about: Pick<SessionTable, "identifier">,
  records: readonly CheckRecord[],
  { writeId, flow }: { readonly writeId?: string; readonly flow?: FlowIdentity } = {},
): Promise<void> {
  const { job } = runtime.options;
  const at = timestampNow();
  const cut = flow?.flow.lastIndexOf("/") ?? -1;
  const rows = records.map((one) => [
    job?.jobRunId ?? null,
    job?.jobName ?? null,
    job?.taskKey ?? null,
    one.table,
    one.check,
    one.type,
    one.onViolation ?? null,
    one.value,
    one.violations,
    one.threshold ?? null,
    one.status,
    writeId ?? null,
    at,
    one.expression ?? null,
    one.severity ?? null,
    one.tags ?? null,
    one.owner ?? null,
    one.description ?? null,
    one.totalRows ?? null,
    one.passedRows ?? null,
    one.failedRows ?? null,
    flow?.flow.slice(0, Math.max(0, cut)) ?? null,
    flow?.updateId ?? null,
    flow?.flow.slice(cut + 1) ?? null,
    one.source,
    one.rule ?? null,
  ]);
  await keepRows(runtime, about, METRICS, rows);
}

/** Of checks that others evaluated. Those about no table of the catalog go beside the session's current schema's. */
export async function recordChecks(runtime: Runtime, records: readonly CheckRecord[]): Promise<void> {
  const bySchema = new Map<
    string,
    { readonly about: Pick<SessionTable, "identifier">; readonly records: CheckRecord[] }
  >();
  for (const record of records) {
    const parts = nameParts(record.table === "" ? "unknown" : record.table);
    const identifier = qualify(parts, runtime.state.current);
    const key = identifierText({ ...identifier, name: "" });
    const group = bySchema.get(key) ?? { about: { identifier }, records: [] };
    group.records.push(record);
    bySchema.set(key, group);
  }
  for (const group of bySchema.values()) await keepMetrics(runtime, group.about, group.records);
}
