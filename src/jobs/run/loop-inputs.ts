/** What a for_each_task loops over. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { parseReferences, type ReferenceScope, resolveDeep, resolveReferences } from "../reference.js";

/**
 * The elements of `inputs`: a JSON array, or a reference to one. References in texts of a written array are replaced after it was read,
 * so that no value can end its text. Throws `INVALID_FOR_EACH_INPUTS`.
 */
export function loopInputs(inputs: string, scope: ReferenceScope): readonly unknown[] {
  const written = jsonOf(inputs);
  const value = written ? resolveDeep(written.value, scope) : jsonOf(resolveReferences(inputs, scope))?.value;
  if (Array.isArray(value)) return value;
  const parts = parseReferences(inputs);
  const [only] = parts;
  const isReference = parts.length === 1 && typeof only === "object";
  throw new LakeletError({
    condition: "INVALID_FOR_EACH_INPUTS",
    sqlState: "42000",
    problem: `The inputs of the for_each_task are not a JSON array: \`${shown(resolveReferences(inputs, scope))}\`.`,
    cure: isReference
      ? "Let the task before set a list as its task value, or give the job parameter as JSON."
      : 'Write them like ["a", "b"] or [{"k": 1}].',
  });
}

function jsonOf(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function shown(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
