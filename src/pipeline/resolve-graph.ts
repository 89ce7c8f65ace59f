/** Infers the graph: each query is analysed once what it reads is known, and the names that it asks for are its inputs. */
import { identifierText, type SchemaIdentifier, type TableIdentifier } from "../catalog/table-identifier.js";
import type { DataFrame } from "../dataframe/data-frame.js";
import { type LakeletError, locatedAt } from "../errors/lakelet-error.js";
import { findField, type StructType, struct } from "../schema/data-type.js";
import { quoteName } from "../schema/type-text.js";
import type { SparkSession } from "../session/contract.js";
import type { AuditedView, DatasetScope } from "../session/flow-contract.js";
import { streamOfMaterializedView } from "../session/stream-of-view.js";
import { changesSchema } from "./cdc/apply-changes.js";
import { checkFlowsAgree } from "./cdc/change-settings.js";
import type { Flow } from "./definition.js";
import { type DatasetNode, type DeclaredDataset, type FlowNode, type Graph, isView, keyOf } from "./graph.js";
import {
  circular,
  doubledColumn,
  incompatibleViewRead,
  invalidQueryType,
  missingInput,
  wrongExpectation,
} from "./graph-errors.js";
import { holdConfiguration } from "./held-configuration.js";
import { queryFrame } from "./query-frame.js";
import { rowConditions, withoutDroppedRows } from "./view-rows.js";

/** Set to "false" it lets views be read either way, as on Databricks. */
const VIEW_CHECK = "pipelines.incompatibleViewCheck.enabled";

export interface GraphOptions {
  readonly session: SparkSession;
  readonly current: SchemaIdentifier;
  readonly configuration: Readonly<Record<string, string>>;
  /** The schema of a table that is there and keeps its rows; its columns stay, whatever its queries give. */
  readonly existingSchema: (dataset: DeclaredDataset) => Promise<StructType | undefined>;
}

export async function resolveGraph(
  declared: ReadonlyMap<string, DeclaredDataset>,
  options: GraphOptions,
): Promise<Graph> {
  const resolver = new GraphResolver(declared, options);
  return options.session.withDatasets(resolver.scope, () => resolver.graph());
}

/** What one analysis asked for. */
interface Recorder {
  readonly names: Map<string, string>;
  readonly streams: Set<string>;
  /** Paths that are read as a whole. */
  readonly files: Set<string>;
  /** A dataset of the pipeline that is not resolved yet: the analysis was broken off. */
  missing: string | undefined;
}

/** Breaks off the analysis of a query that reads what is not resolved yet; what comes of it is not looked at. */
class NotResolvedYet extends Error {}

class GraphResolver {
  readonly scope: DatasetScope;
  private readonly datasets = new Map<string, DatasetNode>();
  /** As names mean them while queries are analysed: views' rows, and no rows of tables. */
  private readonly stands = new Map<string, DataFrame>();
  private readonly flows: FlowNode[] = [];
  private readonly failures: { readonly flow: Flow; readonly error: unknown }[] = [];
  private readonly unknown: { readonly flow: Flow; readonly upstream: string }[] = [];
  private readonly failed = new Set<string>();
  private recorder: Recorder = newRecorder();

  constructor(
    private readonly declared: ReadonlyMap<string, DeclaredDataset>,
    private readonly options: GraphOptions,
  ) {
    this.scope = {
      current: options.current,
      dataset: (name, isStream) => this.dataset(name, isStream),
      streamed: (source) => void this.recorder.streams.add(source),
      readWhole: (path) => void this.recorder.files.add(path),
    };
  }

  async graph(): Promise<Graph> {
    for (const key of this.declared.keys()) await this.resolve(key, []);
    const place = new Map([...this.declared.values()].flatMap((one) => one.flows).map((flow, i) => [flow, i]));
    const bySource = <Entry extends { readonly flow: Flow }>(entries: readonly Entry[]) =>
      [...entries].sort((a, b) => (place.get(a.flow) ?? 0) - (place.get(b.flow) ?? 0));
    return {
      datasets: this.datasets,
      flows: this.flows,
      failures: bySource(this.failures),
      unknown: bySource(this.unknown),
    };
  }

  /** What a name means to the query under analysis. */
  private dataset(name: TableIdentifier, isStream: boolean): DataFrame | undefined {
    const key = keyOf(name);
    const text = identifierText(name);
    this.recorder.names.set(key, text);
    if (isStream) this.recorder.streams.add(text);
    if (!this.declared.has(key)) return undefined;
    const node = this.datasets.get(key);
    if (node === undefined) {
      this.recorder.missing = key;
      throw new NotResolvedYet(`${text} is not resolved yet`);
    }
    if (isView(node.dataset)) this.checkView(node, isStream);
    if (isStream && node.dataset.kind === "materialized-view") throw streamOfMaterializedView(text);
    return this.stands.get(key);
  }

  private checkView(view: DatasetNode, isStream: boolean): void {
    const isStreaming = view.nodes.some((one) => one.isStreaming);
    if (isStreaming === isStream || this.options.configuration[VIEW_CHECK]?.toLowerCase() === "false") return;
    throw incompatibleViewRead(view.name, isStreaming);
  }

  /** Resolves a dataset after what it reads; `above` are the datasets whose queries wait for it. */
  private async resolve(key: string, above: readonly string[]): Promise<void> {
    const declared = this.declared.get(key);
    if (declared === undefined || this.datasets.has(key) || this.failed.has(key)) return;
    const nodes: FlowNode[] = [];
    for (const flow of declared.flows) {
      const node = await this.analysed(declared, flow, [...above, key]);
      if (node) nodes.push(node);
    }
    if (nodes.length < declared.flows.length) {
      this.failed.add(key);
      return;
    }
    try {
      const schema = await this.targetSchema(declared, nodes);
      await this.checkExpectations(declared, nodes, schema);
      this.stands.set(key, await this.standIn(declared, nodes, schema));
      this.datasets.set(key, { ...declared, schema, nodes });
      this.flows.push(...nodes);
    } catch (error) {
      const [flow] = declared.flows;
      if (flow) this.failures.push({ flow, error: locatedAt(error, declared.dataset.place) });
      this.failed.add(key);
    }
  }

  /** Undefined where the analysis failed, or that of something it reads did. */
  private async analysed(target: DeclaredDataset, flow: Flow, above: readonly string[]): Promise<FlowNode | undefined> {
    for (;;) {
      const recorder = newRecorder();
      this.recorder = recorder;
      const restore = holdConfiguration(this.options.session, flow.configuration);
      try {
        const rows = await this.rowsOf(flow);
        const schema = await rows.schema();
        const lineage = await this.options.session.lineage(rows);
        return { ...this.node(target, flow, rows, schema, recorder), lineage };
      } catch (error) {
        const { missing } = recorder;
        if (missing === undefined) {
          const names = [...this.declared.values()].map((one) => one.identifier.name);
          this.failures.push({ flow, error: locatedAt(missingInput(error, names), flow.place) });
          return undefined;
        }
        if (above.includes(missing)) {
          this.failures.push({ flow, error: this.cycle(above, missing, flow) });
          return undefined;
        }
        await this.resolve(missing, above);
        if (!this.datasets.has(missing)) {
          this.unknown.push({ flow, upstream: this.declared.get(missing)?.name ?? missing });
          return undefined;
        }
      } finally {
        restore();
      }
    }
  }

  private node(
    target: DeclaredDataset,
    flow: Flow,
    rows: DataFrame,
    schema: StructType,
    recorder: Recorder,
  ): Omit<FlowNode, "lineage"> {
    const own = [...recorder.names.keys()].filter((key) => this.datasets.has(key));
    const behind = new Set(own.flatMap((key) => [...this.behindView(key)]));
    const names = [...recorder.names].filter(([key]) => !behind.has(key)).map(([, text]) => text);
    const streams = [...recorder.streams].filter((one) => ![...recorder.names.values()].includes(one));
    const isStreaming = recorder.streams.size > 0;
    checkQueryType(target, flow, isStreaming);
    checkColumns(target, flow, schema);
    return {
      flow,
      target,
      rows,
      schema,
      inputs: [...new Set([...names, ...streams, ...recorder.files])],
      upstream: new Set([...own, ...behind]),
      isStreaming,
      views: [...new Set([...own, ...behind])].flatMap((key) => this.auditedView(key)),
    };
  }

  private auditedView(key: string): readonly AuditedView[] {
    const node = this.datasets.get(key);
    const [view] = node?.nodes ?? [];
    if (node === undefined || view === undefined || !isView(node.dataset)) return [];
    const { identifier, dataset } = node;
    if (dataset.expectations.length === 0) return [];
    const name = [identifier.catalog, identifier.schema, identifier.name];
    return [{ name, rows: view.rows, expectations: dataset.expectations }];
  }

  /** The datasets that a view hides: a query that reads the view depends on them. */
  private behindView(key: string): ReadonlySet<string> {
    const node = this.datasets.get(key);
    if (node === undefined || !isView(node.dataset)) return new Set();
    return new Set(node.nodes.flatMap((one) => [...one.upstream]));
  }

  private async rowsOf(flow: Flow): Promise<DataFrame> {
    const { session } = this.options;
    if (flow.kind === "query") return queryFrame(session, flow.query);
    if (flow.kind === "auto-cdc") return queryFrame(session, flow.source);
    if (flow.source.kind === "table") return session.table(flow.source.name.map(quoteName).join("."));
    const snapshot = await flow.source.next(undefined);
    return snapshot?.frame ?? session.createDataFrame([], struct([]));
  }

  private async targetSchema(declared: DeclaredDataset, nodes: readonly FlowNode[]): Promise<StructType> {
    const { session, existingSchema } = this.options;
    const { schemaDdl } = declared.dataset;
    const given = schemaDdl === undefined ? struct([]) : await session.createDataFrame([], schemaDdl).schema();
    const parts: StructType[] = [given];
    checkFlowsAgree(nodes.map((node) => node.flow));
    for (const node of nodes) {
      // Snapshots by code, of which there is none yet.
      if (node.schema.fields.length === 0) continue;
      parts.push(node.flow.kind === "query" ? node.schema : await changesSchema(node.flow, node.rows));
    }
    const isWhole = schemaDdl !== undefined && declared.dataset.kind !== "streaming-table";
    if (isWhole) return given;
    const existing = declared.dataset.kind === "streaming-table" ? await existingSchema(declared) : undefined;
    return merged(existing === undefined ? parts : [...parts, existing]);
  }

  /** What they name must be there: an update would find out only once the rows are read. */
  private async checkExpectations(
    { dataset, name }: DeclaredDataset,
    nodes: readonly FlowNode[],
    schema: StructType,
  ): Promise<void> {
    const rules = rowConditions(dataset.expectations);
    if (rules.length === 0) return;
    // Those of AUTO CDC may look at columns of the feed that the target does not get.
    const feeds = nodes.filter(({ flow }) => flow.kind !== "query").map((node) => node.schema);
    const rows = this.options.session.createDataFrame([], merged([schema, ...feeds]));
    const isRight = async (condition: string): Promise<boolean> => {
      this.recorder = newRecorder();
      try {
        await rows.filter(condition).schema();
        return true;
      } catch (error) {
        // It looks into a dataset that comes later.
        if (this.recorder.missing !== undefined) return true;
        throw error;
      }
    };
    const all = rules.map(({ condition }) => `(${condition}\n)`).join(" AND ");
    if (await isRight(all).catch(() => false)) return;
    for (const { expectation, condition } of rules) {
      await isRight(condition).catch((error: unknown) => {
        throw wrongExpectation(error, expectation, name);
      });
    }
  }

  private async standIn(
    { dataset }: DeclaredDataset,
    [node]: readonly FlowNode[],
    schema: StructType,
  ): Promise<DataFrame> {
    if (isView(dataset) && node) return withoutDroppedRows(node.rows, dataset.expectations);
    return this.options.session.createDataFrame([], schema);
  }

  private cycle(above: readonly string[], missing: string, flow: Flow): LakeletError {
    const chain = [...above.slice(above.indexOf(missing)), missing];
    return circular(
      chain.map((key) => this.declared.get(key)?.name ?? key),
      flow.place,
    );
  }
}

function newRecorder(): Recorder {
  return { names: new Map(), streams: new Set(), files: new Set(), missing: undefined };
}

/** Letter case does not tell names apart. */
function checkColumns({ name }: DeclaredDataset, { kind }: Flow, schema: StructType): void {
  if (kind !== "query") return;
  const names = schema.fields.map((field) => field.name);
  const lower = names.map((one) => one.toLowerCase());
  const doubled = names.find((_, i) => lower.indexOf(lower[i] ?? "") < i);
  if (doubled !== undefined) throw doubledColumn(doubled, name);
}

/** Columns of all, in the order of their first appearance. */
function merged(schemas: readonly StructType[]): StructType {
  const [first = struct([]), ...more] = schemas;
  return more.reduce(
    (all, one) => struct([...all.fields, ...one.fields.filter((field) => findField(all, field.name) === undefined)]),
    first,
  );
}

function checkQueryType({ dataset, name }: DeclaredDataset, flow: Flow, isStreaming: boolean): void {
  const isOnce = flow.kind === "query" && flow.once;
  if (isStreaming && isOnce) throw invalidQueryType("STREAMING_RELATION_FOR_ONCE_FLOW", flow, name);
  if (isStreaming && dataset.kind === "materialized-view")
    throw invalidQueryType("STREAMING_RELATION_FOR_MATERIALIZED_VIEW", flow, name);
  if (isStreaming && dataset.kind === "view")
    throw invalidQueryType("STREAMING_RELATION_FOR_PERSISTED_VIEW", flow, name);
  const mustStream = dataset.kind === "streaming-table" && !isOnce && flow.kind !== "snapshot-cdc";
  const isBackfill = flow.kind === "auto-cdc" && flow.once;
  if (mustStream && !isStreaming && !isBackfill)
    throw invalidQueryType("BATCH_RELATION_FOR_STREAMING_TABLE", flow, name);
}
