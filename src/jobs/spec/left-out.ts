/** What the CLI leaves out of a bundle's resource, with a warning: keys that nobody knows, values of another form. */
import type { z } from "zod";
import type { DocumentPath } from "./document.js";
import { leftOutOfBundle, type SchemaProblem, schemaProblems } from "./schema-problems.js";

export interface ReadBody {
  readonly body: unknown;
  readonly leftOut: readonly SchemaProblem[];
}

/** @param holdsAnchors whether a value only holds YAML anchors: it is left out without a word */
export function withoutLeftOut(
  schema: z.ZodType,
  body: unknown,
  holdsAnchors: (path: DocumentPath) => boolean,
  cured: (problem: SchemaProblem) => SchemaProblem = (problem) => problem,
): ReadBody {
  const parsed = schema.safeParse(body);
  if (parsed.success) return { body, leftOut: [] };
  const out = schemaProblems(schema, parsed.error, body).filter((one) => one.leftOut);
  const paths = out.map((one) => one.path);
  const leftOut = out
    .filter((one) => one.part === "value" || !holdsAnchors(one.path))
    .map((one) => leftOutOfBundle(cured(one)));
  return { body: paths.length === 0 ? body : without(body, paths), leftOut };
}

/** A copy without what stands at these paths; lists keep their places. */
export function without(value: unknown, paths: readonly DocumentPath[], here: DocumentPath = []): unknown {
  if (Array.isArray(value)) return value.map((item, i) => without(item, paths, [...here, i]));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
      const path = [...here, key];
      const drop = paths.some((one) => one.length === path.length && isAlong(one, path));
      return drop ? [] : [[key, without(inner, paths, path)]];
    }),
  );
}

/** Whether one path leads to the other. */
export function isAlong(one: DocumentPath, other: DocumentPath): boolean {
  const length = Math.min(one.length, other.length);
  return one.slice(0, length).every((step, i) => step === other[i]);
}
