/** Secrets in a pipeline's configuration: put in when an update begins, and blacked out in all that it tells. */
import { LakeletError, reworded } from "../../errors/lakelet-error.js";
import { secretsOfProcess } from "../../jobs/secrets/known-secrets.js";
import type { Redact } from "../../jobs/secrets/redaction.js";
import type { PipelineEvent, PipelineSettings } from "../../pipeline/update.js";

export interface FilledSettings {
  readonly settings: PipelineSettings;
  /** Each with what it has to be told without; all as it is where there is no secret. */
  readonly shown: <Event extends PipelineEvent>(event: Event) => Event;
  readonly shownError: (error: unknown) => unknown;
}

/**
 * `{{secrets/scope/key}}` in values becomes the secret.
 * @throws SECRET_NOT_FOUND
 */
export async function withSecrets(
  settings: PipelineSettings,
  onSecret: (value: string) => void,
): Promise<FilledSettings> {
  const { filledSecrets, hasSecrets } = await import("../../tasks/cluster-environment.js");
  if (!hasSecrets(settings.configuration)) {
    return { settings, shown: (event) => event, shownError: (error) => error };
  }
  const known = secretsOfProcess();
  const configuration = filledSecrets(settings.configuration, (value) => {
    known.add([value]);
    onSecret(value);
  });
  const shownError = (error: unknown) => redactedError(error, known.redact);
  return {
    settings: { ...settings, configuration },
    shown: (event) => redactedEvent(event, known.redact, shownError),
    shownError,
  };
}

function redactedEvent<Event extends PipelineEvent>(
  event: Event,
  redact: Redact,
  shownError: (error: unknown) => unknown,
): Event {
  return {
    ...event,
    ...("message" in event && { message: redact(event.message) }),
    ...("reason" in event && event.reason !== undefined && { reason: redact(event.reason) }),
    ...("error" in event && event.error !== undefined && { error: shownError(event.error) }),
    ...("files" in event && event.files !== undefined && { files: event.files.map(redact) }),
  };
}

/** The same error as it may be shown; its causes, too. */
function redactedError(error: unknown, redact: Redact): unknown {
  if (!(error instanceof Error)) return typeof error === "string" ? redact(error) : error;
  const cause = error.cause === undefined ? {} : { cause: redactedError(error.cause, redact) };
  if (!(error instanceof LakeletError)) {
    return Object.assign(new Error(redact(error.message), cause), {
      name: error.name,
      stack: redact(error.stack ?? ""),
    });
  }
  const { problem, reason, cure, parameters, stack = "" } = error;
  const shown = reworded(error, {
    problem: redact(problem),
    reason: reason === undefined ? undefined : redact(reason),
    cure: cure === undefined ? undefined : redact(cure),
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, redact(value)])),
    ...cause,
  });
  shown.stack = redact(stack);
  return shown;
}
