/** What DeltaTable needs of a session; a SparkSession is one. */
import type { MergeClause } from "../commands/merge/merge-command.js";
import type { DataFrame } from "../dataframe/data-frame.js";
import type { Expectation, ExpectationResult } from "../quality/expectation.js";

/** A MERGE whose source is a DataFrame. */
export interface MergeRequest {
  /** Parts of the table's name, e.g. `["main", "default", "orders"]` or `["delta", "/lake/orders"]`. */
  readonly table: readonly string[];
  readonly targetAlias?: string;
  readonly source: DataFrame;
  /** The source's alias, or the parts of its table's name. */
  readonly sourceQualifier?: readonly string[];
  /** Spark text. */
  readonly condition: string;
  readonly clauses: readonly MergeClause[];
  readonly withSchemaEvolution: boolean;
  /** The quality gate of the merge: evaluated on the source's rows. */
  readonly expectations: readonly Expectation[];
}

export interface MergeResult {
  /** The version committed; undefined where nothing changed. */
  readonly version: number | undefined;
  /** Delta's operation metrics by Delta's names, e.g. `numTargetRowsUpdated`. */
  readonly metrics: Readonly<Record<string, bigint>>;
  /** What the expectations gave; empty where there were none. */
  readonly checks: readonly ExpectationResult[];
}

export interface TableSession {
  sql(text: string): Promise<DataFrame>;
  table(name: string): DataFrame;
  merge(request: MergeRequest): Promise<MergeResult>;
}
