/** The datasets of a definition by their full names, each with its flows; what is wrong without looking into any query is named here. */
import { identifierText, qualify, type SchemaIdentifier } from "../catalog/table-identifier.js";
import type { Dataset, Flow, PipelineDefinition } from "./definition.js";
import { type DeclaredDataset, isView, keyOf } from "./graph.js";
import {
  changesInto,
  doubledDataset,
  doubledFlow,
  emptyPipeline,
  mixedFlows,
  severalFlows,
  unknownTarget,
  withoutFlow,
} from "./graph-errors.js";

export function declaredDatasets(
  { datasets, flows }: PipelineDefinition,
  current: SchemaIdentifier,
  pipeline: string,
): ReadonlyMap<string, DeclaredDataset> {
  if (datasets.every((one) => one.kind === "temporary-view")) throw emptyPipeline(pipeline);
  const declared = new Map<string, Dataset>();
  for (const dataset of datasets) {
    const identifier = qualify(dataset.name, current);
    const first = declared.get(keyOf(identifier));
    if (first) throw doubledDataset(identifierText(identifier), first, dataset);
    declared.set(keyOf(identifier), dataset);
  }
  checkFlowNames(flows);
  const byTarget = flowsByTarget(flows, declared, current);
  const result = new Map<string, DeclaredDataset>();
  for (const [key, dataset] of declared) {
    const identifier = qualify(dataset.name, current);
    const one = { dataset, identifier, name: identifierText(identifier), flows: byTarget.get(key) ?? [] };
    checkFlows(one);
    result.set(key, one);
  }
  return result;
}

function checkFlowNames(flows: readonly Flow[]): void {
  const known = new Map<string, Flow>();
  for (const flow of flows) {
    const first = known.get(flow.name.toLowerCase());
    if (first) throw doubledFlow(first, flow);
    known.set(flow.name.toLowerCase(), flow);
  }
}

function flowsByTarget(
  flows: readonly Flow[],
  declared: ReadonlyMap<string, Dataset>,
  current: SchemaIdentifier,
): ReadonlyMap<string, readonly Flow[]> {
  const result = new Map<string, Flow[]>();
  for (const flow of flows) {
    const target = qualify(flow.target, current);
    const key = keyOf(target);
    if (!declared.has(key)) {
      const sameName = [...declared.values()].find(
        ({ name }) => name.at(-1)?.toLowerCase() === target.name.toLowerCase(),
      );
      throw unknownTarget(flow, identifierText(target), sameName?.name.join("."));
    }
    result.set(key, [...(result.get(key) ?? []), flow]);
  }
  return result;
}

function checkFlows({ dataset, name, flows }: DeclaredDataset): void {
  if (flows.length === 0) throw withoutFlow(name, dataset);
  if (flows.length > 1 && dataset.kind !== "streaming-table") throw severalFlows(name, dataset, flows);
  const changes = flows.find((flow) => flow.kind !== "query");
  if (changes === undefined) return;
  if (dataset.kind !== "streaming-table" || isView(dataset)) throw changesInto(name, dataset, changes);
  if (flows.some((flow) => flow.kind === "query")) throw mixedFlows(name, flows);
}
