/** What an attempt tells with the secrets in it blacked out: the texts of the user's, never the words of the protocol around them. */
import type { AttemptFailure, AttemptResult, TaskOutput, TaskReport } from "../run/attempt.js";
import { BLACKED_OUT, type Redact } from "./redaction.js";

export function redactedOutput(output: TaskOutput, redact: Redact): TaskOutput {
  switch (output.kind) {
    case "text":
      return { ...output, text: redact(output.text) };
    case "html":
      return { ...output, html: redact(output.html) };
    case "cell":
      return { ...output, title: redact(output.title) };
    case "notebook": {
      const cells = output.cells.map((cell) => ({
        ...cell,
        title: redact(cell.title),
        source: redact(cell.source),
      }));
      return { ...output, cells };
    }
    case "nested":
      return { ...output, output: redactedOutput(output.output, redact) };
    case "table":
      return {
        ...output,
        columns: output.columns.map(({ name, type }) => ({ name: redact(name), type: redact(type) })),
        rows: output.rows.map((row) => row.map((value) => redactedValue(value, redact))),
      };
  }
}

export function redactedReport(report: TaskReport, redact: Redact): TaskReport {
  if (report.kind === "warning") return { ...report, message: redact(report.message) };
  return report.kind === "check" ? { ...report, check: redact(report.check) } : report;
}

export function redactedResult<Result extends AttemptResult>(result: Result, redact: Redact): Result;
export function redactedResult(result: AttemptResult, redact: Redact): AttemptResult {
  if (result.state !== "SUCCESS") return { ...result, failure: redactedFailure(result.failure, redact) };
  const { exitValue, rows, alert } = result;
  return {
    ...result,
    ...(exitValue !== undefined && { exitValue: redact(exitValue) }),
    ...(rows && { rows: redactedValue(rows, redact) }),
    ...(alert && {
      alert: {
        ...alert,
        condition: redact(alert.condition),
        value: alert.value === null ? null : redact(alert.value),
        ...(alert.subject !== undefined && { subject: redact(alert.subject) }),
        ...(alert.body !== undefined && { body: redact(alert.body) }),
      },
    }),
  };
}

export function redactedFailure(failure: AttemptFailure, redact: Redact): AttemptFailure {
  const { message, cell, frame, stack } = failure;
  return {
    ...failure,
    message: redact(message),
    ...(cell && { cell: { ...cell, title: redact(cell.title) } }),
    ...(frame !== undefined && { frame: redact(frame) }),
    ...(stack !== undefined && { stack: redact(stack) }),
  };
}

/** In every text inside a value of JSON, names of fields included, and numbers that are a secret. */
export function redactedValue<Value>(value: Value, redact: Redact): Value {
  const walk = (inner: unknown): unknown => {
    if (typeof inner === "string") return redact(inner);
    if (typeof inner === "number" || typeof inner === "bigint") {
      return redact(String(inner)) === BLACKED_OUT ? BLACKED_OUT : inner;
    }
    if (Array.isArray(inner)) return inner.map(walk);
    if (inner === null || typeof inner !== "object") return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, one]) => [redact(key), walk(one)]));
  };
  return walk(value) as Value;
}
