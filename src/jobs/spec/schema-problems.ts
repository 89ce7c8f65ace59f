/** What a zod schema has against a value, in words for people: unknown keys with the nearest known one, wrong types with what was found. */
import { z } from "zod";
import type { DocumentPath } from "./document.js";
import { didYouMean } from "./nearest-name.js";
import { type Problem, pathText } from "./problem.js";

export interface SchemaProblem extends Problem {
  /** Whether the mistake is the key itself or what stands there. */
  readonly part: "key" | "value";
  /** What the CLI leaves out of a bundle, with a warning: a key that nobody knows, a value of another form. */
  readonly leftOut: boolean;
}

/** Problems of `value`, which stands at `root` of its document. */
export function schemaProblems(
  schema: z.ZodType,
  error: z.ZodError,
  value: unknown,
  root: DocumentPath = [],
): readonly SchemaProblem[] {
  return error.issues.flatMap((issue): SchemaProblem[] => {
    const path = issue.path.filter((step) => typeof step !== "symbol");
    if (issue.code === "unrecognized_keys") {
      const known = keysAt(schema, path);
      return issue.keys.map((key) => ({
        severity: "error",
        path: [...root, ...path, key],
        part: "key",
        leftOut: true,
        message: `Unknown key \`${key}\`${path.length > 0 ? ` in \`${pathText(path)}\`` : ""}. ${didYouMean(key, known) || `Known keys: ${known.join(", ")}.`}`,
      }));
    }
    const found = valueAt(value, path);
    const leftOut = issue.code === "invalid_type" && found !== undefined && typeof path.at(-1) === "string";
    return [{ severity: "error", path: [...root, ...path], part: "value", leftOut, message: words(issue, found) }];
  });
}

/** Of what the CLI leaves out of a bundle: a warning. */
export function leftOutOfBundle(problem: SchemaProblem): SchemaProblem {
  const [found, cure = ""] = problem.message.split(/(?<=\.) (?=Did you mean|Put it in quotes)/);
  const what = (found ?? "").replace(/\. Known keys: .*$/s, ".");
  const message = `${what} It is left out, as the Databricks CLI does with a warning. ${cure}`.trim();
  return { ...problem, severity: "warning", message };
}

function words(issue: z.core.$ZodIssue, found: unknown): string {
  const key = pathText(issue.path.filter((step) => typeof step !== "symbol")) || "the document";
  if (issue.code === "invalid_type" && found === undefined)
    return `\`${key}\` is missing: it must be ${article(issue.expected)}.`;
  if (issue.code === "invalid_type") {
    const cure =
      issue.expected === "string" && typeof found !== "object" ? ` Put it in quotes: "${String(found)}".` : "";
    return `\`${key}\` must be ${article(issue.expected)}, but is ${describe(found)}.${cure}`;
  }
  if (issue.code === "invalid_value") {
    const known = issue.values.map(String);
    const nearest = typeof found === "string" ? didYouMean(found, known) : "";
    return `\`${key}\` must be one of ${known.join(", ")}, but is ${describe(found)}.${nearest && ` ${nearest}`}`;
  }
  if (issue.code === "too_small" || issue.code === "too_big") {
    const bound = issue.code === "too_small" ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
    if (typeof found === "string") return `\`${key}\` must have ${bound} characters, but is ${describe(found)}.`;
    if (Array.isArray(found)) return `\`${key}\` must have ${bound} entries, but has ${found.length}.`;
    return `\`${key}\` must be ${bound}, but is ${describe(found)}.`;
  }
  return `\`${key}\`: ${issue.message}.`;
}

function article(type: string): string {
  if (type === "record" || type === "object") return "an object";
  if (type === "int") return "a whole number";
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function describe(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object";
  return `the ${typeof value} ${JSON.stringify(value)}`;
}

function valueAt(value: unknown, path: DocumentPath): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      inner === null || typeof inner !== "object" ? undefined : (inner as Record<string, unknown>)[step],
    value,
  );
}

function keysAt(schema: z.ZodType, path: DocumentPath): string[] {
  let inner: unknown = unwrap(schema);
  for (const step of path) {
    if (inner instanceof z.ZodObject) inner = unwrap(inner.shape[step]);
    else if (inner instanceof z.ZodArray) inner = unwrap(inner.element);
    else if (inner instanceof z.ZodRecord) inner = unwrap(inner.valueType);
    else return [];
  }
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

function unwrap(schema: unknown): unknown {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable || inner instanceof z.ZodDefault) {
    inner = inner.unwrap();
  }
  return inner;
}
