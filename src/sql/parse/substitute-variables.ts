/** `${key}` in a statement's text replaced by the configuration's value, before anything is parsed, as Spark does. */

const VARIABLE = /\$\{(?:(\w+?):)?(\S+?)\}/g;
const CONFIGURATION = ["spark", "sparkconf", "hivevar", "hiveconf"];
/** A value may name another variable; one that names itself ends here. */
const MAX_DEPTH = 20;

/** True where the text has a place for a value. */
export function hasVariables(text: string): boolean {
  return text.includes("${");
}

/**
 * @param configuration value of a key, undefined where it has none: it becomes nothing, as in Spark
 * @example substituteVariables("SELECT ${day}", (key) => ({ day: "7" })[key]) // "SELECT 7"
 */
export function substituteVariables(
  text: string,
  configuration: (key: string) => string | undefined,
  environment: (name: string) => string | undefined,
  depth = 0,
): string {
  if (!hasVariables(text) || depth > MAX_DEPTH) return text;
  return text.replace(VARIABLE, (whole, prefix: string | undefined, name: string) => {
    const value = replacement(prefix, name, configuration, environment);
    return value === undefined ? whole : substituteVariables(value, configuration, environment, depth + 1);
  });
}

function replacement(
  prefix: string | undefined,
  name: string,
  configuration: (key: string) => string | undefined,
  environment: (name: string) => string | undefined,
): string | undefined {
  if (prefix === undefined || CONFIGURATION.includes(prefix)) return configuration(name) ?? "";
  return prefix === "env" ? environment(name) : undefined;
}
