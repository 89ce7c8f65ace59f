/** Whether an alert's condition holds for what its query gave. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { AlertResult } from "../../jobs/run/attempt.js";
import { didYouMean } from "../../jobs/spec/nearest-name.js";
import type { ExecutionResult } from "../../session/contract.js";
import { type JsonValue, jsonValue } from "../json-value.js";
import type { AlertAggregation, AlertDefinition, AlertOperand, AlertOperator } from "./alert-definition.js";

export interface AlertEvaluation {
  readonly state: AlertResult["state"];
  readonly condition: string;
  readonly value: JsonValue;
  readonly threshold: JsonValue;
}

const SIGNS: Readonly<Record<AlertOperator, string>> = {
  EQUAL: "=",
  NOT_EQUAL: "<>",
  GREATER_THAN: ">",
  GREATER_THAN_OR_EQUAL: ">=",
  LESS_THAN: "<",
  LESS_THAN_OR_EQUAL: "<=",
  IS_NULL: "IS NULL",
  IS_NOT_NULL: "IS NOT NULL",
};

/** Without rows the state is the alert's own word for that. Throws `INVALID_ALERT` for a column that is not there, or values that cannot be compared. */
export function evaluateAlert(alert: AlertDefinition, result: ExecutionResult): AlertEvaluation {
  const { operator, operand, threshold } = alert;
  const limit = threshold === undefined || "value" in threshold ? threshold?.value : operandText(threshold);
  const condition = [operandText(operand), SIGNS[operator], limit].filter((one) => one !== undefined).join(" ");
  if (result.rows.length === 0) return emptyResult(alert, condition);
  const value = operandValue(operand, result, alert);
  const against =
    threshold === undefined || "value" in threshold
      ? (threshold?.value ?? null)
      : operandValue(threshold, result, alert);
  return { state: stateOf(operator, value, against, alert), condition, value, threshold: against };
}

function emptyResult(alert: AlertDefinition, condition: string): AlertEvaluation {
  if (alert.emptyState !== "ERROR") return { state: alert.emptyState, condition, value: null, threshold: null };
  throw invalid(alert, "its query gave no row, and empty_result_state is ERROR", "");
}

function operandText({ column, aggregation }: AlertOperand): string {
  return aggregation === undefined ? column : `${aggregation}(${column})`;
}

function operandValue(operand: AlertOperand, { schema, rows }: ExecutionResult, alert: AlertDefinition): JsonValue {
  const names = schema.fields.map(({ name }) => name);
  const exact = names.indexOf(operand.column);
  const at = exact >= 0 ? exact : names.findIndex((name) => name.toLowerCase() === operand.column.toLowerCase());
  if (at < 0) {
    const cure = didYouMean(operand.column, names) || `It has ${names.join(", ")}.`;
    throw invalid(alert, `its query gives no column \`${operand.column}\``, cure);
  }
  if (operand.aggregation === undefined) return jsonValue(rows[0]?.[at]);
  const values = rows.map((row) => jsonValue(row[at])).filter((value) => value !== null);
  return aggregate(operand.aggregation, values, operandText(operand), alert);
}

/** NULL is left out, as in SQL; of nothing, all but the counts are NULL. */
function aggregate(
  kind: AlertAggregation,
  values: readonly JsonValue[],
  shown: string,
  alert: AlertDefinition,
): JsonValue {
  if (kind === "COUNT") return values.length;
  if (kind === "COUNT_DISTINCT") return new Set(values.map((value) => JSON.stringify(value))).size;
  if (values.length === 0) return null;
  const numbers = values.map(numberOf);
  if (numbers.some((number) => number === undefined)) {
    if (kind !== "MIN" && kind !== "MAX") throw invalid(alert, `${shown} needs numbers`, "");
    const texts = values.map(String).sort();
    return (kind === "MIN" ? texts[0] : texts.at(-1)) ?? null;
  }
  const sorted = numbers.map((number) => number ?? 0).sort((a, b) => a - b);
  const sum = sorted.reduce((total, number) => total + number, 0);
  const mean = sum / sorted.length;
  switch (kind) {
    case "SUM":
      return sum;
    case "AVG":
      return mean;
    case "MIN":
      return sorted[0] ?? null;
    case "MAX":
      return sorted.at(-1) ?? null;
    case "MEDIAN":
      return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
    case "STDDEV":
      if (sorted.length === 1) return null;
      return Math.sqrt(sorted.reduce((total, number) => total + (number - mean) ** 2, 0) / (sorted.length - 1));
  }
}

function stateOf(
  operator: AlertOperator,
  value: JsonValue,
  threshold: JsonValue,
  alert: AlertDefinition,
): AlertResult["state"] {
  if (operator === "IS_NULL") return value === null ? "TRIGGERED" : "OK";
  if (operator === "IS_NOT_NULL") return value === null ? "OK" : "TRIGGERED";
  // Neither true nor false, as in SQL.
  if (value === null || threshold === null) return "UNKNOWN";
  const order = compare(value, threshold, alert);
  const holds: Readonly<Record<Exclude<AlertOperator, "IS_NULL" | "IS_NOT_NULL">, boolean>> = {
    EQUAL: order === 0,
    NOT_EQUAL: order !== 0,
    GREATER_THAN: order > 0,
    GREATER_THAN_OR_EQUAL: order >= 0,
    LESS_THAN: order < 0,
    LESS_THAN_OR_EQUAL: order <= 0,
  };
  return holds[operator] ? "TRIGGERED" : "OK";
}

/** As numbers where both are, decimals among them; else as texts. */
function compare(value: JsonValue, threshold: JsonValue, alert: AlertDefinition): number {
  if (value === threshold) return 0;
  const [one, other] = [numberOf(value), numberOf(threshold)];
  if (one !== undefined && other !== undefined) return one - other;
  if (typeof threshold === "number") {
    throw invalid(alert, `${JSON.stringify(value)} cannot be compared with the number ${threshold}`, "");
  }
  const [text, limit] = [String(value), String(threshold)];
  return text < limit ? -1 : text > limit ? 1 : 0;
}

function numberOf(value: JsonValue): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

function invalid(alert: AlertDefinition, what: string, cure: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_ALERT",
    sqlState: "42000",
    problem: `The alert \`${alert.name}\` cannot be evaluated: ${what}.`,
    ...(cure !== "" && { cure }),
    parameters: { alertId: alert.id },
  });
}
