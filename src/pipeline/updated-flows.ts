/** The flows of one update at work: each with its start, its retries, its events and its account. */
import { isLakeletError, locatedAt } from "../errors/lakelet-error.js";
import type { ExpectationResult } from "../quality/expectation.js";
import type { DatasetScope, ViewAudit } from "../session/flow-contract.js";
import { flowError } from "./flow-errors.js";
import { type FlowNode, type Graph, isView, keyOf } from "./graph.js";
import { holdConfiguration } from "./held-configuration.js";
import { type PerformedFlow, performFlow } from "./perform-flow.js";
import type { FlowOutcome } from "./run-flows.js";
import type { SelectedDatasets } from "./selection.js";
import { isTransient } from "./transient-error.js";
import type { ExpectationCount, FlowStatus, RowAccount, Told, UpdateRequest } from "./update.js";
import { withoutDroppedRows } from "./view-rows.js";

/** Further attempts of a flow in production, as Databricks makes them. */
const RETRIES = "pipelines.maxFlowRetryAttempts";
const DEFAULT_RETRIES = 2;
const PARALLELISM = 4;

export class UpdatedFlows {
  readonly scope: DatasetScope;
  readonly parallelism: number;
  /** Tables whose rows this update has thrown away already. */
  private readonly cleared = new Set<string>();

  constructor(
    private readonly graph: Graph,
    private readonly selected: SelectedDatasets,
    private readonly request: UpdateRequest,
    private readonly tell: (event: Told) => void,
  ) {
    const { catalog, schema } = request.settings;
    const views = new Map(
      [...graph.datasets].flatMap(([key, { dataset, nodes }]) => {
        const [node] = nodes;
        const isTemporary = dataset.kind === "temporary-view" && node !== undefined;
        return isTemporary ? [[key, withoutDroppedRows(node.rows, dataset.expectations)] as const] : [];
      }),
    );
    this.scope = { current: { catalog, schema }, dataset: (name) => views.get(keyOf(name)), streamed: () => {} };
    // The configuration of one flow must not be seen by another one.
    const isOwn = graph.flows.some(({ flow }) => Object.keys(flow.configuration).length > 0);
    this.parallelism = isOwn ? 1 : PARALLELISM;
  }

  async perform(node: FlowNode): Promise<FlowOutcome> {
    const treatment = this.selected.treatment(node);
    if (treatment === "exclude" && !isView(node.target.dataset)) {
      this.progress(node, "EXCLUDED", { reason: "It is not among the datasets to refresh." });
      return { kind: "excluded" };
    }
    this.progress(node, "QUEUED");
    this.progress(node, "STARTING");
    const begin = performance.now();
    try {
      this.progress(node, "RUNNING");
      const performed = await this.attempts(node);
      this.completed(node, performed, (performance.now() - begin) / 1000);
      return { kind: "completed" };
    } catch (thrown) {
      const error = locatedAt(flowError(thrown, node, this.graph, this.request.settings), node.flow.place);
      if (this.request.signal?.aborted && isCanceled(thrown)) {
        this.progress(node, "STOPPED");
        return { kind: "stopped" };
      }
      this.progress(node, "FAILED", { error, seconds: (performance.now() - begin) / 1000 });
      return { kind: "failed", error };
    }
  }

  ended(node: FlowNode, outcome: FlowOutcome): void {
    if (outcome.kind === "skipped") this.progress(node, "SKIPPED", { reason: outcome.because });
    if (outcome.kind === "stopped") this.progress(node, "STOPPED");
  }

  /** Development mode shows the first error at once. A reset is not tried again: had it been committed, its rows would be there twice. */
  private async attempts(node: FlowNode): Promise<PerformedFlow> {
    const { settings, signal } = this.request;
    const isOnce = settings.development || this.selected.treatment(node) === "reset";
    const retries = isOnce ? 0 : Number(settings.configuration[RETRIES] ?? DEFAULT_RETRIES);
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.attempt(node);
      } catch (error) {
        if (!(attempt < retries) || signal?.aborted || !isTransient(error)) throw error;
        const why = error instanceof Error ? error.message : String(error);
        const message = `Flow '${node.flow.name}' failed and is run again (attempt ${attempt + 2}): ${why}`;
        this.tell({ kind: "warning", message, flow: node.flow.name, dataset: node.target.name });
      }
    }
  }

  private async attempt(node: FlowNode): Promise<PerformedFlow> {
    const { session, settings, updateId } = this.request;
    const key = keyOf(node.target.identifier);
    const start = this.start(node, key);
    const restore = holdConfiguration(session, node.flow.configuration);
    try {
      const performed = await performFlow({ session, node, pipelineId: settings.id, start, updateId });
      if (start === "full") this.cleared.add(key);
      return performed;
    } finally {
      restore();
    }
  }

  /** The first flow of a table that is fully refreshed clears it, and the progress of all its flows with it. */
  private start(node: FlowNode, key: string): "continue" | "reset" | "full" {
    const treatment = this.selected.treatment(node);
    if (treatment === "full") return this.cleared.has(key) ? "continue" : "full";
    return treatment === "reset" ? "reset" : "continue";
  }

  private completed(node: FlowNode, performed: PerformedFlow, seconds: number): void {
    const { version, published, upserted, deleted, technique, reason, checks, sources, views = [] } = performed;
    const flow = node.flow.name;
    const target = node.target.name;
    if (technique !== undefined)
      this.tell({ kind: "planning-information", flow, target, technique, ...(reason === undefined ? {} : { reason }) });
    for (const { file, of } of sources.flatMap((one) => one.duplicates)) {
      const message = `${file} is byte for byte the same as ${of}, which was ingested. It is ingested all the same: Auto Loader knows files by their paths.`;
      this.tell({ kind: "warning", message, flow, dataset: target });
    }
    for (const file of sources.flatMap((one) => one.changed)) {
      const message = `${file} was written to after it was ingested, and is not read again: Auto Loader knows files by their paths. Write new rows to new files, or set cloudFiles.allowOverwrites.`;
      this.tell({ kind: "warning", message, flow, dataset: target });
    }
    this.progress(node, "COMPLETED", {
      seconds,
      outputRows: published,
      droppedRecords: performed.quarantined + droppedBy(views),
      expectations: [
        ...checks.map((one) => countOf(one, target)),
        ...views.flatMap(({ name, checks }) => checks.map((one) => countOf(one, name))),
      ],
      account: accountOf(performed),
      files: sources.flatMap((one) => one.files),
      ...(version === undefined ? {} : { version }),
      ...(upserted === undefined ? {} : { upsertedRows: upserted }),
      ...(deleted === undefined ? {} : { deletedRows: deleted }),
    });
  }

  private progress(
    node: FlowNode,
    status: FlowStatus,
    more: Omit<Extract<Told, { kind: "flow-progress" }>, "kind" | "flow" | "target" | "status"> = {},
  ): void {
    this.tell({ kind: "flow-progress", flow: node.flow.name, target: node.target.name, status, ...more });
  }
}

/** Whether the engine was interrupted at it. */
export function isCanceled(error: unknown): boolean {
  if (isLakeletError(error, "OPERATION_CANCELED")) return true;
  return error instanceof Error && error.cause !== undefined && isCanceled(error.cause);
}

function droppedBy(views: readonly ViewAudit[]): bigint {
  return sum(views.map((one) => one.dropped));
}

function sum(counts: readonly bigint[]): bigint {
  return counts.reduce((all, one) => all + one, 0n);
}

/** What views leave out is in quarantine: of what the batch was not given, it is no condition that left it out. */
function accountOf(performed: PerformedFlow): RowAccount {
  const { sources, filtered, published, quarantined, malformed, views = [] } = performed;
  const dropped = droppedBy(views);
  return {
    sources: sources.map(({ name, rows }) => ({ name, rows })),
    isRowByRow: filtered !== undefined,
    read: sum(sources.map((one) => one.rows)),
    malformed,
    filtered: filtered === undefined ? 0n : filtered - dropped,
    published,
    quarantined: quarantined + dropped,
  };
}

function countOf({ expectation, violations, total }: ExpectationResult, dataset: string): ExpectationCount {
  const passed = total === undefined ? 0n : total - violations;
  return { name: expectation.name, dataset, passed: passed < 0n ? 0n : passed, failed: violations };
}
