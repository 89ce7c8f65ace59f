/** A JSON or YAML file as data, with the line and column of every key and value. */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from "yaml";
import { LakeletError, type SourceLocation } from "../../errors/lakelet-error.js";
import { type JsonPlace, type JsonText, readJson } from "./json-reader.js";

/** Keys and indexes from the root to a value. */
export type DocumentPath = readonly (string | number)[];

export interface SourceDocument {
  readonly file: string;
  readonly text: string;
  readonly value: unknown;
  /** Where the value of that path stands, or its key; the nearest parent that exists where the path does not. */
  locate(path: DocumentPath, part?: "key" | "value"): SourceLocation;
  /** Whether the value there is a YAML anchor, or a list or map of nothing but anchors: a place to keep them, no setting. */
  holdsAnchors(path: DocumentPath): boolean;
  /** Keys that stand twice in one map; empty unless they were asked for. */
  readonly repeatedKeys: readonly RepeatedKey[];
}

export interface RepeatedKey {
  readonly key: string;
  /** Of the later one. */
  readonly location: SourceLocation;
}

export interface ReadDocumentOptions {
  /** Of YAML: `last` takes the last of them, as the Databricks CLI does, and tells them. */
  readonly repeatedKeys?: "error" | "last";
}

const MAX_ALIASES = 100;
/** Keys that would reach an object's prototype instead of its data. */
const FORBIDDEN_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Reads JSON, or else YAML, so that both have positions. Throws `MALFORMED_DOCUMENT` with file, line and column for a
 * syntax error, a duplicate key, a key such as `__proto__`, or aliases that multiply without bound.
 */
export function readDocument(text: string, file: string, options: ReadDocumentOptions = {}): SourceDocument {
  const json = /^\s*[[{]/.test(text) ? readJson(text) : undefined;
  return json ? jsonDocument(text, file, json) : yamlDocument(text, file, options);
}

function jsonDocument(text: string, file: string, { value, place }: JsonText): SourceDocument {
  const starts = lineStarts(text);
  const at = (offset: number): SourceLocation => {
    const line = lastNotAfter(starts, offset);
    return { file, line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  };
  refuseForbiddenPlaces(place, at);
  return {
    file,
    text,
    value,
    locate: (path, part = "value") => at(placeOffset(place, path, part)),
    holdsAnchors: () => false,
    repeatedKeys: [],
  };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
  return starts;
}

function lastNotAfter(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function refuseForbiddenPlaces(place: JsonPlace, at: (offset: number) => SourceLocation): void {
  for (const item of place.items ?? []) refuseForbiddenPlaces(item, at);
  for (const [key, { keyAt, value }] of place.entries ?? []) {
    if (FORBIDDEN_KEYS.has(key)) throw malformed(`the key \`${key}\` is not allowed`, at(keyAt));
    refuseForbiddenPlaces(value, at);
  }
}

function placeOffset(root: JsonPlace, path: DocumentPath, part: "key" | "value"): number {
  let place = root;
  for (const [depth, step] of path.entries()) {
    const entry = place.entries?.get(String(step));
    const inner = entry?.value ?? place.items?.[Number(step)];
    if (inner === undefined) break;
    if (entry && part === "key" && depth === path.length - 1) return entry.keyAt;
    place = inner;
  }
  return place.at;
}

function yamlDocument(text: string, file: string, { repeatedKeys = "error" }: ReadDocumentOptions): SourceDocument {
  const lines = new LineCounter();
  const at = (offset: number): SourceLocation => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const document = parsed(text, lines, { file, line: 1, column: 1 }, repeatedKeys === "error");
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
  return {
    file,
    text,
    value,
    locate: (path, part = "value") => at(offsetOf(document, path, part)),
    holdsAnchors: (path) => holdsAnchors(nodeAt(document, path)),
    repeatedKeys: repeatedKeys === "last" ? repeatedIn(root, at) : [],
  };
}

function parsed(text: string, lineCounter: LineCounter, start: SourceLocation, uniqueKeys: boolean): Document {
  try {
    return parseDocument(text, { lineCounter, uniqueKeys, merge: true, prettyErrors: false });
  } catch (cause) {
    // Thousands of brackets in brackets end the library's call stack.
    if (cause instanceof RangeError) throw malformed("it is nested too deeply", start);
    throw malformed(firstLine(cause instanceof Error ? cause.message : String(cause)), start);
  }
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

function repeatedIn(node: unknown, at: (offset: number) => SourceLocation): readonly RepeatedKey[] {
  if (isSeq(node)) return node.items.flatMap((item) => repeatedIn(item, at));
  if (!isMap(node)) return [];
  const seen = new Set<string>();
  return node.items.flatMap((pair) => {
    const key = isMerge(pair) ? "<<" : keyText(pair);
    const again: readonly RepeatedKey[] = seen.has(key) ? [{ key, location: at(keyOffset(pair)) }] : [];
    seen.add(key);
    return [...again, ...repeatedIn(pair.value, at)];
  });
}

function offsetOf(document: Document, path: DocumentPath, part: "key" | "value"): number {
  let node: unknown = document.contents;
  let offset = rangeStart(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    node = isAlias(node) ? node.resolve(document) : node;
    if (isMap(node)) {
      const pair = pairOf(document, node.items, String(step));
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

function nodeAt(document: Document, path: DocumentPath): unknown {
  let node: unknown = document.contents;
  for (const step of path) {
    node = isAlias(node) ? node.resolve(document) : node;
    if (isMap(node)) node = pairOf(document, node.items, String(step))?.value;
    else if (isSeq(node)) node = node.items[Number(step)];
    else return undefined;
  }
  return node;
}

function holdsAnchors(node: unknown): boolean {
  if (!isMap(node) && !isSeq(node)) return isScalar(node) && node.anchor !== undefined;
  if (node.anchor !== undefined) return true;
  const inner = isMap(node) ? node.items.map((pair) => pair.value) : node.items;
  return inner.length > 0 && inner.every(holdsAnchors);
}

/** Also one that `<<` brings in. */
function pairOf(document: Document, items: readonly Pair[], key: string): Pair | undefined {
  const own = items.findLast((one) => keyText(one) === key);
  if (own) return own;
  for (const { value } of items.filter(isMerge)) {
    for (const source of isSeq(value) ? value.items : [value]) {
      const merged = isAlias(source) ? source.resolve(document) : source;
      const found = isMap(merged) ? pairOf(document, merged.items, key) : undefined;
      if (found) return found;
    }
  }
  return undefined;
}

function isMerge({ key }: Pair): boolean {
  return isScalar(key) && (key.value === "<<" || typeof key.value === "symbol");
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
