/** What an update does with each dataset: leave it, bring it up to date, or begin anew. */

import { qualify, type SchemaIdentifier } from "../catalog/table-identifier.js";
import { LakeletError } from "../errors/lakelet-error.js";
import { notResettable, RESET_ALLOWED } from "../session/dataset-table.js";
import type { SourcePlace } from "./definition.js";
import { type DatasetNode, type FlowNode, type Graph, isView, keyOf } from "./graph.js";
import type { UpdateSelection } from "./update.js";

/** exclude: not selected. refresh: from where it stands. reset: sources from their beginning. full: the rows go, too. */
export type Treatment = "exclude" | "refresh" | "reset" | "full";

export interface SelectedDatasets {
  readonly treatment: (node: FlowNode) => Treatment;
  readonly warnings: readonly string[];
}

export function selectedDatasets(
  graph: Graph,
  selection: UpdateSelection,
  current: SchemaIdentifier,
): SelectedDatasets {
  const names = (list: readonly string[]) => new Set(list.map((name) => selected(graph, name, current)));
  const full = names(selection.fullRefresh);
  const refresh = names(selection.refresh);
  const reset = namesOfFlows(graph, selection.resetCheckpoint, current);
  const guarded = [...graph.datasets].filter(([, node]) => !isResettable(node));
  const refused = guarded.filter(([key]) => full.has(key)).map(([, node]) => node);
  if (refused.length > 0)
    throw notResettable(
      refused.map((one) => one.name),
      refused[0]?.dataset.place,
    );
  const isAll = full.size === 0 && refresh.size === 0 && reset.size === 0;
  const kept = new Set(guarded.map(([key]) => key));
  return {
    warnings: selection.fullRefreshAll ? guarded.map(([, { name }]) => keptBy(name)) : [],
    treatment: ({ flow, target }) => {
      const key = keyOf(target.identifier);
      if (full.has(key) || (selection.fullRefreshAll && !kept.has(key))) return "full";
      if (reset.has(flow.name.toLowerCase())) return "reset";
      return isAll || selection.fullRefreshAll || refresh.has(key) ? "refresh" : "exclude";
    },
  };
}

function isResettable({ dataset }: DatasetNode): boolean {
  return dataset.properties[RESET_ALLOWED]?.toLowerCase() !== "false";
}

function keptBy(name: string): string {
  return `${name} is not fully refreshed: its table property ${RESET_ALLOWED} is false. It is brought up to date.`;
}

/** The key of the dataset that a name of the selection means. */
function selected(graph: Graph, name: string, current: SchemaIdentifier): string {
  const parts = partsOf(name);
  const key = parts.length <= 3 ? keyOf(qualify(parts, current)) : "";
  const node = graph.datasets.get(key);
  if (node === undefined) throw unknownDataset(graph, name);
  if (node.dataset.kind === "temporary-view") throw viewSelected(node.name, node.dataset.place);
  return key;
}

/** Checkpoints are those of flows: a name is a flow's, or a dataset's for all its flows. */
function namesOfFlows(graph: Graph, names: readonly string[], current: SchemaIdentifier): ReadonlySet<string> {
  const result = new Set<string>();
  for (const name of names) {
    const flow = graph.flows.find((one) => one.flow.name.toLowerCase() === name.toLowerCase());
    const flows = flow ? [flow] : (graph.datasets.get(selected(graph, name, current))?.nodes ?? []);
    for (const one of flows) {
      if (one.target.dataset.kind !== "streaming-table") throw notStreaming(one);
      result.add(one.flow.name.toLowerCase());
    }
  }
  return result;
}

/** Parts between dots, those in backticks whole. */
function partsOf(name: string): readonly string[] {
  const parts = name.match(/`(?:[^`]|``)+`|[^.`]+/g) ?? [name];
  const plain = parts.map((part) => (part.startsWith("`") ? part.slice(1, -1).replaceAll("``", "`") : part));
  return plain.length === 2 && plain[0]?.toLowerCase() === "live" ? plain.slice(1) : plain;
}

function unknownDataset(graph: Graph, name: string): LakeletError {
  const known = [...graph.datasets.values()].filter((one) => !isView(one.dataset)).map((one) => one.identifier.name);
  return new LakeletError({
    condition: "INVALID_REFRESH_SELECTION.INVALID_IDENTIFIER",
    sqlState: "42000",
    problem: `The refresh selection parameters specified for this update are invalid because the dataset identifier '${name}' is invalid.`,
    reason: `The pipeline's tables are: ${known.join(", ")}.`,
    cure: "Name one of them.",
    parameters: { datasetName: name },
  });
}

function viewSelected(name: string, location: SourcePlace): LakeletError {
  return new LakeletError({
    condition: "INVALID_REFRESH_SELECTION.INVALID_IDENTIFIER",
    sqlState: "42000",
    problem: `The refresh selection names ${name}, which is a temporary view.`,
    reason: "Refreshing views is not supported: they are not stored.",
    cure: "Name the tables that read it.",
    parameters: { datasetName: name },
    location,
  });
}

function notStreaming({ target }: FlowNode): LakeletError {
  return new LakeletError({
    condition: "INVALID_REFRESH_SELECTION.INVALID_IDENTIFIER",
    sqlState: "42000",
    problem: `The checkpoint of ${target.name} cannot be reset: it is no streaming table and has none.`,
    cure: "Refresh it fully instead.",
    parameters: { datasetName: target.name },
    location: target.dataset.place,
  });
}
