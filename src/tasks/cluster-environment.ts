/** What a cluster's spec gives to each attempt on it: environment variables while it runs, and secrets in them and in `spark_conf`. */
import { isLakeletError } from "../errors/lakelet-error.js";
import type { AttemptRequest, TaskHandler, TaskResult } from "../jobs/run/attempt.js";
import { secretValue } from "./notebook/secrets.js";

type Texts = Readonly<Record<string, string>>;

/** `{{secrets/scope/key}}`, in Databricks' own spelling. */
const SECRET = /\{\{\s*secrets\/([\w.@-]+)\/([\w.@-]+)\s*\}\}/g;

/** The handler with the variables of `spark_env_vars` set around each attempt; secrets that it uses are told to the runner, which blacks them out. */
export function inClusterEnvironment(handler: TaskHandler): TaskHandler {
  return {
    type: handler.type,
    run: async (request, emit) => {
      const given = withSecrets(request, (value) => emit({ type: "secret", value }));
      if ("state" in given) return given;
      const restore = setVariables(given.environment ?? {});
      try {
        return await handler.run(given, emit);
      } finally {
        restore();
      }
    },
  };
}

/** Whether a value names a secret. */
export function hasSecrets(texts: Texts): boolean {
  return Object.values(texts).some((text) => text.search(SECRET) >= 0);
}

/**
 * The texts with secrets in place of their names; `onSecret` is told each, to see to it that it is shown nowhere.
 * @throws SECRET_NOT_FOUND
 */
export function filledSecrets(texts: Texts, onSecret: (value: string) => void): Texts {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [
      name,
      text.replace(SECRET, (_, scope: string, key: string) => {
        const value = secretValue(scope, key);
        if (value !== "") onSecret(value);
        return value;
      }),
    ]),
  );
}

function withSecrets(request: AttemptRequest, secret: (value: string) => void): AttemptRequest | TaskResult {
  const filled = (texts: Texts): Texts => filledSecrets(texts, secret);
  try {
    const { environment, sparkConf } = request;
    return { ...request, sparkConf: filled(sparkConf), ...(environment && { environment: filled(environment) }) };
  } catch (error) {
    if (!isLakeletError(error)) throw error;
    return { state: "FAILED", failure: { message: error.message, condition: error.condition, retryable: false } };
  }
}

/** Returns what puts the process's own variables back: its next attempt may be of another cluster. */
function setVariables(variables: Texts): () => void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
