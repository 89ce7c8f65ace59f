/** `${key}` in the SQL of a pipeline: the values of its configuration, put in as text before anything is parsed. */
import { LakeletError } from "../errors/lakelet-error.js";
import { hasVariables, substituteVariables } from "../sql/parse/substitute-variables.js";
import { tokenize } from "../sql/parse/tokens.js";
import type { SourcePlace } from "./definition.js";

const VARIABLE = /\$\{[^}\s]+\}/g;

/**
 * A key without a value is an error, but in a comment.
 * @throws SQL_CONF_NOT_FOUND with the place and the keys that there are
 */
export function withConfiguration(
  text: string,
  configuration: Readonly<Record<string, string>>,
  placeOf: (offset: number) => SourcePlace,
): string {
  if (!hasVariables(text)) return text;
  const { tokens } = tokenize(text);
  return text.replace(VARIABLE, (variable, offset: number) => {
    if (!tokens.some((token) => token.start <= offset && offset < token.end)) return variable;
    return substituteVariables(
      variable,
      (key) => {
        const value = configuration[key];
        if (value === undefined) throw unknownKey(key, configuration, placeOf(offset));
        return value;
      },
      (name) => process.env[name],
    );
  });
}

function unknownKey(key: string, configuration: Readonly<Record<string, string>>, location: SourcePlace): LakeletError {
  const known = Object.keys(configuration);
  return new LakeletError({
    condition: "SQL_CONF_NOT_FOUND",
    sqlState: "42K0I",
    problem: `The configuration of the pipeline has no value for \`${key}\`.`,
    reason: known.length === 0 ? "It has none at all." : `It has ${known.map((one) => `\`${one}\``).join(", ")}.`,
    cure: `Set it: configuration: { ${key}: ... } in the pipeline, or SET ${key} = ...; above.`,
    parameters: { sqlConf: key },
    location,
  });
}
