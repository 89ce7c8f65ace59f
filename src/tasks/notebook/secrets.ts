/** `dbutils.secrets`: secrets from the environment variables `<SCOPE>_<KEY>`, blacked out wherever a notebook shows them. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { printHelp } from "./help.js";
import { currentContext } from "./notebook-context.js";

/** By name in one object, as Python has arguments by keyword, or in order. */
type SecretName = { readonly scope: string; readonly key: string };

export const secrets = {
  /** The value of `<SCOPE>_<KEY>`, letters raised and what is neither letter nor digit an underscore. Throws `SECRET_NOT_FOUND`. */
  get(first: string | SecretName, second = ""): string {
    const { scope, key } = typeof first === "string" ? { scope: first, key: second } : first;
    const value = secretValue(scope, key);
    if (value !== "") currentContext().learn(value);
    return value;
  },
  getBytes(first: string | SecretName, second = ""): Uint8Array {
    return new TextEncoder().encode(secrets.get(first, second));
  },
  /** Keys in lower case: the environment does not tell how they are written. */
  list(scope: string): { readonly key: string }[] {
    const prefix = `${variableName(scope)}_`;
    return Object.keys(process.env)
      .filter((name) => name.startsWith(prefix) && name.length > prefix.length)
      .sort()
      .map((name) => ({ key: name.slice(prefix.length).toLowerCase() }));
  },
  listScopes(): never {
    throw new LakeletError({
      condition: "UNSUPPORTED_FEATURE.SECRET_SCOPES",
      sqlState: "0A000",
      problem: "dbutils.secrets.listScopes() has no meaning here: the environment has variables and no scopes.",
      cure: "Name the scope: dbutils.secrets.list(scope).",
    });
  },
  help: (method?: string): void => printHelp("secrets", method),
};

/** Throws `SECRET_NOT_FOUND`. Whoever asks sees to it that the value is shown nowhere. */
export function secretValue(scope: string, key: string): string {
  const variable = variableName(`${scope}_${key}`);
  const value = process.env[variable];
  if (value === undefined) {
    throw new LakeletError({
      condition: "SECRET_NOT_FOUND",
      sqlState: "42000",
      problem: `There is no secret \`${key}\` in the scope \`${scope}\`.`,
      cure: `Set the environment variable ${variable}.`,
      parameters: { scope, key },
    });
  }
  return value;
}

function variableName(text: string): string {
  return text.toUpperCase().replace(/[^A-Z0-9]/g, "_");
}
