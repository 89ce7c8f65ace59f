/** `${var.x}`, `${bundle.target}`, `${workspace.file_path}`: replaced when a bundle is read, long before `{{...}}` of a run. */
import { nearestName } from "../spec/nearest-name.js";
import type { LocatedProblem } from "../spec/problem.js";
import { child, entriesOf, type Located, type Place } from "./located.js";

export interface InterpolationScope {
  /** The bundle with its target chosen; `bundle`, `workspace` complete. */
  readonly root: Located;
  readonly variables: ReadonlyMap<string, Located>;
  /** `${resources.<kind>.<key>.<field>}` that the bundle does not say itself: an id. `undefined`: there is no such thing. */
  resource(kind: string, key: string, field: string): string | undefined;
}

/** Namespaces that are replaced when the bundle is read. Text such as `${HOME}` is none of them and stays. */
const NAMESPACES = ["var", "variables", "bundle", "workspace", "resources", "artifacts"];
const REFERENCE = /\$\{([^${}]*)\}/g;
const SEGMENT = /^\p{L}(?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?$/u;
/** What one bundle may grow to: references that multiply end here, not in the machine's memory. */
const MAX_VALUES = 200_000;
const MAX_TEXT = 5_000_000;

interface Part {
  readonly source: string;
  readonly path: readonly (string | number)[];
}

export class Interpolation {
  readonly #scope: InterpolationScope;
  readonly #problems: LocatedProblem[];
  readonly #resolved = new Map<string, Located | undefined>();
  readonly #open: string[] = [];
  #values = 0;
  #text = 0;

  constructor(scope: InterpolationScope, problems: LocatedProblem[]) {
    this.#scope = scope;
    this.#problems = problems;
  }

  /** The tree without references; each that cannot be resolved is a problem at its place, and stays as it is. */
  resolve(tree: Located): Located {
    this.#values += 1;
    if (this.#values > MAX_VALUES) return tree;
    if (tree.kind === "list") return { ...tree, items: tree.items.map((item) => this.resolve(item)) };
    if (tree.kind === "map") {
      return { ...tree, entries: new Map([...tree.entries].map(([key, value]) => [key, this.resolve(value)])) };
    }
    if (typeof tree.value !== "string" || !tree.value.includes("${")) return tree;
    return this.#text > MAX_TEXT ? tree : this.#scalar(tree.value, tree);
  }

  /** Whether references multiplied so that the rest was left as it is. */
  get overflown(): boolean {
    return this.#values > MAX_VALUES || this.#text > MAX_TEXT;
  }

  #scalar(text: string, tree: Located): Located {
    const parts = partsOf(text);
    const [only] = parts;
    if (parts.length === 1 && only && typeof only !== "string") {
      const found = this.#lookup(only, tree);
      // The place is that of the reference: a path starts at the file that says it.
      return found ? { ...found, at: tree.at } : tree;
    }
    let value = "";
    for (const part of parts) {
      value += typeof part === "string" ? part : this.#embedded(part, tree);
      if (value.length > MAX_TEXT) break;
    }
    this.#text += value.length;
    return { kind: "scalar", value, at: tree.at };
  }

  #embedded(part: Part, tree: Located): string {
    const found = this.#lookup(part, tree);
    if (found === undefined) return part.source;
    if (found.kind === "scalar") return found.value === null ? "" : String(found.value);
    this.#fail(
      tree.at,
      `${part.source} is ${found.kind === "list" ? "a list" : "an object"}, which cannot be a part of a text.`,
    );
    return part.source;
  }

  #lookup(part: Part, from: Located): Located | undefined {
    const name = part.path.join(".");
    if (this.#resolved.has(name)) return this.#resolved.get(name);
    if (this.#open.includes(name)) {
      const cycle = [...this.#open.slice(this.#open.indexOf(name)), name].map((one) => `\${${one}}`);
      this.#fail(from.at, `The references go round in a cycle: ${cycle.join(" -> ")}.`);
      return undefined;
    }
    const problems = this.#problems.length;
    this.#open.push(name);
    const found = this.#find(part, from);
    const resolved = found && this.resolve(found);
    this.#open.pop();
    // A mistake is told at each place that has it.
    if (resolved || this.#problems.length === problems) this.#resolved.set(name, resolved);
    return resolved;
  }

  #find({ source, path }: Part, from: Located): Located | undefined {
    const [namespace, ...rest] = path;
    if (namespace === "artifacts") return undefined;
    if (namespace === "var" || namespace === "variables") return this.#variable(source, rest, from);
    if (namespace === "resources") return this.#resource(source, rest, from);
    return this.#walk(source, child(this.#scope.root, String(namespace)), rest, from, String(namespace));
  }

  #variable(source: string, [name, ...rest]: readonly (string | number)[], from: Located): Located | undefined {
    const value = this.#scope.variables.get(String(name));
    const declared = entriesOf(child(this.#scope.root, "variables"));
    if (value === undefined) {
      const nearest = nearestName(String(name), declared.keys());
      const cure = nearest === undefined ? "Declare it under `variables`." : `Did you mean \${var.${nearest}}?`;
      // One that is declared and has no value was told where it is declared.
      if (!declared.has(String(name)))
        this.#fail(from.at, `${source}: the bundle has no variable \`${name}\`. ${cure}`);
      return undefined;
    }
    return this.#walk(source, value, rest[0] === "value" ? rest.slice(1) : rest, from, `var.${name}`);
  }

  #resource(source: string, path: readonly (string | number)[], from: Located): Located | undefined {
    const [kind = "", key = "", field = "", ...rest] = path.map(String);
    const group = entriesOf(child(child(this.#scope.root, "resources"), kind));
    const resource = group.get(key);
    if (resource === undefined) {
      const nearest = nearestName(key, group.keys());
      const cure = nearest === undefined ? "" : ` Did you mean \${resources.${kind}.${nearest}.${field}}?`;
      this.#fail(from.at, `${source}: the bundle declares no ${kind.replace(/s$/, "")} \`${key}\`.${cure}`);
      return undefined;
    }
    const own = this.#scope.resource(kind, key, field);
    if (own !== undefined && rest.length === 0) return { kind: "scalar", value: own, at: from.at };
    return this.#walk(source, child(resource, field), rest, from, `resources.${kind}.${key}.${field}`);
  }

  #walk(
    source: string,
    start: Located | undefined,
    path: readonly (string | number)[],
    from: Located,
    name: string,
  ): Located | undefined {
    let found = start;
    let known = name;
    for (const step of path) {
      if (found?.kind === "scalar" && typeof found.value === "string" && found.value.includes("${")) {
        found = this.resolve(found);
      }
      const next = child(found, step);
      if (next === undefined) {
        const nearest = nearestName(String(step), entriesOf(found).keys());
        const cure = nearest === undefined ? "" : ` Did you mean \${${known}.${nearest}}?`;
        this.#fail(from.at, `${source}: \`${known}\` has no \`${step}\`.${cure}`);
        return undefined;
      }
      known = typeof step === "number" ? `${known}[${step}]` : `${known}.${step}`;
      found = next;
    }
    if (found === undefined) this.#fail(from.at, `${source}: \`${known}\` is not set.`);
    return found;
  }

  #fail(at: Place, message: string): void {
    const location = at.document.locate(at.path);
    this.#problems.push({ severity: "error", path: at.path, message, location });
  }
}

/** Literal pieces and references; what has no form of a reference, or another namespace, is literal. */
function partsOf(text: string): readonly (string | Part)[] {
  const parts: (string | Part)[] = [];
  let end = 0;
  for (const match of text.matchAll(REFERENCE)) {
    const path = pathOf(match[1] ?? "");
    if (path === undefined || !NAMESPACES.includes(String(path[0]))) continue;
    if (match.index > end) parts.push(text.slice(end, match.index));
    parts.push({ source: match[0], path });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts;
}

function pathOf(text: string): readonly (string | number)[] | undefined {
  const path: (string | number)[] = [];
  for (const piece of text.split(".")) {
    const [, name = "", indexes = ""] = /^([^[\]]*)((?:\[\d+\])*)$/.exec(piece) ?? [];
    if (!SEGMENT.test(name)) return undefined;
    path.push(name, ...[...indexes.matchAll(/\d+/g)].map(([digits]) => Number(digits)));
  }
  return path;
}

/** Keys that hold references: nothing replaces them. */
export function referencesInKeys(tree: Located, tell: (key: string, at: Located) => void): void {
  if (tree.kind === "list") for (const item of tree.items) referencesInKeys(item, tell);
  if (tree.kind !== "map") return;
  for (const [key, value] of tree.entries) {
    if (partsOf(key).some((part) => typeof part !== "string")) tell(key, value);
    referencesInKeys(value, tell);
  }
}

/** Texts in a tree that still have the form `${name.name}`, each told once with its place. */
export function leftReferences(tree: Located, tell: (source: string, at: Located) => void): void {
  if (tree.kind === "list") for (const item of tree.items) leftReferences(item, tell);
  else if (tree.kind === "map") for (const value of tree.entries.values()) leftReferences(value, tell);
  else if (typeof tree.value === "string") {
    for (const match of tree.value.matchAll(REFERENCE)) {
      const path = pathOf(match[1] ?? "");
      if (path !== undefined && path.length > 1 && !NAMESPACES.includes(String(path[0]))) tell(match[0], tree);
    }
  }
}
