/** One target of a bundle: chosen as the CLI does, and put over what all targets share. */
import { didYouMean } from "../spec/nearest-name.js";
import type { LocatedProblem } from "../spec/problem.js";
import { mismatch } from "./bundle-files.js";
import { entriesOf, type Located, type LocatedMap, locationOf, plain, withEntries } from "./located.js";
import { merge } from "./merge.js";

export interface ChosenTarget {
  readonly name: string;
  /** Without `targets`; `bundle.mode` and `bundle.target` set. */
  readonly tree: LocatedMap;
}

/** Fields of a target that are merged into the bundle's own; the others replace. */
const MERGED = ["bundle", "workspace", "artifacts", "resources", "sync", "permissions", "presets"] as const;

/** @param wanted as `--target` gives it; the default target where absent */
export function chooseTarget(
  root: LocatedMap,
  wanted: string | undefined,
  problems: LocatedProblem[],
): ChosenTarget | undefined {
  const declared = root.entries.get("targets") ?? root.entries.get("environments");
  const targets = entriesOf(declared);
  const fail = (message: string, at: Located) => {
    problems.push({ severity: "error", path: ["targets"], message, location: locationOf(at, "key") });
    return undefined;
  };
  const name = wanted ?? defaultTarget(targets, (message) => fail(message, declared ?? root));
  if (name === undefined) return undefined;
  const target = targets.get(name);
  if (target === undefined && (targets.size > 0 || name !== "default")) {
    const names = [...targets.keys()];
    const cure = didYouMean(name, names) || (names.length > 0 ? `Its targets: ${names.join(", ")}.` : "It has none.");
    return fail(`The bundle has no target \`${name}\`. ${cure}`, declared ?? root);
  }
  return { name, tree: overridden(root, name, target, problems) };
}

function defaultTarget(
  targets: ReadonlyMap<string, Located>,
  fail: (message: string) => undefined,
): string | undefined {
  const names = [...targets.keys()];
  if (names.length <= 1) return names[0] ?? "default";
  const defaults = names.filter((name) => plainEntry(targets.get(name), "default") === true);
  if (defaults.length === 1) return defaults[0];
  const which = defaults.length === 0 ? names : defaults;
  const why =
    defaults.length === 0 ? "none is marked `default: true`" : `${defaults.join(" and ")} are marked as default`;
  return fail(`The bundle has ${names.length} targets and ${why}: name one with --target (${which.join(", ")}).`);
}

function plainEntry(tree: Located | undefined, key: string): unknown {
  const entry = entriesOf(tree).get(key);
  return entry && plain(entry);
}

function overridden(
  root: LocatedMap,
  name: string,
  target: Located | undefined,
  problems: LocatedProblem[],
): LocatedMap {
  const over = entriesOf(target);
  const onMismatch = (under: Located, upper: Located) => problems.push(mismatch(under, upper));
  const changes: Record<string, Located | undefined> = { targets: undefined, environments: undefined };
  for (const field of MERGED) {
    const upper = over.get(field);
    if (upper) changes[field] = merge(root.entries.get(field), upper, onMismatch);
  }
  if (over.has("run_as")) changes.run_as = over.get("run_as");
  changes.variables = overriddenVariables(root.entries.get("variables"), over.get("variables"), problems);
  changes.bundle = bundleOf(changes.bundle ?? root.entries.get("bundle"), name, root, over, onMismatch);
  return withEntries(root, changes);
}

function bundleOf(
  bundle: Located | undefined,
  name: string,
  root: LocatedMap,
  over: ReadonlyMap<string, Located>,
  onMismatch: (under: Located, over: Located) => void,
): LocatedMap {
  const base: LocatedMap = bundle?.kind === "map" ? bundle : { kind: "map", entries: new Map(), at: root.at };
  const named: Located = { kind: "scalar", value: name, at: base.at };
  const mode = over.get("mode");
  const cluster = over.get("cluster_id") ?? over.get("compute_id");
  const git = over.get("git");
  return withEntries(base, {
    target: named,
    environment: named,
    ...(mode && { mode }),
    ...(cluster && { cluster_id: cluster }),
    ...(git && { git: merge(base.entries.get("git"), git, onMismatch) }),
  });
}

const FORM = new Set(["default", "description", "lookup", "type", "tags"]);

/** A target gives a variable's value as it is, or under `default`; a lookup takes the place of a default and the other way round. */
function overriddenVariables(
  root: Located | undefined,
  target: Located | undefined,
  problems: LocatedProblem[],
): Located | undefined {
  if (target?.kind !== "map") return root;
  const variables = new Map(entriesOf(root));
  for (const [name, value] of target.entries) {
    const variable = variables.get(name);
    if (variable === undefined) {
      const message = `The target sets the variable \`${name}\`, which the bundle does not declare. ${didYouMean(name, variables.keys())}`;
      problems.push({
        severity: "error",
        path: ["variables", name],
        message: message.trim(),
        location: locationOf(value, "key"),
      });
      continue;
    }
    const base: LocatedMap = variable.kind === "map" ? variable : { kind: "map", entries: new Map(), at: variable.at };
    const form = value.kind === "map" && [...value.entries.keys()].every((key) => FORM.has(key)) ? value : undefined;
    const change: LocatedMap = form ?? { kind: "map", entries: new Map([["default", value]]), at: value.at };
    const replaced = withEntries(base, {
      ...(change.entries.has("default") && { default: undefined, lookup: undefined }),
      ...(change.entries.has("lookup") && { default: undefined, lookup: undefined }),
    });
    variables.set(name, withEntries(replaced, Object.fromEntries(change.entries)));
  }
  return { kind: "map", entries: variables, at: target.at };
}
