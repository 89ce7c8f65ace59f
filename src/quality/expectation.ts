/** Expectations: what a row, or a write as a whole, must satisfy before it is published. */

/**
 * warn: published, counted. drop: the rows go to the quarantine table. fail: nothing is published.
 * Checks of the write as a whole (unique, row count, freshness ...) know warn and fail.
 */
export type ViolationAction = "warn" | "drop" | "fail";

export type Severity = "error" | "warn" | "info";

/** Inclusive; at least one of them. */
export interface Bounds<Value = number> {
  readonly min?: Value;
  readonly max?: Value;
}

/** Rules that each row satisfies or not by itself. Null passes, but for `not-null` and `expression`. */
export type RowRule =
  | { readonly kind: "not-null"; readonly column: string; readonly maxPercentage?: undefined }
  | {
      readonly kind: "accepted-values";
      readonly column: string;
      readonly values: readonly (string | number | boolean)[];
    }
  | ({ readonly kind: "range"; readonly column: string } & Bounds<number | string>)
  /** Java's regular expression, found anywhere in the text, as by RLIKE. */
  | { readonly kind: "pattern"; readonly column: string; readonly regex: string }
  /** Characters of a text. */
  | ({ readonly kind: "length"; readonly column: string } & Bounds)
  /** The values occur in the columns of another table (or view). */
  | {
      readonly kind: "references";
      readonly columns: readonly string[];
      readonly table: string;
      readonly referenced: readonly string[];
      /** Spark SQL: rows of which it is not true are not asked. */
      readonly when?: string;
    }
  /** Spark SQL; a row passes when it is true. */
  | { readonly kind: "expression"; readonly condition: string };

/** Rules about the rows of the write as a whole; of `checkTable` about the table's. In queries `{rows}` stands for them. */
export type WriteRule =
  /** The share of nulls, 0 to 100. */
  | { readonly kind: "not-null"; readonly column: string; readonly maxPercentage: number }
  /** Among the rows; within the table also against those that it has already. */
  | { readonly kind: "unique"; readonly columns: readonly string[]; readonly within?: "table" }
  | ({ readonly kind: "row-count" } & Bounds)
  /** Percent by which the count may differ from the mean of the last runs of this check. */
  | {
      readonly kind: "row-count-change";
      readonly maxDecrease?: number;
      readonly maxIncrease?: number;
      readonly runs: number;
    }
  /** The newest value of a date or timestamp is not older than so many seconds. */
  | { readonly kind: "freshness"; readonly column: string; readonly maxAgeSeconds: number }
  /** The columns are those of the DDL; without one, those of the table as it was before. New columns are let through where allowed. */
  | { readonly kind: "schema"; readonly ddl?: string; readonly allowNew: boolean }
  /**
   * How far the values of a column have moved from those before: population stability index, below 0.1 hardly, above 0.25 much. Before: the
   * table as it was, or the query. Of texts the shares of the values are compared, of numbers and times those of the deciles.
   */
  | { readonly kind: "distribution"; readonly column: string; readonly maxPsi: number; readonly reference?: string }
  /** Mean of a number: how many standard deviations it may be away from the mean before. */
  | {
      readonly kind: "mean-drift";
      readonly column: string;
      readonly maxDeviations: number;
      readonly reference?: string;
    }
  /** A query that gives no row; with bounds, one that gives one value within them. */
  | ({ readonly kind: "query"; readonly text: string } & Bounds)
  /** Two queries of one row agree column by column, up to a difference, or up to percents of the second one's value. */
  | {
      readonly kind: "reconciliation";
      readonly left: string;
      readonly right: string;
      readonly tolerance: number;
      readonly tolerancePercentage: number;
    };

export type ExpectationRule = RowRule | WriteRule;

/** Of rules about rows: what is let pass. Both may be given, and each is held. */
export interface Threshold {
  readonly maxViolations?: number;
  /** Of the rows looked at, 0 to 100. */
  readonly maxPercentage?: number;
}

/** Said of an expectation beside its rule; kept in the metrics. */
export interface ExpectationOptions {
  /** fail: error, warn and drop: warn, unless said otherwise. */
  readonly severity?: Severity;
  /**
   * Up to it, `warn` and `fail` let the violations pass, and the check has passed. Above it, `drop` fails the write instead: too many bad rows
   * are no longer a matter of rows.
   */
  readonly threshold?: Threshold;
  readonly tags?: readonly string[];
  readonly owner?: string;
  readonly description?: string;
}

export interface Expectation extends ExpectationOptions {
  readonly name: string;
  readonly rule: ExpectationRule;
  readonly onViolation: ViolationAction;
}

/** What one expectation gave in one write. */
export interface ExpectationResult {
  readonly expectation: Expectation;
  readonly status: "PASSED" | "WARNED" | "DROPPED" | "FAILED";
  /** Rows that violate it; of other rules 1 where it is broken, or the number of differences. */
  readonly violations: bigint;
  /** The measured value: a percentage, a count. */
  readonly value: number;
  readonly threshold: number | undefined;
  /** Rows that were looked at, those held back among them. */
  readonly total?: bigint;
  /** What was compared and found, in words, where figures do not say it. */
  readonly detail?: string;
}

/** Severity as it is where nothing is said. */
export function severityOf({ severity, onViolation }: Expectation): Severity {
  return severity ?? (onViolation === "fail" ? "error" : "warn");
}
