/** The files of a bundle: the root's, and those that its `include` names, put together. */
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { LakeletError } from "../../errors/lakelet-error.js";
import { type DocumentPath, readDocument, type SourceDocument } from "../spec/document.js";
import { normalForm } from "../spec/normal-form.js";
import { invalidDocument, type LocatedProblem } from "../spec/problem.js";
import { leftOutOfBundle, type SchemaProblem, schemaProblems } from "../spec/schema-problems.js";
import { bundleFile } from "./bundle-schema.js";
import { filesMatching, isPattern } from "./glob.js";
import { entriesOf, type Located, type LocatedMap, locatedTree, locationOf, withEntries } from "./located.js";
import { merge } from "./merge.js";

/** The names that a bundle's root may have. */
export const BUNDLE_FILES = ["databricks.yml", "databricks.yaml", "bundle.yml", "bundle.yaml"] as const;

export interface BundleFiles {
  /** Absolute. */
  readonly rootFile: string;
  readonly rootFolder: string;
  readonly tree: LocatedMap;
  /** Absolute path of each file by the name that it has in messages. */
  readonly pathOf: ReadonlyMap<string, string>;
  readonly problems: readonly LocatedProblem[];
}

/**
 * @param nameOf how a file is called in messages
 * @throws MALFORMED_DOCUMENT, JOB_SPEC_NOT_FOUND; what else is wrong is in `problems`
 */
export function readBundleFiles(rootFile: string, nameOf: (file: string) => string): BundleFiles {
  const problems: LocatedProblem[] = [];
  const pathOf = new Map<string, string>();
  const read = (file: string): LocatedMap => {
    const shown = nameOf(file);
    pathOf.set(shown, file);
    return checked(readDocument(readText(file), shown, { repeatedKeys: "last" }), problems);
  };
  const root = read(rootFile);
  let tree: Located = root;
  for (const file of includedFiles(root, rootFile, problems)) {
    const included = withEntries(read(file), { include: undefined });
    refuseTwice(tree, included, problems);
    tree = merge(tree, included, (under, over) => problems.push(mismatch(under, over)));
  }
  const map: LocatedMap = tree.kind === "map" ? tree : root;
  return { rootFile, rootFolder: dirname(rootFile), tree: map, pathOf, problems };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new LakeletError({
      condition: "JOB_SPEC_NOT_FOUND",
      sqlState: "42000",
      problem: `The bundle's file ${file} cannot be read.`,
      parameters: { path: file },
      cause,
    });
  }
}

function checked(document: SourceDocument, problems: LocatedProblem[]): LocatedMap {
  for (const { key, location } of document.repeatedKeys) {
    const what =
      key === "<<"
        ? "write one `<<` with a list: newer versions of the Databricks CLI refuse two"
        : "the last one counts, as on Databricks";
    problems.push({
      severity: "warning",
      path: [],
      message: `\`${key}\` stands twice in this map: ${what}.`,
      location,
    });
  }
  const value = normalForm(bundleFile, document.value ?? {}, { convert: true });
  const parsed = bundleFile.safeParse(value);
  if (!parsed.success) {
    for (const problem of schemaProblems(bundleFile, parsed.error, value)) {
      const location = document.locate(problem.path, problem.part);
      if (problem.part === "key") {
        if (!document.holdsAnchors(problem.path)) problems.push({ ...leftOutOfBundle(problem), location });
      } else if (!isReferenceAt(value, problem.path)) {
        problems.push({ ...problem, severity: severityOf(problem), location });
      }
    }
  }
  const tree = locatedTree(document);
  return tree.kind === "map" ? tree : { kind: "map", entries: new Map(), at: tree.at };
}

/** Absolute paths of the files that a bundle's root includes now; none where the root cannot be read. */
export function includedPaths(rootFile: string): readonly string[] {
  try {
    return includedFiles(
      locatedTree(readDocument(readText(rootFile), rootFile, { repeatedKeys: "last" })),
      rootFile,
      [],
    );
  } catch (error) {
    if (error instanceof LakeletError) return [];
    throw error;
  }
}

/** Of a value that has not the form that is expected: what decides over the jobs must be right, the rest the CLI drops with a warning. */
function severityOf({ path }: SchemaProblem): "error" | "warning" {
  return path.length === 0 || DECIDING.has(String(path[0])) ? "error" : "warning";
}

const DECIDING = new Set(["bundle", "include", "resources", "targets", "environments"]);

/** A value of any form, known only when references are replaced. */
function isReferenceAt(value: unknown, path: DocumentPath): boolean {
  const found = path.reduce<unknown>(
    (inner, step) =>
      inner === null || typeof inner !== "object" ? undefined : (inner as Readonly<Record<string, unknown>>)[step],
    value,
  );
  return typeof found === "string" && /\$\{[^}]+\}/.test(found);
}

/** Absolute paths in the order in which `include` names them, each once. */
function includedFiles(root: Located, rootFile: string, problems: LocatedProblem[]): readonly string[] {
  const folder = dirname(rootFile);
  const list = entriesOf(root).get("include");
  const seen = new Set([rootFile]);
  const files: string[] = [];
  for (const [i, entry] of (list?.kind === "list" ? list.items : []).entries()) {
    const pattern = entry.kind === "scalar" ? String(entry.value) : "";
    const fail = (message: string) =>
      problems.push({ severity: "error", path: ["include", i], message, location: locationOf(entry) });
    if (isAbsolute(pattern)) {
      fail(`\`include\` names files relative to the bundle's root, but ${pattern} is absolute.`);
      continue;
    }
    const matches = filesMatching(pattern, folder).map((file) => resolve(folder, file));
    if (matches.length === 0 && !isPattern(pattern)) fail(`\`include\` names ${pattern}, which does not exist.`);
    for (const file of matches.filter((one) => !seen.has(one))) {
      if (/\.(ya?ml|json)$/.test(file)) files.push(file);
      else fail(`\`include\` names ${relative(folder, file)}: only YAML and JSON files can be included.`);
      seen.add(file);
    }
  }
  return files;
}

/** The same resource in two files: the CLI refuses it, for neither file says which one wins. */
function refuseTwice(tree: Located, included: Located, problems: LocatedProblem[]): void {
  const known = entriesOf(entriesOf(tree).get("resources"));
  for (const [kind, group] of entriesOf(entriesOf(included).get("resources"))) {
    for (const [key, resource] of entriesOf(group)) {
      const first = entriesOf(known.get(kind)).get(key);
      if (first === undefined) continue;
      const { file, line } = locationOf(first, "key");
      const message = `The ${kind.replace(/s$/, "")} \`${key}\` is declared in ${file}:${line} already. Rename one.`;
      problems.push({
        severity: "error",
        path: ["resources", kind, key],
        message,
        location: locationOf(resource, "key"),
      });
    }
  }
}

export function mismatch(under: Located, over: Located): LocatedProblem {
  const { file, line } = locationOf(under);
  const words = { scalar: "a single value", list: "a list", map: "an object" };
  const message = `This is ${words[over.kind]}, but ${file}:${line}, which it is put over, is ${words[under.kind]}.`;
  return { severity: "error", path: over.at.path, message, location: locationOf(over) };
}

/** The root file of the bundle that a file belongs to: itself, or the nearest one upward whose `include` names it. */
export function bundleRootOf(file: string): string | undefined {
  if (BUNDLE_FILES.some((name) => name === basename(file))) return file;
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const root = BUNDLE_FILES.map((name) => join(folder, name)).find((one) => existsSync(one));
    if (root !== undefined && includes(root, file)) return root;
    if (root !== undefined || folder === dirname(folder)) return undefined;
  }
}

function includes(root: string, file: string): boolean {
  const patterns = entriesOf(locatedTree(readDocument(readText(root), root, { repeatedKeys: "last" }))).get("include");
  if (patterns?.kind !== "list") return false;
  const wanted = relative(dirname(root), file).split(sep).join("/");
  return patterns.items.some(
    (one) => one.kind === "scalar" && filesMatching(String(one.value), dirname(root)).includes(wanted),
  );
}

export function invalidBundle(problems: readonly LocatedProblem[]): LakeletError {
  return invalidDocument("INVALID_JOB_SPEC", "The bundle", problems);
}
