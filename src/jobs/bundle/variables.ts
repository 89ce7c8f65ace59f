/** The value of each variable of a bundle: `--var`, then the environment, the overrides file, the target, the default. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readDocument } from "../spec/document.js";
import { didYouMean } from "../spec/nearest-name.js";
import type { LocatedProblem } from "../spec/problem.js";
import { entriesOf, type Located, type LocatedMap, located, locatedTree, locationOf, textOf } from "./located.js";

export interface VariableSources {
  /** `--var name=value` */
  readonly given: Readonly<Record<string, string>>;
  /** Of the process: `BUNDLE_VAR_<name>`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `.databricks/bundle/<target>/variable-overrides.json` under the bundle's root. */
  readonly overridesFile: string;
}

const PREFIX = "BUNDLE_VAR_";

export function overridesFileOf(rootFolder: string, target: string): string {
  return join(rootFolder, ".databricks", "bundle", target, "variable-overrides.json");
}

/** Values with their references not yet resolved. One without a value is a mistake, as it is for the CLI, used or not. */
export function variableValues(
  tree: LocatedMap,
  sources: VariableSources,
  problems: LocatedProblem[],
): ReadonlyMap<string, Located> {
  const declared = entriesOf(tree.entries.get("variables"));
  const overrides = overridesOf(sources.overridesFile);
  for (const name of Object.keys(sources.given)) {
    if (declared.has(name)) continue;
    const message = `--var sets \`${name}\`, which the bundle does not declare. ${didYouMean(name, declared.keys())}`;
    problems.push({
      severity: "error",
      path: ["variables"],
      message: message.trim(),
      location: locationOf(tree.entries.get("variables") ?? tree, "key"),
    });
  }
  const values = new Map<string, Located>();
  for (const [name, variable] of declared) {
    const value = assignedValue(name, variable, sources, overrides, problems);
    if (value) values.set(name, value);
  }
  return values;
}

function overridesOf(file: string): ReadonlyMap<string, Located> {
  return existsSync(file) ? entriesOf(locatedTree(readDocument(readFileSync(file, "utf8"), file))) : new Map();
}

function assignedValue(
  name: string,
  variable: Located,
  { given, environment, overridesFile }: VariableSources,
  overrides: ReadonlyMap<string, Located>,
  problems: LocatedProblem[],
): Located | undefined {
  const entries = entriesOf(variable);
  const complex = textOf(entries.get("type")) === "complex";
  const tell = (severity: "error" | "no-local-effect", message: string): undefined => {
    problems.push({ severity, path: ["variables", name], message, location: locationOf(variable, "key") });
  };
  const fail = (message: string) => tell("error", message);
  const fromCommand = Object.hasOwn(given, name) ? given[name] : undefined;
  const written = entries.get("value");
  if (written !== undefined && fromCommand === undefined) return written;
  const text = fromCommand ?? environment[PREFIX + name];
  if (text !== undefined) {
    const way = fromCommand === undefined ? `${PREFIX}${name}` : "--var";
    return complex
      ? fail(
          `The variable \`${name}\` is complex: ${way} cannot set it. Use a target's \`variables\` or ${overridesFile}.`,
        )
      : located(text, variable.at);
  }
  const lookup = entries.get("lookup");
  if (lookup?.kind === "map" && lookup.entries.size > 0) {
    const [[kind, wanted] = []] = [...lookup.entries];
    tell(
      "no-local-effect",
      `The variable \`${name}\` is the id of a ${kind?.replaceAll("_", " ")}, which Databricks looks up in the workspace; here it is the name that is looked up. --var ${name}=... gives it another value.`,
    );
    return wanted;
  }
  const override = overrides.get(name);
  if (override && (override.kind !== "scalar" || override.value !== null)) {
    if (complex === (override.kind !== "scalar")) return override;
    return fail(
      `The variable \`${name}\` is ${complex ? "" : "not "}complex, but its value in ${overridesFile} is ${complex ? "not" : "an object or a list"}.`,
    );
  }
  return (
    entries.get("default") ??
    fail(`The variable \`${name}\` has no value. Give it a default, or --var ${name}=..., or set ${PREFIX}${name}.`)
  );
}
