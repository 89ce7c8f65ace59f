/** A run's event as it is kept on the disk: parameters that were given secrets do not have them there. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { RunEvent } from "../run/run-event.js";
import { redactedValue } from "./redacted-attempt.js";
import { BLACKED_OUT, type Redact } from "./redaction.js";

export function redactedEvent(event: RunEvent, redact: Redact): RunEvent {
  switch (event.type) {
    case "run-created":
      return {
        ...event,
        parameters: redactedValue(event.parameters, redact),
        overrides: redactedValue(event.overrides, redact),
        ...(event.runParameters && { runParameters: redactedValue(event.runParameters, redact) }),
      };
    case "repair-started":
      return {
        ...event,
        parameters: redactedValue(event.parameters, redact),
        overrides: redactedValue(event.overrides, redact),
      };
    case "iterations-created":
      return { ...event, inputs: redactedValue(event.inputs, redact) };
    default:
      return event;
  }
}

/** What a run that goes on cannot know again. Throws SECRET_PARAMETER. @param parameters as the log has them */
export function requireKnown(parameters: Readonly<Record<string, string>>, runId: string): void {
  const lost = Object.entries(parameters).flatMap(([name, value]) => (value.includes(BLACKED_OUT) ? [name] : []));
  if (lost.length === 0) return;
  const names = lost.map((name) => `\`${name}\``).join(", ");
  throw new LakeletError({
    condition: "SECRET_PARAMETER",
    sqlState: "42000",
    problem: `The run ${runId} was given a secret for the parameter ${names}, and secrets are kept nowhere.`,
    cure: `Repair it with the value given again: lakelet repair ${runId} ${lost.map((name) => `--param ${name}=...`).join(" ")}. Or have the task read it with dbutils.secrets.get().`,
    parameters: { runId },
  });
}
