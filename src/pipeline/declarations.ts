/** What the TypeScript sources of a pipeline declare while they are loaded, and the session that their functions have. */
import { AsyncLocalStorage } from "node:async_hooks";
import { callSiteOf, rememberCallSite } from "../dataframe/call-site.js";
import type { DataFrame } from "../dataframe/data-frame.js";
import { readOnly } from "../dataframe/read-only.js";
import { LakeletError } from "../errors/lakelet-error.js";
import type { Expectation } from "../quality/expectation.js";
import type { SparkSession } from "../session/contract.js";
import type { Dataset, Flow, PipelineDefinition, SourcePlace } from "./definition.js";

/** Gives the rows of a dataset; called whenever the graph is looked at, so it changes nothing. */
export type QueryFunction = () => DataFrame | Promise<DataFrame>;

/** A dataset whose expectations may still be added to. */
export interface OpenDataset {
  dataset: Omit<Dataset, "kind" | "expectations">;
  /** `undecided`: a streaming table where its function reads a stream, a materialized view otherwise. */
  readonly kind: Dataset["kind"] | "undecided";
  readonly expectations: Expectation[];
  readonly query?: QueryFunction;
}

/** Whether a function has read a stream, for what is to be a table of one kind or the other. */
interface Probe {
  readsStream: boolean;
}

interface Declaring {
  readonly declarations: Declarations;
  readonly probe?: Probe;
}

const declaring = new AsyncLocalStorage<Declaring>();

export class Declarations {
  readonly #datasets: OpenDataset[] = [];
  readonly #flows: Flow[] = [];

  /**
   * @param session that the functions read with
   * @param shown the name of a file in messages
   */
  constructor(
    readonly session: SparkSession,
    private readonly shown: (file: string) => string = (file) => file,
  ) {}

  /** Runs code that declares: the modules of the pipeline. */
  collect<Result>(run: () => Promise<Result>): Promise<Result> {
    return declaring.run({ declarations: this }, () => readOnly("the sources of a pipeline", run));
  }

  addDataset(dataset: OpenDataset): void {
    this.#datasets.push(dataset);
  }
  addFlow(flow: Flow): void {
    this.#flows.push(flow);
  }

  /** The function as a flow has it: with the session, and without the right to write. */
  queryOf(name: string, place: SourcePlace, query: QueryFunction, probe?: Probe): QueryFunction {
    return () => this.inFunction(name, place, query, probe);
  }

  /** Runs a function of the flow of that name. */
  inFunction<Result>(name: string, { file, line }: SourcePlace, run: () => Result, probe?: Probe): Result {
    const context = { declarations: this, ...(probe === undefined ? {} : { probe }) };
    return declaring.run(context, () => readOnly(`the query function of ${name} (${file}:${line})`, run));
  }

  /** The line of the caller's code. */
  place(): SourcePlace {
    const here = {};
    rememberCallSite(here);
    const site = callSiteOf(here);
    return { file: this.shown(site?.file ?? "<code>"), line: site?.line ?? 1 };
  }

  async definition(): Promise<PipelineDefinition> {
    const datasets: Dataset[] = [];
    for (const { dataset, kind, expectations, query } of this.#datasets) {
      const decided = kind === "undecided" ? await this.#kindOf(dataset, query) : kind;
      datasets.push({ ...dataset, kind: decided, expectations: [...expectations] });
    }
    return { datasets, flows: this.#flows };
  }

  async #kindOf({ name, place }: OpenDataset["dataset"], query: QueryFunction | undefined): Promise<Dataset["kind"]> {
    const probe: Probe = { readsStream: false };
    try {
      if (query) await this.queryOf(name.join("."), place, query, probe)();
      return probe.readsStream ? "streaming-table" : "materialized-view";
    } catch {
      // What is wrong with it is told when the graph is inferred; what it read until then decides.
      return probe.readsStream ? "streaming-table" : "materialized-view";
    }
  }
}

/** The declarations that the code at work adds to. Throws where no pipeline is being loaded. */
export function currentDeclarations(): Declarations {
  return current().declarations;
}

/** Tells who wants to know that a stream is read; true where only that is asked. */
export function noteStream(readsStream: boolean): boolean {
  const { probe } = current();
  if (probe && readsStream) probe.readsStream = true;
  return probe !== undefined;
}

function current(): Declaring {
  const found = declaring.getStore();
  if (found) return found;
  throw new LakeletError({
    condition: "NO_ACTIVE_PIPELINE",
    sqlState: "42000",
    problem: "No pipeline is being loaded here.",
    reason:
      'What comes with `import { pipeline, spark } from "lakelet/pipeline"` works in the sources of a pipeline alone.',
    cure: "Run the file as one: lakelet pipeline run <file>.",
  });
}
