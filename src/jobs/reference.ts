/** Dynamic value references, `{{job.id}}`: their grammar, and what they become in a run. Text in, text out, one pass. */
import type { ReferencePart, ReferenceScope } from "./reference-scope.js";
import { referenceValue } from "./reference-values.js";

export type {
  FinishedTask,
  Reference,
  ReferencePart,
  ReferenceScope,
  ReferenceTrigger,
} from "./reference-scope.js";

const REFERENCE = /\{\{\s*((?:[\w-]+|`[^`{}]+`)(?:\s*\.\s*(?:[\w-]+|`[^`{}]+`))*)\s*\}\}/g;
const SEGMENT = /`([^`]+)`|[\w-]+/g;

/** Splits a text into literal pieces and references; what is not well-formed stays literal. */
export function parseReferences(text: string): readonly ReferencePart[] {
  const parts: ReferencePart[] = [];
  let end = 0;
  for (const match of text.matchAll(REFERENCE)) {
    if (match.index > end) parts.push(text.slice(end, match.index));
    const path = [...(match[1] ?? "").matchAll(SEGMENT)].map((segment) => segment[1] ?? segment[0]);
    parts.push({ path, source: match[0] });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts;
}

/**
 * Replaces the references in a text. A reference in an unknown namespace stays as it is; values are never expanded again.
 * Throws `INVALID_DYNAMIC_VALUE_REFERENCE` for a wrong name in a known namespace, and for a value that was not set.
 */
export function resolveReferences(text: string, scope: ReferenceScope): string {
  return parseReferences(text)
    .map((part) => (typeof part === "string" ? part : referenceValue(part, scope)))
    .join("");
}

/** {@link resolveReferences} in every text inside a value; keys stay. */
export function resolveDeep(value: unknown, scope: ReferenceScope): unknown {
  if (typeof value === "string") return resolveReferences(value, scope);
  if (Array.isArray(value)) return value.map((item) => resolveDeep(item, scope));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolveDeep(inner, scope)]));
}
