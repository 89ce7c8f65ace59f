/** Runs a SQL text of a task with its parameters bound. */
import type { AttemptEvent } from "../../jobs/run/attempt.js";
import type { ExecutionResult, SparkSession } from "../../session/contract.js";
import type { SourceText } from "../failure.js";
import { bindLegacyParameters } from "./legacy-parameters.js";

/** The text at work: an error tells its line in it. */
export interface SourceAtWork {
  current: SourceText;
}

/** Runs `;`-separated statements, their parameters bound: `:name`, and `{{ name }}` of old. */
export function executeText(
  text: string,
  parameters: Readonly<Record<string, string>>,
  session: SparkSession,
  emit: (event: AttemptEvent) => void,
): Promise<ExecutionResult> {
  const bound = bindLegacyParameters(text, parameters);
  for (const name of bound.boundAsText) {
    const message = `{{ ${name} }} is bound as a text here, where Databricks would put it into the statement as it is. Write :${name}, or IDENTIFIER(:${name}) for a name.`;
    emit({ type: "report", report: { kind: "warning", message } });
  }
  return session.execute(bound.text, bound.values);
}
