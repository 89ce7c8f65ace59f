/** What a DataFrame needs of its session: the session implements it, so that a plan can run here or (later) on a cluster. */
import type { EngineResult, Row } from "../engine/engine.js";
import type { Expectation, ExpectationResult } from "../quality/expectation.js";
import type { StructType } from "../schema/data-type.js";
import type { Plan } from "./plan.js";

export interface WriteRequest {
  readonly plan: Plan;
  readonly format: string;
  /** The last three: `writeTo(...)`, where the table's definition comes with the rows. */
  readonly mode: "append" | "overwrite" | "error" | "ignore" | "create" | "replace" | "create-or-replace";
  /** Options as given, keys lower-cased: replacewhere, mergeschema, overwriteschema, partitionoverwritemode, txnappid, txnversion, usermetadata ... */
  readonly options: Readonly<Record<string, string>>;
  readonly partitionBy: readonly string[];
  /** Clustering columns, dotted paths. */
  readonly clusterBy?: readonly string[];
  /** Of a table that the write creates. */
  readonly tableProperties?: Readonly<Record<string, string>>;
  /** The quality gate of this write; evaluated before the commit. */
  readonly expectations?: readonly Expectation[];
  readonly target: { readonly table: readonly string[] } | { readonly path: string };
  /** insertInto matches by position. */
  readonly byPosition: boolean;
  /** True for `writeTo(...)`: the table must be there for append and overwrite, and values are cast by store assignment. */
  readonly writeTo?: boolean;
}

/** A MERGE whose source is a plan; texts are Spark SQL. */
export interface MergeIntoRequest {
  readonly plan: Plan;
  readonly table: readonly string[];
  readonly condition: string;
  readonly clauses: readonly {
    readonly when: "matched" | "not-matched" | "not-matched-by-source";
    readonly condition?: string | undefined;
    readonly action:
      | {
          readonly kind: "update";
          readonly assignments: readonly { readonly target: readonly string[]; readonly value: string }[];
        }
      | { readonly kind: "update-star" | "delete" | "insert-star" }
      | {
          readonly kind: "insert";
          readonly columns: readonly (readonly string[])[];
          readonly values: readonly string[];
        };
  }[];
  readonly withSchemaEvolution: boolean;
}

/** The session of a DataFrame: `session/contract.ts`, which stands above, says that it is a SparkSession. */
// biome-ignore lint/suspicious/noEmptyInterface: merged with SparkSession from above
export interface FrameSession {}

export interface QueryExecutor {
  readonly session: FrameSession;
  /** The run and task at work, for audit columns; absent outside a job. */
  readonly job?: { readonly jobRunId: string; readonly taskKey: string } | undefined;
  schema(plan: Plan): Promise<StructType>;
  /** All rows as values in the schema's order. */
  collect(plan: Plan): Promise<EngineResult & { readonly schema: StructType }>;
  /** All rows as the text that Spark's cast to string gives, for showing. */
  texts(
    plan: Plan,
  ): Promise<{ readonly names: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] }>;
  stream(plan: Plan): AsyncIterable<Row>;
  arrow(plan: Plan): Promise<Uint8Array>;
  explain(plan: Plan, mode: "simple" | "extended"): Promise<string>;
  write(request: WriteRequest): Promise<WriteSummary>;
  /** Runs the plan once and gives a plan that reads the kept rows. */
  cache(plan: Plan): Promise<Plan>;
  uncache(plan: Plan): Promise<void>;
  createTempView(name: string, plan: Plan, replace: boolean, global?: boolean): Promise<void>;
  mergeInto(request: MergeIntoRequest): Promise<void>;
  /** URIs of the files that the plan's rows come from. */
  inputFiles(plan: Plan): Promise<readonly string[]>;
  /** Shows the first 1,000 rows to the person at work: the terminal, or the cell of a notebook. */
  display(plan: Plan): Promise<void>;
}

export interface WriteSummary {
  readonly version: number | undefined;
  readonly metrics: Readonly<Record<string, bigint>>;
  /** What the write's expectations gave; empty where it had none. */
  readonly checks: readonly ExpectationResult[];
}
