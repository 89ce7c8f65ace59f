/** Errors that come of a rule, told with the name of its expectation: a table may have twenty. */
import { LakeletError } from "../errors/lakelet-error.js";

/** True for what values raise: division by zero, a text that is no number, an overflow, `raise_error`. */
export function isDataError(error: unknown): boolean {
  return error instanceof LakeletError && /^(22|P0)/.test(error.sqlState);
}

/** What `work` gives; its error names the expectation. */
export function judging<Result>(expectation: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw judgingError(error, expectation);
  }
}

/** The same of what takes its time. */
export async function judgingAsync<Result>(expectation: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw judgingError(error, expectation);
  }
}

/** Of the same condition; unchanged where it names an expectation, or is none of lakelet. */
export function judgingError(error: unknown, expectation: string): unknown {
  if (!(error instanceof LakeletError) || error.parameters.expectation !== undefined) return error;
  const { condition, sqlState, reason, location } = error;
  const cure = OTHER_CURES[condition] ?? error.cure;
  return new LakeletError({
    condition,
    sqlState,
    problem: `The expectation "${expectation}" cannot be judged: ${error.problem.replace(/^The rule cannot be checked: /, "")}`,
    ...(reason === undefined ? {} : { reason }),
    ...(cure === undefined ? {} : { cure }),
    parameters: { ...error.parameters, expectation },
    ...(location === undefined ? {} : { location }),
    cause: error,
  });
}

const WHOLE_WRITE = "A condition is asked of each row by itself: use customSql for a query over all of them.";

/** Where a condition is no WHERE clause of the user's. */
const OTHER_CURES: Readonly<Record<string, string>> = {
  "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_TABLE":
    'Use references("column", "table") for values that another table must have, or customSql for a query over all rows.',
  UNRESOLVED_ROUTINE:
    "Correct the name; of users' functions a condition knows those of spark.udf.register: write out what one of CREATE FUNCTION does.",
  INVALID_WHERE_CONDITION: WHOLE_WRITE,
  _LEGACY_ERROR_TEMP_1034: WHOLE_WRITE,
};
