/** Versions and times that a statement names by constants: VERSION AS OF, TIMESTAMP AS OF and the bounds of table_changes. */
import type { Expression } from "../ast.js";
import { analysisError } from "./analysis-errors.js";
import { type Constants, constantOf } from "./constant.js";
import { timestampMicros } from "./timestamp-text.js";

/** Throws INVALID_TIME_TRAVEL_SPEC. */
export function versionOf(expression: Expression, constants: Constants): number {
  const constant = constantOf(expression, constants);
  const text = constant?.kind === "number" || constant?.kind === "string" ? constant.text.trim() : "";
  if (/^\d+$/.test(text)) return Number(text);
  throw analysisError("INVALID_TIME_TRAVEL_SPEC", "42K0E", "VERSION AS OF needs a whole number.");
}

/** Microseconds since the epoch. Throws INVALID_TIME_TRAVEL_TIMESTAMP_EXPR.*. */
export function timestampOf(expression: Expression, constants: Constants): bigint {
  const constant = constantOf(expression, constants);
  if (constant?.kind === "timestamp" || constant?.kind === "timestamp_ntz") return constant.micros;
  const text = constant?.kind === "string" || constant?.kind === "date" ? constant.text : undefined;
  const micros = text === undefined ? undefined : timestampMicros(text, constants.context.timeZone);
  if (micros !== undefined) return micros;
  throw analysisError(
    `INVALID_TIME_TRAVEL_TIMESTAMP_EXPR.${text === undefined ? "UNEVALUABLE" : "INPUT"}`,
    "42K0E",
    "TIMESTAMP AS OF needs a timestamp that is known before the query runs.",
    { cure: "Write a literal like '2024-01-15 10:00:00', or current_timestamp() - INTERVAL 1 HOUR." },
  );
}
