/** Expectations: what a row, or a write as a whole, must satisfy before it is published. */

/**
 * warn: published, counted. drop: the rows go to the quarantine table. fail: nothing is published.
 * Checks of the write as a whole (a percentage, unique, row count) know warn and fail.
 */
export type ViolationAction = "warn" | "drop" | "fail";

export type ExpectationRule =
  /** Rows where the column is null violate. With `maxPercentage` (0 to 100) the share of nulls is checked instead of the rows. */
  | { readonly kind: "not-null"; readonly column: string; readonly maxPercentage?: number }
  | { readonly kind: "unique"; readonly columns: readonly string[] }
  | {
      readonly kind: "accepted-values";
      readonly column: string;
      readonly values: readonly (string | number | boolean)[];
    }
  /** Inclusive bounds; null passes (only not-null looks at nulls). */
  | { readonly kind: "range"; readonly column: string; readonly min?: number | string; readonly max?: number | string }
  /** Spark SQL; a row passes when it is true. */
  | { readonly kind: "expression"; readonly condition: string }
  | { readonly kind: "row-count"; readonly min?: number; readonly max?: number };

export interface Expectation {
  readonly name: string;
  readonly rule: ExpectationRule;
  readonly onViolation: ViolationAction;
}

/** What one expectation gave in one write. */
export interface ExpectationResult {
  readonly expectation: Expectation;
  readonly status: "PASSED" | "WARNED" | "DROPPED" | "FAILED";
  /** Rows that violate it (for row-count: the count of rows). */
  readonly violations: bigint;
  /** The measured value: a percentage, a count. */
  readonly value: number;
  readonly threshold: number | undefined;
  /** Rows that were looked at, those held back among them. */
  readonly total?: bigint;
}
