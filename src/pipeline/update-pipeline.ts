/** One update of a pipeline: infers the graph, makes the tables ready, runs the flows, and tells of each step. */

import { schemaText } from "../schema/type-text.js";
import { declaredDatasets } from "./declared-datasets.js";
import type { DatasetNode, Graph } from "./graph.js";
import { kindName, placeText } from "./graph-errors.js";
import { holdConfiguration } from "./held-configuration.js";
import { resolveGraph } from "./resolve-graph.js";
import { runFlows } from "./run-flows.js";
import { type SelectedDatasets, selectedDatasets } from "./selection.js";
import { leftOverTables, ownTable, setUpTables } from "./setup-tables.js";
import type { PipelineEvent, Told, UpdateRequest, UpdateResult, UpdateState } from "./update.js";
import { isCanceled, UpdatedFlows } from "./updated-flows.js";

const INTERRUPT_MS = 20;

/**
 * Brings the tables of a pipeline up to date. What goes wrong is told by events and is the result's error; it throws for mistakes of the
 * caller alone. Killed anywhere and called again, it ends with the same tables.
 *
 * @example
 * const { state } = await updatePipeline({ settings, definition, selection: NOTHING_SELECTED, dryRun: false, session, updateId, cause: "API_CALL", onEvent });
 */
export async function updatePipeline(request: UpdateRequest): Promise<UpdateResult> {
  const { settings, session, dryRun, selection, cause, updateId } = request;
  const update = new Update(request);
  update.tell({ kind: "create-update", cause, selection, dryRun });
  try {
    // A dry run may look on while an update is at work: it writes nothing.
    if (dryRun) return await update.run();
    return await session.exclusively(`pipeline ${settings.id}`, () => update.run());
  } catch (error) {
    update.state("FAILED", error);
    return { updateId, state: "FAILED", error };
  }
}

class Update {
  private readonly current;

  constructor(private readonly request: UpdateRequest) {
    const { catalog, schema } = request.settings;
    this.current = { catalog, schema };
  }

  tell(event: Told): void {
    this.request.onEvent({ ...event, at: Date.now() } as PipelineEvent);
  }

  state(state: UpdateState, error?: unknown): void {
    this.tell({ kind: "update-progress", state, ...(error === undefined ? {} : { error }) });
  }

  async run(): Promise<UpdateResult> {
    const restore = holdConfiguration(this.request.session, this.request.settings.configuration);
    const interruption = this.interruptWhenAborted();
    try {
      return await this.steps();
    } catch (error) {
      if (this.request.signal?.aborted && isCanceled(error)) return this.end("CANCELED");
      throw error;
    } finally {
      interruption.end();
      restore();
    }
  }

  /** Until the update has ended: what is done after it, like its event log, must not be interrupted. */
  private interruptWhenAborted(): { end(): void } {
    const { session, signal } = this.request;
    let interrupting: NodeJS.Timeout | undefined;
    const begin = () => {
      this.state("STOPPING");
      session.interruptAll();
      // A flow may be between two queries: the next one must not run to its end.
      interrupting = setInterval(() => session.interruptAll(), INTERRUPT_MS);
    };
    if (signal?.aborted) begin();
    else signal?.addEventListener("abort", begin, { once: true });
    return {
      end() {
        signal?.removeEventListener("abort", begin);
        clearInterval(interrupting);
      },
    };
  }

  private async steps(): Promise<UpdateResult> {
    const { session, signal, dryRun } = this.request;
    this.state("INITIALIZING");
    if (signal?.aborted) return this.end("CANCELED");
    const graph = await this.graph();
    // What an interruption broke off is no mistake of the sources.
    if (signal?.aborted) return this.end("CANCELED");
    const selected = selectedDatasets(graph, this.request.selection, this.current);
    this.describe(graph, selected);
    const [failure] = graph.failures;
    if (failure) return this.invalid(graph);
    if (dryRun) return this.end("COMPLETED");
    // The scope of a run: views' rows stand for their names, and everything else is the catalog's.
    const flows = new UpdatedFlows(graph, selected, this.request, (event) => this.tell(event));
    return session.withDatasets(flows.scope, () => this.runFlows(graph, flows, selected));
  }

  private async graph(): Promise<Graph> {
    const { settings, definition, session } = this.request;
    for (const { message, place, dataset } of definition.notices ?? []) {
      const where = `${place.file}:${place.line}: ${message}`;
      this.tell({ kind: "warning", message: where, ...(dataset === undefined ? {} : { dataset }) });
    }
    const declared = declaredDatasets(definition, this.current, settings.name);
    return resolveGraph(declared, {
      session,
      current: this.current,
      configuration: settings.configuration,
      existingSchema: async (one) => (await ownTable(session, one, settings.id))?.schema,
    });
  }

  private describe(graph: Graph, selected: SelectedDatasets): void {
    for (const { dataset, name, schema } of graph.datasets.values()) {
      const { place } = dataset;
      const datasetKind = kindName(dataset);
      this.tell({ kind: "dataset-definition", dataset: name, datasetKind, schema: schemaText(schema), place });
    }
    for (const { flow, target, inputs, isStreaming, lineage } of graph.flows) {
      const known = lineage === undefined ? {} : { lineage };
      this.tell({ kind: "flow-definition", flow, target: target.name, inputs, isStreaming, ...known });
    }
    for (const message of selected.warnings) this.tell({ kind: "warning", message });
    for (const { name, dataset } of unreadViews(graph)) {
      const message = `The expectations of ${name} (${placeText(dataset.place)}) are not evaluated: no flow reads the view.`;
      this.tell({ kind: "warning", message, dataset: name });
    }
  }

  private async runFlows(graph: Graph, flows: UpdatedFlows, selected: SelectedDatasets): Promise<UpdateResult> {
    const { session, settings, signal } = this.request;
    this.state("SETTING_UP_TABLES");
    await setUpTables(session, graph, settings);
    for (const name of await leftOverTables(session, graph, settings)) {
      const message = `${name} is no longer defined by the pipeline. It stays as it is and is not updated; DROP TABLE ${name} removes it.`;
      this.tell({ kind: "warning", message, dataset: name });
    }
    if (graph.flows.some((node) => ["full", "reset"].includes(selected.treatment(node)))) this.state("RESETTING");
    this.state("RUNNING");
    const outcomes = await runFlows({
      graph,
      parallelism: flows.parallelism,
      isStopped: () => signal?.aborted === true,
      perform: (node) => flows.perform(node),
      onEnd: (node, outcome) => flows.ended(node, outcome),
    });
    if (signal?.aborted) return this.end("CANCELED");
    const failed = graph.flows.map((node) => outcomes.get(node)).find((one) => one?.kind === "failed");
    return failed?.kind === "failed" ? this.end("FAILED", failed.error) : this.end("COMPLETED");
  }

  /** Nothing runs where any query of the graph is wrong. */
  private invalid(graph: Graph): UpdateResult {
    const target = (name: readonly string[]) => name.join(".");
    for (const { flow, error } of graph.failures) {
      this.tell({ kind: "flow-progress", flow: flow.name, target: target(flow.target), status: "FAILED", error });
    }
    for (const { flow, upstream } of graph.unknown) {
      const reason = `Flow '${flow.name}' was not analyzed: it reads ${upstream}, whose definition is wrong.`;
      this.tell({ kind: "flow-progress", flow: flow.name, target: target(flow.target), status: "SKIPPED", reason });
    }
    return this.end("FAILED", graph.failures[0]?.error);
  }

  private end(state: UpdateResult["state"], error?: unknown): UpdateResult {
    this.state(state, error);
    return { updateId: this.request.updateId, state, ...(error === undefined ? {} : { error }) };
  }
}

/** Temporary views whose expectations nobody will ever see. */
function unreadViews({ datasets, flows }: Graph): readonly DatasetNode[] {
  const read = new Set(flows.flatMap((one) => (one.target.dataset.kind === "temporary-view" ? [] : [...one.upstream])));
  return [...datasets].flatMap(([key, node]) => {
    const { kind, expectations } = node.dataset;
    return kind === "temporary-view" && expectations.length > 0 && !read.has(key) ? [node] : [];
  });
}
