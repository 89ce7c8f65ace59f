/** A JSON or YAML file as data, with the line and column of every key and value. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from "yaml";
import { LakeletError, type SourceLocation } from "../../errors/lakelet-error.js";

/** Keys and indexes from the root to a value. */
export type DocumentPath = readonly (string | number)[];

export interface SourceDocument {
  readonly file: string;
  readonly text: string;
  readonly value: unknown;
  /** Where the value of that path stands, or its key; the nearest parent that exists where the path does not. */
  locate(path: DocumentPath, part?: "key" | "value"): SourceLocation;
}

const MAX_ALIASES = 100;
/** Keys that would reach an object's prototype instead of its data. */
const FORBIDDEN_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Reads JSON as the YAML that it is, so that both have positions. Throws `MALFORMED_DOCUMENT` with file, line and column for a
 * syntax error, a duplicate key, a key such as `__proto__`, or aliases that multiply without bound.
 */
export function readDocument(text: string, file: string): SourceDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, merge: true, prettyErrors: false });
  const at = (offset: number): SourceLocation => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const [syntax] = document.errors;
  if (syntax) throw malformed(firstLine(syntax.message), at(syntax.pos[0]));
  const root = document.contents as Node | null;
  refuseForbiddenKeys(root, at);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (cause) {
    throw malformed(firstLine(cause instanceof Error ? cause.message : String(cause)), { file, line: 1, column: 1 });
  }
  return { file, text, value, locate: (path, part = "value") => at(offsetOf(root, path, part)) };
}

function malformed(problem: string, location: SourceLocation): LakeletError {
  return new LakeletError({
    condition: "MALFORMED_DOCUMENT",
    sqlState: "42000",
    problem: `The file is not valid JSON or YAML: ${problem.replace(/\.?$/, ".")}`,
    location,
  });
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? text;
}

function refuseForbiddenKeys(node: unknown, at: (offset: number) => SourceLocation): void {
  if (isSeq(node)) for (const item of node.items) refuseForbiddenKeys(item, at);
  if (!isMap(node)) return;
  for (const pair of node.items) {
    const key = keyText(pair);
    if (FORBIDDEN_KEYS.has(key)) throw malformed(`the key \`${key}\` is not allowed`, at(keyOffset(pair)));
    refuseForbiddenKeys(pair.value, at);
  }
}

function offsetOf(root: Node | null, path: DocumentPath, part: "key" | "value"): number {
  let node: unknown = root;
  let offset = rangeStart(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) break;
    if (isMap(node)) {
      const pair = node.items.find((one) => keyText(one) === String(step));
      if (!pair) break;
      const last = depth === path.length - 1;
      offset = last && part === "key" ? keyOffset(pair) : (rangeStart(pair.value) ?? keyOffset(pair));
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(step)];
      if (item === undefined) break;
      offset = rangeStart(item) ?? offset;
      node = item;
    } else break;
  }
  return offset;
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

function keyOffset(pair: Pair): number {
  return rangeStart(pair.key) ?? 0;
}

function rangeStart(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
