/** The graph of a pipeline: datasets by their full names, flows with what they read. */
import type { TableIdentifier } from "../catalog/table-identifier.js";
import type { DataFrame } from "../dataframe/data-frame.js";
import type { StructType } from "../schema/data-type.js";
import type { QueryLineage } from "../session/contract.js";
import type { AuditedView } from "../session/flow-contract.js";
import type { Dataset, Flow } from "./definition.js";

/** A dataset with its full name and its flows, not looked into yet. */
export interface DeclaredDataset {
  readonly dataset: Dataset;
  readonly identifier: TableIdentifier;
  /** `catalog.schema.name`. */
  readonly name: string;
  readonly flows: readonly Flow[];
}

export interface FlowNode {
  readonly flow: Flow;
  readonly target: DeclaredDataset;
  /** The rows of its query; of a change flow those of its feed. */
  readonly rows: DataFrame;
  readonly schema: StructType;
  /** Full names of what the query reads, views' own sources left out. */
  readonly inputs: readonly string[];
  /** Keys of the pipeline's datasets that it reads, those behind views included. */
  readonly upstream: ReadonlySet<string>;
  readonly isStreaming: boolean;
  /** What its columns are made of; undefined where it reads nothing. */
  readonly lineage: QueryLineage | undefined;
  /** Temporary views with expectations that it reads through. */
  readonly views: readonly AuditedView[];
}

export interface DatasetNode extends DeclaredDataset {
  /** As its readers see it. */
  readonly schema: StructType;
  readonly nodes: readonly FlowNode[];
}

export interface Graph {
  /** By key, sources first. */
  readonly datasets: ReadonlyMap<string, DatasetNode>;
  /** Each after those that fill what it reads. */
  readonly flows: readonly FlowNode[];
  /** Flows whose analysis failed, in the order of the sources; those that only read what such a flow fills are in `unknown`. */
  readonly failures: readonly { readonly flow: Flow; readonly error: unknown }[];
  readonly unknown: readonly { readonly flow: Flow; readonly upstream: string }[];
}

/** What tells datasets apart: letter case does not. */
export function keyOf(identifier: TableIdentifier): string {
  return JSON.stringify([identifier.catalog, identifier.schema, identifier.name].map((part) => part.toLowerCase()));
}

/** Views are not stored: their rows are their readers'. */
export function isView({ kind }: Pick<Dataset, "kind">): boolean {
  return kind === "temporary-view" || kind === "view";
}
