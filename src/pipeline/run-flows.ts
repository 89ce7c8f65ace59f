/** Runs the flows of an update, each once those that it reads from are done; what depends on a failed one is skipped, the others go on. */
import type { FlowNode, Graph } from "./graph.js";
import { isView, keyOf } from "./graph.js";

/** How a flow ended. */
export type FlowOutcome =
  | { readonly kind: "completed" }
  | { readonly kind: "excluded" }
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "skipped"; readonly because: string }
  | { readonly kind: "stopped" };

export interface FlowRun {
  readonly graph: Graph;
  /** Flows at work at a time. */
  readonly parallelism: number;
  readonly isStopped: () => boolean;
  /** Runs one flow. Its error is its outcome. */
  readonly perform: (node: FlowNode) => Promise<FlowOutcome>;
  /** Told of a flow that does not run because of another one, or because the update is stopped. */
  readonly onEnd: (node: FlowNode, outcome: FlowOutcome) => void;
}

/** Outcomes by flow. Flows of one table run one after another: each would have to be planned anew after the other's commit. */
export async function runFlows(run: FlowRun): Promise<ReadonlyMap<FlowNode, FlowOutcome>> {
  const nodes = run.graph.flows.filter((one) => one.target.dataset.kind !== "temporary-view");
  const outcomes = new Map<FlowNode, FlowOutcome>();
  const atWork = new Map<FlowNode, Promise<void>>();
  const waiting = new Set(nodes);
  const fillers = fillersByDataset(nodes);
  const isFree = (node: FlowNode) => ![...atWork.keys()].some((other) => other.target === node.target);
  for (;;) {
    for (const node of waiting) {
      const before = predecessors(node, fillers);
      const hindered = hindrance(node, before, outcomes, run.isStopped());
      if (hindered) {
        waiting.delete(node);
        outcomes.set(node, hindered);
        run.onEnd(node, hindered);
        continue;
      }
      const isReady = before.every((one) => outcomes.has(one)) && isFree(node);
      if (!isReady || atWork.size >= run.parallelism) continue;
      waiting.delete(node);
      const work = run.perform(node).then((outcome) => {
        outcomes.set(node, outcome);
        atWork.delete(node);
      });
      atWork.set(node, work);
    }
    if (atWork.size === 0) return outcomes;
    await Promise.race(atWork.values());
  }
}

function fillersByDataset(nodes: readonly FlowNode[]): ReadonlyMap<string, readonly FlowNode[]> {
  const result = new Map<string, FlowNode[]>();
  for (const node of nodes) {
    const key = keyOf(node.target.identifier);
    result.set(key, [...(result.get(key) ?? []), node]);
  }
  return result;
}

/** The flows that fill what a flow reads. */
function predecessors(node: FlowNode, fillers: ReadonlyMap<string, readonly FlowNode[]>): readonly FlowNode[] {
  return [...node.upstream].flatMap((key) => fillers.get(key) ?? []);
}

/** Why a flow does not run at all; undefined where it may, now or later. */
function hindrance(
  node: FlowNode,
  before: readonly FlowNode[],
  outcomes: ReadonlyMap<FlowNode, FlowOutcome>,
  isStopped: boolean,
): FlowOutcome | undefined {
  for (const one of before) {
    const outcome = outcomes.get(one);
    if (outcome?.kind === "failed") return { kind: "skipped", because: skippedBy(node, one, "FAILED") };
    if (outcome?.kind === "skipped") return { kind: "skipped", because: skippedBy(node, one, "SKIPPED") };
  }
  return isStopped ? { kind: "stopped" } : undefined;
}

function skippedBy(node: FlowNode, upstream: FlowNode, how: string): string {
  const what = isView(upstream.target.dataset) ? "view" : "flow";
  return `Flow '${node.flow.name}' was skipped because upstream ${what} '${upstream.flow.name}' ${how}.`;
}
