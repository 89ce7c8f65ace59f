/** `pipeline`: datasets and flows declared in TypeScript, by the names of Databricks' Python module. */
import type { DataFrame } from "../dataframe/data-frame.js";
import { LakeletError } from "../errors/lakelet-error.js";
import { expect, expectOrDrop, expectOrFail, type Rule } from "../quality/rules.js";
import { parseIdentifier } from "../sql/parse/parse.js";
import { spark } from "./bound-session.js";
import { currentDeclarations, type OpenDataset, type QueryFunction } from "./declarations.js";
import { autoCdc, autoCdcFromSnapshot } from "./declare-changes.js";
import {
  checkKeys,
  checkOptions,
  datasetOf,
  expectationsOf,
  type TableOptions,
  textsOf,
  type ViewOptions,
} from "./declare-options.js";
import type { Dataset } from "./definition.js";
import { withoutLive } from "./query-names.js";

/** A dataset that was declared: takes expectations, as Python's decorators above a function do. */
export class DeclaredDataset {
  readonly #open: OpenDataset;

  constructor(open: OpenDataset) {
    this.#open = open;
  }

  /** Violations are counted, and published all the same. */
  expect(name: string, rule: Rule): this {
    this.#open.expectations.push(expect(name, rule));
    return this;
  }
  /** Violating rows are held back, and go to the quarantine. */
  expectOrDrop(name: string, rule: Rule): this {
    this.#open.expectations.push(expectOrDrop(name, rule));
    return this;
  }
  /** One violation fails the update of the table. */
  expectOrFail(name: string, rule: Rule): this {
    this.#open.expectations.push(expectOrFail(name, rule));
    return this;
  }
  expectAll(rules: Readonly<Record<string, Rule>>): this {
    for (const [name, rule] of Object.entries(rules)) this.expect(name, rule);
    return this;
  }
  expectAllOrDrop(rules: Readonly<Record<string, Rule>>): this {
    for (const [name, rule] of Object.entries(rules)) this.expectOrDrop(name, rule);
    return this;
  }
  expectAllOrFail(rules: Readonly<Record<string, Rule>>): this {
    for (const [name, rule] of Object.entries(rules)) this.expectOrFail(name, rule);
    return this;
  }
}

export interface AppendFlowOptions {
  /** A streaming table. */
  readonly target: string;
  /** That of the function where absent. */
  readonly name?: string;
  /** A backfill: run in one update only, its sources read whole. */
  readonly once?: boolean;
  readonly comment?: string;
  readonly sparkConf?: Readonly<Record<string, string | number | boolean>>;
}

/** `(fn)`, `("name", fn)` or `({ name, comment, ... }, fn)`. */
interface Declare<Options> {
  (query: QueryFunction): DeclaredDataset;
  (name: string, query: QueryFunction): DeclaredDataset;
  (options: Options, query: QueryFunction): DeclaredDataset;
}

/**
 * @example
 * import { pipeline, spark } from "lakelet/pipeline";
 *
 * pipeline
 *   .streamingTable("orders", () =>
 *     spark.readStream.format("cloudFiles").option("cloudFiles.format", "json").load("/Volumes/main/default/orders"),
 *   )
 *   .expectOrDrop("has an id", "order_id IS NOT NULL");
 * pipeline.materializedView("orders_per_day", () => spark.table("orders").groupBy("day").count());
 */
export const pipeline = {
  /** A streaming table where the function reads a stream, a materialized view otherwise: Python's `@table`. */
  table: declare<TableOptions>("pipeline.table", "undecided"),
  streamingTable: declare<TableOptions>("pipeline.streamingTable", "streaming-table"),
  materializedView: declare<TableOptions>("pipeline.materializedView", "materialized-view"),
  /** Of this pipeline alone, never stored: Python's `@temporary_view`. */
  view: declare<ViewOptions>("pipeline.view", "temporary-view"),
  temporaryView: declare<ViewOptions>("pipeline.temporaryView", "temporary-view"),

  /** A streaming table without a query: `appendFlow`, `autoCdc` and `autoCdcFromSnapshot` fill it. */
  createStreamingTable(nameOrOptions: string | (TableOptions & { readonly name: string })): DeclaredDataset {
    const options: TableOptions = typeof nameOrOptions === "string" ? { name: nameOrOptions } : nameOrOptions;
    return addDataset("pipeline.createStreamingTable", "streaming-table", options, undefined);
  },

  /** Another query whose rows go to a streaming table: Python's `@append_flow`. */
  appendFlow(options: AppendFlowOptions, query: QueryFunction): void {
    const call = "pipeline.appendFlow";
    checkKeys(call, options, ["target", "name", "once", "comment", "sparkConf"]);
    const target = withoutLive(parseIdentifier(options.target));
    addFlow(nameOf(call, options.name, query), target, query, options);
  },

  autoCdc,
  autoCdcFromSnapshot,

  /** `spark.table`, by Databricks' older name. */
  read: (name: string): DataFrame => spark.table(ownName(name)),
  /** `spark.readStream.table`, by Databricks' older name. */
  readStream: (name: string): DataFrame => spark.readStream.table(ownName(name)),
};

function ownName(name: string): string {
  return name.replace(/^live\./i, "");
}

function declare<Options extends ViewOptions>(call: string, kind: OpenDataset["kind"]): Declare<Options> {
  return (first: string | Options | QueryFunction, second?: QueryFunction): DeclaredDataset => {
    const query = typeof first === "function" ? first : second;
    const options: ViewOptions = typeof first === "string" ? { name: first } : typeof first === "function" ? {} : first;
    if (typeof query !== "function") throw noFunction(call);
    return addDataset(call, kind, options, query);
  };
}

function addDataset(
  call: string,
  kind: OpenDataset["kind"],
  options: TableOptions,
  query: QueryFunction | undefined,
): DeclaredDataset {
  checkOptions(call, options, kind === "temporary-view" ? "view" : "table");
  const declarations = currentDeclarations();
  const dataset = datasetOf(options, nameOf(call, options.name, query), declarations.place());
  const own: Omit<Dataset, "kind" | "expectations"> = {
    ...dataset,
    name: withoutLive(dataset.name),
    isPrivate: dataset.isPrivate || kind === "temporary-view",
  };
  const open = { dataset: own, kind, expectations: expectationsOf(options), ...(query === undefined ? {} : { query }) };
  declarations.addDataset(open);
  if (query) addFlow(own.name.join("."), own.name, query, options);
  return new DeclaredDataset(open);
}

function addFlow(
  name: string,
  target: readonly string[],
  query: QueryFunction,
  { once = false, sparkConf }: Pick<AppendFlowOptions, "once" | "sparkConf">,
): void {
  const declarations = currentDeclarations();
  const place = declarations.place();
  const frame = declarations.queryOf(name, place, query);
  const configuration = textsOf(sparkConf);
  declarations.addFlow({
    kind: "query",
    name,
    target,
    place,
    configuration,
    query: { kind: "frame", frame },
    once,
    byName: true,
  });
}

function nameOf(call: string, name: string | undefined, query: QueryFunction | undefined): string {
  const found = name ?? query?.name;
  if (found !== undefined && found !== "") return found;
  throw new LakeletError({
    condition: "PIPELINE_NAME_MISSING",
    sqlState: "42000",
    problem: `${call} was given neither a name nor a function that has one.`,
    cure: `Write ${call}("orders", () => ...), or a function orders() { ... }.`,
  });
}

function noFunction(call: string): LakeletError {
  return new LakeletError({
    condition: "PIPELINE_QUERY_FUNCTION_MISSING",
    sqlState: "42000",
    problem: `${call} was given no function.`,
    reason: "A dataset's rows come from a function that returns a DataFrame, called when the pipeline needs it.",
    cure: `Write ${call}("orders", () => spark.table("raw")).`,
  });
}
