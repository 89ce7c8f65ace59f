/** What a gate found, in words; and the error of a gate that failed. */
import { LakeletError } from "../errors/lakelet-error.js";
import type { ExpectationResult } from "./expectation.js";

/** QUALITY_GATE_FAILED, naming each failed expectation with its figures. */
export class QualityGateFailed extends LakeletError {
  constructor(
    table: string,
    /** Of all expectations, also of those that passed. */
    readonly results: readonly ExpectationResult[],
    /** A row that breaks it, as JSON, by the name of the expectation; none where rows are not kept, or the rule is about no row. */
    readonly samples: ReadonlyMap<string, string> = new Map(),
  ) {
    const failed = results.filter((one) => one.status === "FAILED");
    super({
      condition: "QUALITY_GATE_FAILED",
      sqlState: "23000",
      problem: `${failed.length} of ${results.length} expectations failed, so nothing was published to ${table}: ${failed.map(describeResult).join("; ")}.`,
      cure: "Look at the rows, mend the source or the rule, and run again: the table is as it was.",
      parameters: { table, expectations: failed.map((one) => one.expectation.name).join(", ") },
    });
  }
}

export function gateFailed(
  table: string,
  results: readonly ExpectationResult[],
  samples?: ReadonlyMap<string, string>,
): LakeletError {
  return new QualityGateFailed(table, results, samples);
}

/** One result in words. @example '"one row an order" (unique order_id): 4 rows' */
export function describeResult(result: ExpectationResult): string {
  return `"${result.expectation.name}" ${findingText(result)}`;
}

function findingText({ expectation, value, violations, threshold, detail, total }: ExpectationResult): string {
  const { rule } = expectation;
  if (detail !== undefined) return `(${detail})`;
  switch (rule.kind) {
    case "row-count":
      return `(row count): ${value}, allowed ${rule.min ?? 0} to ${rule.max ?? "any"}`;
    case "not-null":
      if (rule.maxPercentage !== undefined)
        return `(nulls in ${rule.column}): ${value.toFixed(2)} %, allowed ${threshold} %`;
      return `(${rule.column} not null): ${rowsText()}`;
    case "unique":
      return `(unique ${rule.columns.join(", ")}): ${violations} rows`;
    case "expression":
      return `(${rule.condition}): ${rowsText()}`;
    case "references":
      return `(${rule.columns.join(", ")} in ${rule.table}): ${rowsText()}`;
    case "accepted-values":
    case "range":
    case "pattern":
    case "length":
      return `(${rule.kind} ${rule.column}): ${rowsText()}`;
    default:
      return `(${rule.kind}): ${value}, allowed ${threshold}`;
  }

  function rowsText(): string {
    const { maxViolations, maxPercentage } = expectation.threshold ?? {};
    if (maxPercentage !== undefined)
      return `${violations} of ${total} rows (${((Number(violations) / Math.max(1, Number(total))) * 100).toFixed(2)} %), allowed ${maxPercentage} %`;
    return maxViolations === undefined ? `${violations} rows` : `${violations} rows, allowed ${maxViolations}`;
  }
}
