/** What a task did, in a few words: rows written, checks, files ingested. */
import type { TaskReport, TaskState } from "../../workspace/run-job.js";
import { lastAttempt } from "../../workspace/run-job.js";
import { countText, numberText } from "./words.js";

/** One fact a table written, or ingested into, and one for all checks; how far a loop is, what a condition gave, which run was started. */
export function taskFacts(task: TaskState): readonly string[] {
  const { reports } = task;
  const checks = reports.filter((one) => one.kind === "check");
  const ingested = new Set(reports.flatMap((one) => (one.kind === "ingest" ? [one.table] : [])));
  // The write of an ingest is told with it.
  const told = reports.filter((one) => one.kind !== "table-written" || !ingested.has(one.table));
  const facts = told.flatMap((one) => reportText(one) ?? []);
  return [...controlFacts(task), ...new Set(facts), ...(checks.length > 0 ? [checksText(checks)] : [])];
}

function controlFacts(task: TaskState): readonly string[] {
  const child = lastAttempt(task)?.childRunId;
  return [
    ...(task.iterations ? [iterationsText(task.iterations)] : []),
    ...(task.outcome === undefined ? [] : [conditionText(task, task.outcome)]),
    ...(child === undefined ? [] : [`run ${child}`]),
  ];
}

function iterationsText({ total, ended, failed }: NonNullable<TaskState["iterations"]>): string {
  const count = ended < total ? `${numberText(ended)} of ` : "";
  return `${count}${countText(total, "iteration")}${failed > 0 ? `, ${numberText(failed)} failed` : ""}`;
}

const OPERATORS: Readonly<Record<string, string>> = {
  EQUAL_TO: "==",
  NOT_EQUAL: "!=",
  GREATER_THAN: ">",
  GREATER_THAN_OR_EQUAL: ">=",
  LESS_THAN: "<",
  LESS_THAN_OR_EQUAL: "<=",
};

/** @example "12 > 3: true" */
function conditionText(task: TaskState, outcome: string): string {
  const { left, op, right } = lastAttempt(task)?.settings ?? {};
  const operator = OPERATORS[String(op)];
  return operator === undefined ? outcome : `${operandText(left)} ${operator} ${operandText(right)}: ${outcome}`;
}

/** An empty text, and one with blanks at its ends, is seen in quotes alone. */
function operandText(operand: unknown): string {
  const text = String(operand);
  return text === "" || text !== text.trim() ? JSON.stringify(text) : text;
}

/** Undefined for a check: they are told together. */
export function reportText(report: TaskReport): string | undefined {
  switch (report.kind) {
    case "table-written": {
      const held = report.quarantined > 0 ? `, ${countText(report.quarantined, "row")} in quarantine` : "";
      return `${shortName(report.table)} v${report.version}: ${changeText(report)}${held}`;
    }
    case "unchanged":
      return `${shortName(report.table)}: unchanged`;
    case "ingest":
      return ingestText(report);
    case "warning":
      return `warning: ${report.message}`;
    case "check":
      return undefined;
  }
}

type Written = Extract<TaskReport, { kind: "table-written" }>;
type Ingested = Extract<TaskReport, { kind: "ingest" }>;
type Check = Extract<TaskReport, { kind: "check" }>;

const CHANGES: readonly (readonly [metric: string, word: string])[] = [
  ["numTargetRowsInserted", "inserted"],
  ["numTargetRowsUpdated", "updated"],
  ["numTargetRowsDeleted", "deleted"],
  ["numUpdatedRows", "updated"],
  ["numDeletedRows", "deleted"],
];

function changeText({ metrics, operation }: Written): string {
  const changes = CHANGES.filter(([metric]) => (metrics[metric] ?? 0) > 0);
  if (changes.length > 0 && operation !== "WRITE") {
    const words = changes.map(([metric, word]) => `${numberText(metrics[metric] ?? 0)} ${word}`);
    return words.join(", ");
  }
  if (metrics.numOutputRows !== undefined && operation !== "MERGE") return countText(metrics.numOutputRows, "row");
  if (operation === "MERGE") return "no row changed";
  return operation.startsWith("CREATE") ? "created" : operation.toLowerCase();
}

function ingestText({ table, filesIngested, filesSkipped, rows, malformedLines }: Ingested): string {
  const parts = [
    ...(filesIngested > 0 ? [`${countText(rows, "row")} from ${countText(filesIngested, "file")}`] : []),
    ...(filesSkipped > 0 ? [`${countText(filesSkipped, "file")} known already`] : []),
    ...(malformedLines > 0 ? [countText(malformedLines, "malformed line")] : []),
  ];
  return `${shortName(table)}: ${parts.join(", ") || "no files"}`;
}

function checksText(checks: readonly Check[]): string {
  const count = (status: Check["status"]) => checks.filter((one) => one.status === status).length;
  const parts = [
    ...(["PASSED", "WARNED", "DROPPED", "FAILED"] as const).flatMap((status) =>
      count(status) > 0 ? [`${count(status)} ${status.toLowerCase()}`] : [],
    ),
  ];
  return `checks: ${parts.join(", ")}`;
}

/** Without the default catalog and schema. */
export function shortName(table: string): string {
  return table.replace(/^main\.default\./, "").replace(/^main\./, "");
}
