/** Paths into a VARIANT: `$.a.b[0]['x y']`. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { VariantNode } from "../../schema/variant-text.js";

export type VariantStep = { readonly name: string } | { readonly index: number };

const known = new Map<string, readonly VariantStep[]>();

/** The steps of a path. Throws INVALID_VARIANT_GET_PATH. */
export function readVariantPath(path: string, functionName: string): readonly VariantStep[] {
  const found = known.get(path);
  if (found) return found;
  const steps = parsePath(path);
  if (!steps) throw invalidPath(path, functionName);
  if (known.size > 500) known.clear();
  known.set(path, steps);
  return steps;
}

function parsePath(path: string): readonly VariantStep[] | undefined {
  if (!path.startsWith("$")) return undefined;
  const steps: VariantStep[] = [];
  const pattern = /\.([^.[]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/y;
  pattern.lastIndex = 1;
  while (pattern.lastIndex < path.length) {
    const match = pattern.exec(path);
    if (!match) return undefined;
    const name = match[1] ?? match[3] ?? match[4];
    if (name !== undefined) steps.push({ name });
    else if (Number(match[2]) <= 2_147_483_647) steps.push({ index: Number(match[2]) });
    else return undefined;
  }
  return steps;
}

function invalidPath(path: string, functionName: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_VARIANT_GET_PATH",
    sqlState: "22023",
    problem: `The path \`${path}\` is not a valid variant extraction path in \`${functionName}\`.`,
    cure: "A path starts with `$`, followed by segments like `[123]`, `.name`, `['name']` or `[\"name\"]`.",
    parameters: { path, functionName: `\`${functionName}\`` },
  });
}

/** The steps as the engine's JSON functions write them; undefined where a name has characters that they take otherwise. */
export function engineVariantPath(steps: readonly VariantStep[]): string | undefined {
  let path = "$";
  for (const step of steps) {
    if ("index" in step) path += `[${step.index}]`;
    else if (/^[^"\\*\p{Cc}]+$/u.test(step.name)) path += `."${step.name}"`;
    else return undefined;
  }
  return path;
}

/** What a step finds in a node that may be missing. */
export function stepInto(node: VariantNode | undefined, step: VariantStep): VariantNode | undefined {
  if ("index" in step) return node?.kind === "array" ? node.items[step.index] : undefined;
  if (node?.kind !== "object") return undefined;
  return node.entries.find(([name]) => name === step.name)?.[1];
}
