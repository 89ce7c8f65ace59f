/** Evaluates an alert in a task: runs its query, tells its state, and what its subscribers are to be told. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { AlertResult, AttemptEvent, TaskResult } from "../../jobs/run/attempt.js";
import { didYouMean } from "../../jobs/spec/nearest-name.js";
import type { SparkSession } from "../../session/contract.js";
import { parameterNames } from "../../sql/parse/bind-parameters.js";
import type { JsonValue } from "../json-value.js";
import type { TaskEnvironment } from "../task-environment.js";
import { type AlertDefinition, alertFileOf, readAlert } from "./alert-definition.js";
import { type AlertEvaluation, evaluateAlert } from "./alert-evaluation.js";
import { executeText, type SourceAtWork } from "./execute-text.js";
import { legacyParameterNames, withoutPlaceholders } from "./legacy-parameters.js";
import { outputRows, tableOutput } from "./statement-output.js";

export interface AlertTaskSettings {
  readonly alert_id?: string;
  readonly workspace_path?: string;
  /** Of the alert's query; each must be one of its parameters. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly subscribers?: readonly { readonly destination_id?: string; readonly user_name?: string }[];
  /** Subscribers are told nothing. */
  readonly paused?: boolean;
}

/** The task succeeds whatever the state is; a query that fails, and a condition that cannot be evaluated, fail it. */
export async function runAlert(
  settings: AlertTaskSettings,
  environment: TaskEnvironment,
  session: SparkSession,
  emit: (event: AttemptEvent) => void,
  source: SourceAtWork,
): Promise<TaskResult> {
  const file = alertFileOf(settings, environment);
  const alert = readAlert(file, settings.alert_id ?? settings.workspace_path ?? "", environment.queries);
  const parameters = settings.parameters ?? {};
  checkOverrides(alert, parameters);
  source.current = alert.query;
  const result = await executeText(alert.query.text, parameters, session, emit);
  const evaluation = evaluateAlert(alert, result);
  const told = resultOf(alert, evaluation, settings);
  const found = evaluation.value === null ? "" : ` (it is ${valueText(evaluation.value)})`;
  const line = `Alert ${told.name}: ${told.state}, ${told.condition}${found}\n`;
  emit({ type: "output", output: { kind: "text", stream: "stdout", text: line } });
  if (result.schema.fields.length > 0) emit({ type: "output", output: tableOutput(result) });
  return { state: "SUCCESS", ...outputRows(result), alert: told };
}

function checkOverrides(alert: AlertDefinition, parameters: Readonly<Record<string, string>>): void {
  const { text } = alert.query;
  const known = [...parameterNames(withoutPlaceholders(text)), ...legacyParameterNames(text)];
  const unknown = Object.keys(parameters).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new LakeletError({
    condition: "INVALID_ALERT",
    sqlState: "42000",
    problem: `The query of the alert \`${alert.name}\` has no parameter \`${unknown}\`.`,
    cure: didYouMean(unknown, known) || `It has ${known.join(", ") || "none"}.`,
    parameters: { alertId: alert.id },
  });
}

function resultOf(alert: AlertDefinition, evaluation: AlertEvaluation, settings: AlertTaskSettings): AlertResult {
  const { state, condition, value } = evaluation;
  const own = settings.subscribers?.map((one) => ({
    ...(one.destination_id !== undefined && { destinationId: one.destination_id }),
    ...(one.user_name !== undefined && { userName: one.user_name }),
  }));
  const told = state === "TRIGGERED" || (state === "OK" && alert.notifyOnOk);
  return {
    alertId: alert.id,
    name: alert.name,
    state,
    condition,
    value: value === null ? null : valueText(value),
    notify: told && settings.paused !== true,
    subscriptions: own && own.length > 0 ? own : alert.subscriptions,
    ...(alert.subject !== undefined && { subject: filled(alert.subject, alert, evaluation) }),
    ...(alert.body !== undefined && { body: filled(alert.body, alert, evaluation) }),
  };
}

/** The variables of an alert's own words, replaced in one pass. */
function filled(template: string, alert: AlertDefinition, { state, condition, value, threshold }: AlertEvaluation) {
  const variables: Readonly<Record<string, string>> = {
    ALERT_STATUS: state,
    ALERT_CONDITION: alert.operator,
    ALERT_THRESHOLD: valueText(threshold),
    ALERT_COLUMN: alert.operand.column,
    ALERT_NAME: alert.name,
    QUERY_NAME: alert.name,
    QUERY_RESULT_VALUE: valueText(value),
    CONDITION: condition,
  };
  return template.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) =>
    Object.hasOwn(variables, name) ? (variables[name] ?? whole) : whole,
  );
}

function valueText(value: JsonValue): string {
  return typeof value === "string" ? value : value === null ? "NULL" : JSON.stringify(value);
}
