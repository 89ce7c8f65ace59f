/** The quarantine of a table as people work with it: look at the rows that were held back, mend them, publish them after all. */
import type { DataFrame } from "../dataframe/data-frame.js";
import type { Expectation, ExpectationResult } from "../quality/expectation.js";

export interface Quarantine {
  /** The rows with their reasons, those of writes that never came to pass among them. Throws TABLE_OR_VIEW_NOT_FOUND where nothing was ever held back. */
  rows(): DataFrame;
  /**
   * Publishes rows that were held back, as they are or mended, through the gate that held them. What passes is appended (or merged) in one commit
   * and leaves the quarantine; what still breaks a rule stays there as it was. Whatever is killed when, no row is published twice, and none is lost.
   * @throws QUARANTINE_NO_GATE where the rules of the rows are not known any more, QUARANTINE_MERGE_KEYS where rows were held back from a merge,
   * UNRESOLVED_COLUMN, RESOURCE_CONFLICT while another replay of the table is at work
   * @example await spark.quarantine("silver.orders").replay({ where: "quarantine_reason = 'known status'", set: { status: "lower(trim(status))" } })
   */
  replay(options?: ReplayOptions): Promise<ReplayResult>;
}

export interface ReplayOptions {
  /** Spark SQL over the quarantine's columns; all rows where absent. */
  readonly where?: string;
  /** Column of the table -> Spark SQL over the quarantine's columns. */
  readonly set?: Readonly<Record<string, string>>;
  /** Key columns: rows are merged (matched ones updated) instead of appended. */
  readonly on?: readonly string[];
  /** In place of the rules that held the rows back, as `data_quality_metrics` remembers them. Rules about writes as a whole are left out. */
  readonly expectations?: readonly Expectation[];
  /** Says what would happen, and writes nothing. */
  readonly dryRun?: boolean;
}

export interface ReplayResult {
  /** Undefined where nothing was published. */
  readonly version: number | undefined;
  /** Rows that `where` chose. Lines that were no records are none: they are mended in their file. */
  readonly selected: bigint;
  /** Published (of a dry run: that would be). */
  readonly replayed: bigint;
  /** Still break a rule, and stay. */
  readonly remaining: bigint;
  /** Of the chosen rows with the fix: what each rule said, rows that break it counted. */
  readonly violations: readonly { readonly expectation: string; readonly rows: bigint }[];
  readonly checks: readonly ExpectationResult[];
}
