/** A document's data as a tree that knows where each value stands, through merges of several files. */
import type { SourceLocation } from "../../errors/lakelet-error.js";
import type { DocumentPath, SourceDocument } from "../spec/document.js";

export interface Place {
  readonly document: SourceDocument;
  readonly path: DocumentPath;
}

export type Scalar = string | number | boolean | null;

export interface LocatedScalar {
  readonly kind: "scalar";
  readonly value: Scalar;
  readonly at: Place;
}

export interface LocatedList {
  readonly kind: "list";
  readonly items: readonly Located[];
  readonly at: Place;
}

export interface LocatedMap {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, Located>;
  readonly at: Place;
}

export type Located = LocatedScalar | LocatedList | LocatedMap;

export function locatedTree(document: SourceDocument): Located {
  return located(document.value, { document, path: [] });
}

/** A value that no file holds, told at the place that made it. */
export function located(value: unknown, at: Place): Located {
  const inside = (step: string | number): Place => ({ document: at.document, path: [...at.path, step] });
  if (Array.isArray(value)) {
    return { kind: "list", items: value.map((item, i) => located(item, inside(i))), at };
  }
  if (value !== null && typeof value === "object") {
    const entries = new Map(Object.entries(value).map(([key, inner]) => [key, located(inner, inside(key))]));
    return { kind: "map", entries, at };
  }
  return { kind: "scalar", value: scalarOf(value), at };
}

function scalarOf(value: unknown): Scalar {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return value === null || value === undefined ? null : String(value);
}

/** The data alone. */
export function plain(tree: Located): unknown {
  if (tree.kind === "scalar") return tree.value;
  if (tree.kind === "list") return tree.items.map(plain);
  return Object.fromEntries([...tree.entries].map(([key, inner]) => [key, plain(inner)]));
}

export function child(tree: Located | undefined, step: string | number): Located | undefined {
  if (tree?.kind === "map") return tree.entries.get(String(step));
  return tree?.kind === "list" ? tree.items[Number(step)] : undefined;
}

export function atPath(tree: Located | undefined, path: DocumentPath): Located | undefined {
  return path.reduce<Located | undefined>(child, tree);
}

/** Where the value of a path stands, or its key; the nearest parent that a file holds where the path does not exist. */
export function locate(tree: Located, path: DocumentPath, part: "key" | "value" = "value"): SourceLocation {
  let found = tree;
  for (const [depth, step] of path.entries()) {
    const inner = child(found, step);
    if (inner === undefined) return locationOf(found, "value");
    found = inner;
    if (depth === path.length - 1) return locationOf(found, part);
  }
  return locationOf(found, "value");
}

export function locationOf({ at }: Located, part: "key" | "value" = "value"): SourceLocation {
  return at.document.locate(at.path, part);
}

/** A copy of a map with some entries set; `undefined` takes one away. */
export function withEntries(tree: LocatedMap, changes: Readonly<Record<string, Located | undefined>>): LocatedMap {
  const entries = new Map(tree.entries);
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) entries.delete(key);
    else entries.set(key, value);
  }
  return { ...tree, entries };
}

export function textOf(tree: Located | undefined): string | undefined {
  return tree?.kind === "scalar" && typeof tree.value === "string" ? tree.value : undefined;
}

export function entriesOf(tree: Located | undefined): ReadonlyMap<string, Located> {
  return tree?.kind === "map" ? tree.entries : NOTHING;
}

const NOTHING: ReadonlyMap<string, Located> = new Map();
