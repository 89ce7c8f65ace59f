/** Which models of a dbt_task may be published: those that were built, whose tests passed, and that are made of no others. */
import type { DbtManifest, DbtNode, DbtResult } from "./dbt-artifacts.js";

/** One command as it went. */
export interface DbtStep {
  readonly subcommand: string;
  /** Undefined where the command did not come so far. */
  readonly results: readonly DbtResult[] | undefined;
  readonly manifest: DbtManifest | undefined;
  readonly succeeded: boolean;
}

export interface DbtVerdict {
  /** In the order in which they were built. */
  readonly publish: readonly DbtNode[];
  readonly heldBack: readonly { readonly node: DbtNode; readonly why: string }[];
}

/** Others (compile, docs, show ...) also leave results of models, which they have not built. */
const BUILDING: readonly string[] = ["run", "build", "seed", "snapshot", "retry", "clone"];
const BUILT: readonly string[] = ["model", "seed", "snapshot"];
const TESTS: readonly string[] = ["test", "unit_test"];
const FINE: readonly string[] = ["success", "pass", "warn", "no-op"];
const TESTING: readonly string[] = ["test", "build"];

/** @param left subcommands that were not come to */
export function dbtVerdict(steps: readonly DbtStep[], left: readonly string[]): DbtVerdict {
  const nodes = new Map<string, DbtNode>();
  const built = new Map<string, DbtNode>();
  const bad = new Map<string, string>();
  for (const { subcommand, results = [], manifest } of steps) {
    for (const [id, node] of manifest ?? []) nodes.set(id, node);
    for (const { id, status } of results) {
      const node = nodes.get(id);
      if (!node) continue;
      if (TESTS.includes(node.type)) {
        if (!FINE.includes(status)) for (const one of testedBy(node, nodes)) bad.set(one, testSaid(node, status));
      } else if (BUILT.includes(node.type) && BUILDING.includes(subcommand)) {
        built.delete(id);
        // A skipped one stays as it was; it is of those that the failure above it holds back.
        if (FINE.includes(status)) built.set(id, node);
        else bad.set(id, `it ended as ${status}`);
      }
    }
  }
  const untested = untestedBecause(steps, left);
  const publish: DbtNode[] = [];
  const heldBack: { node: DbtNode; why: string }[] = [];
  const memo = new Map<string, string | undefined>();
  for (const node of built.values()) {
    const why = untested ?? whyNot(node.id, nodes, bad, memo);
    if (why === undefined) publish.push(node);
    else heldBack.push({ node, why });
  }
  return { publish, heldBack };
}

function testedBy(test: DbtNode, nodes: ReadonlyMap<string, DbtNode>): readonly string[] {
  if (test.attachedTo !== undefined) return [test.attachedTo];
  return test.dependsOn.filter((id) => nodes.get(id)?.type !== "macro");
}

function testSaid({ name }: DbtNode, status: string): string {
  return status === "skipped" ? `its test ${name} did not run` : `its test ${name} failed`;
}

/** Tests that the task asks for and that did not run: until they have, nothing is published. */
function untestedBecause(steps: readonly DbtStep[], left: readonly string[]): string | undefined {
  const last = steps.at(-1);
  if (left.some((one) => TESTING.includes(one))) return "its tests were not come to";
  const broke = last && !last.succeeded && TESTING.includes(last.subcommand) && last.results === undefined;
  return broke ? "its tests could not be run" : undefined;
}

function whyNot(
  id: string,
  nodes: ReadonlyMap<string, DbtNode>,
  bad: ReadonlyMap<string, string>,
  memo: Map<string, string | undefined>,
): string | undefined {
  const own = bad.get(id);
  if (own !== undefined) return own;
  if (memo.has(id)) return memo.get(id);
  memo.set(id, undefined);
  for (const parent of nodes.get(id)?.dependsOn ?? []) {
    if (whyNot(parent, nodes, bad, memo) === undefined) continue;
    const why = `${nodes.get(parent)?.name ?? parent}, which it is made of, was held back`;
    memo.set(id, why);
    return why;
  }
  return undefined;
}
