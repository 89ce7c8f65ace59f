/** Alerts as files: Databricks' own JSON of an alert, today's and the legacy one, or the same in YAML. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { LakeletError } from "../../errors/lakelet-error.js";
import { readDocument, type SourceDocument } from "../../jobs/spec/document.js";
import { nearestName } from "../../jobs/spec/nearest-name.js";
import { invalidDocument, type Problem } from "../../jobs/spec/problem.js";
import { schemaProblems } from "../../jobs/spec/schema-problems.js";
import type { TaskEnvironment } from "../task-environment.js";
import { isFile, isPlainName, queryFile, savedFile, savedNames } from "./query-file.js";

const ENDINGS = [".alert.yml", ".alert.yaml", ".alert.json", ".dbalert.json"];

const OPERATORS = [
  "EQUAL",
  "NOT_EQUAL",
  "GREATER_THAN",
  "GREATER_THAN_OR_EQUAL",
  "LESS_THAN",
  "LESS_THAN_OR_EQUAL",
  "IS_NULL",
  "IS_NOT_NULL",
] as const;
const AGGREGATIONS = ["SUM", "COUNT", "COUNT_DISTINCT", "AVG", "MEDIAN", "MIN", "MAX", "STDDEV"] as const;
export type AlertOperator = (typeof OPERATORS)[number];
export type AlertAggregation = (typeof AGGREGATIONS)[number];

const text = z.string().min(1);
const column = z.strictObject({
  name: text,
  display: z.string().optional(),
  aggregation: z.enum(AGGREGATIONS).optional(),
});
const value = z.strictObject({
  double_value: z.number().optional(),
  string_value: z.string().optional(),
  bool_value: z.boolean().optional(),
});
const threshold = z.strictObject({ column: column.optional(), value: value.optional() });
const emptyState = z.enum(["OK", "TRIGGERED", "UNKNOWN", "ERROR"]);
const opaque = z.unknown();

const alertFile = z.strictObject({
  display_name: z.string().optional(),
  query_text: text.optional(),
  query_lines: z.array(z.string()).optional(),
  query_id: text.optional(),
  evaluation: z
    .strictObject({
      source: column,
      comparison_operator: z.enum(OPERATORS),
      threshold: threshold.optional(),
      empty_result_state: emptyState.optional(),
      notification: z
        .strictObject({
          notify_on_ok: z.boolean().optional(),
          retrigger_seconds: z.number().optional(),
          effective_retrigger_seconds: z.number().optional(),
          subscriptions: z
            .array(z.strictObject({ user_email: z.string().optional(), destination_id: z.string().optional() }))
            .optional(),
        })
        .optional(),
      state: opaque.optional(),
      last_evaluated_at: opaque.optional(),
    })
    .optional(),
  condition: z
    .strictObject({
      op: z.enum(OPERATORS),
      operand: z.strictObject({ column }),
      threshold: threshold.optional(),
      empty_result_state: emptyState.optional(),
    })
    .optional(),
  custom_summary: z.string().optional(),
  custom_description: z.string().optional(),
  custom_subject: z.string().optional(),
  custom_body: z.string().optional(),
  notify_on_ok: z.boolean().optional(),
  // Without a meaning in a task: the job says when, and on what.
  ...Object.fromEntries(
    [
      "id",
      "create_time",
      "custom_description_lines",
      "effective_run_as",
      "file_path",
      "lifecycle_state",
      "lifecycle",
      "owner_user_name",
      "parent_path",
      "permissions",
      "run_as",
      "run_as_user_name",
      "schedule",
      "seconds_to_retrigger",
      "state",
      "trigger_time",
      "update_time",
      "warehouse_id",
    ].map((key) => [key, opaque.optional()]),
  ),
});

export interface AlertOperand {
  readonly column: string;
  /** Where absent, the first row's value. */
  readonly aggregation: AlertAggregation | undefined;
}

export interface AlertDefinition {
  readonly id: string;
  readonly name: string;
  readonly file: string;
  /** Where an error in the query's text shows its line. */
  readonly query: { readonly file: string; readonly text: string };
  readonly operand: AlertOperand;
  readonly operator: AlertOperator;
  readonly threshold: AlertOperand | { readonly value: number | string | boolean } | undefined;
  readonly emptyState: "OK" | "TRIGGERED" | "UNKNOWN" | "ERROR";
  readonly notifyOnOk: boolean;
  readonly subscriptions: readonly { readonly destinationId?: string; readonly userName?: string }[];
  readonly subject: string | undefined;
  readonly body: string | undefined;
}

/** `queries/<alert_id>.alert.yml` (or .alert.json, .dbalert.json), or a workspace path. Throws `ALERT_NOT_FOUND`. */
export function alertFileOf(
  { alert_id: id, workspace_path: path }: { readonly alert_id?: string; readonly workspace_path?: string },
  { paths, queries }: Pick<TaskEnvironment, "paths" | "queries">,
): string {
  if (id !== undefined && path !== undefined) {
    throw new LakeletError({
      condition: "INVALID_ALERT",
      sqlState: "42000",
      problem: `The task names two alerts: alert_id ${id} and workspace_path ${path}.`,
      cure: "Leave one of them out.",
    });
  }
  if (id === undefined) {
    const file = paths.toLocal(path ?? "");
    if (path !== undefined && isFile(file)) return file;
    throw notFound(path ?? "", `It was looked for at ${file}.`, undefined);
  }
  const file = savedFile(id, queries, ENDINGS);
  if (file !== undefined) return file;
  const reason = isPlainName(id)
    ? `An alert_id names a file: ${queries}/${id}.alert.yml does not exist.`
    : "An alert_id names a file in the queries folder.";
  throw notFound(id, reason, nearestName(id, savedNames(queries, ENDINGS)));
}

function notFound(name: string, reason: string, nearest: string | undefined): LakeletError {
  return new LakeletError({
    condition: "ALERT_NOT_FOUND",
    sqlState: "42000",
    problem: `There is no alert \`${name}\`.`,
    reason,
    cure: nearest === undefined ? "Save its definition under that name." : `Did you mean \`${nearest}\`?`,
    parameters: { alertId: name },
  });
}

/** Throws `INVALID_ALERT` with the line of each mistake, and `QUERY_NOT_FOUND`. */
export function readAlert(file: string, id: string, queries: string): AlertDefinition {
  const document = readDocument(readFileSync(file, "utf8"), file);
  const parsed = alertFile.safeParse(document.value);
  if (!parsed.success) {
    const problems = schemaProblems(alertFile, parsed.error, document.value);
    throw invalid(document, problems);
  }
  const settings = parsed.data;
  const problems = meaningProblems(settings);
  if (problems.length > 0) throw invalid(document, problems);
  const { evaluation, condition } = settings;
  const source = evaluation?.source ?? condition?.operand.column;
  const given = evaluation?.threshold ?? condition?.threshold;
  return {
    id,
    name: settings.display_name ?? id,
    file,
    query: queryOf(settings, file, queries),
    operand: operandOf(source),
    operator: evaluation?.comparison_operator ?? condition?.op ?? "EQUAL",
    threshold: given?.column ? operandOf(given.column) : thresholdValue(given?.value),
    emptyState: evaluation?.empty_result_state ?? condition?.empty_result_state ?? "UNKNOWN",
    notifyOnOk: evaluation?.notification?.notify_on_ok ?? settings.notify_on_ok ?? false,
    subscriptions: (evaluation?.notification?.subscriptions ?? []).map((one) => ({
      ...(one.destination_id !== undefined && { destinationId: one.destination_id }),
      ...(one.user_email !== undefined && { userName: one.user_email }),
    })),
    subject: settings.custom_summary ?? settings.custom_subject,
    body: settings.custom_description ?? settings.custom_body,
  };
}

type AlertFile = z.infer<typeof alertFile>;

function meaningProblems(settings: AlertFile): readonly Problem[] {
  const problems: Problem[] = [];
  const error = (message: string, path: readonly string[] = []) => problems.push({ severity: "error", path, message });
  const queries = (["query_text", "query_lines", "query_id"] as const).filter((key) => settings[key] !== undefined);
  if (queries.length !== 1) {
    error(
      `An alert has one of query_text, query_lines and query_id, but this one has ${queries.join(" and ") || "none"}.`,
    );
  }
  const { evaluation, condition } = settings;
  if ((evaluation === undefined) === (condition === undefined)) {
    error("An alert has an `evaluation` (or, as a legacy alert, a `condition`), and not both.");
    return problems;
  }
  const root = evaluation ? "evaluation" : "condition";
  const operator = evaluation?.comparison_operator ?? condition?.op ?? "EQUAL";
  const given = evaluation?.threshold ?? condition?.threshold;
  const values = Object.keys(given?.value ?? {}).length + (given?.column ? 1 : 0);
  const wanted = operator === "IS_NULL" || operator === "IS_NOT_NULL" ? 0 : 1;
  if (values !== wanted) {
    error(`${operator} takes ${wanted === 0 ? "no threshold" : "one threshold: a value or a column"}.`, [root]);
  }
  return problems;
}

function operandOf(given: { readonly name: string; readonly aggregation?: AlertAggregation | undefined } | undefined) {
  return { column: given?.name ?? "", aggregation: given?.aggregation };
}

function thresholdValue(given: z.infer<typeof value> | undefined): AlertDefinition["threshold"] {
  const found = given?.double_value ?? given?.string_value ?? given?.bool_value;
  return found === undefined ? undefined : { value: found };
}

function queryOf(settings: AlertFile, file: string, queries: string): AlertDefinition["query"] {
  if (settings.query_id !== undefined) {
    const saved = queryFile(settings.query_id, queries);
    return { file: saved, text: readFileSync(saved, "utf8") };
  }
  return { file: `${file}#query_text`, text: settings.query_text ?? (settings.query_lines ?? []).join("\n") };
}

function invalid(document: SourceDocument, problems: readonly (Problem & { part?: "key" | "value" })[]): LakeletError {
  const located = problems.map((one) => ({ ...one, location: document.locate(one.path, one.part) }));
  return invalidDocument("INVALID_ALERT", "The alert", located);
}
