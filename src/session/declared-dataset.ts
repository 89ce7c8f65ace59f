/** What a statement that declares a dataset means, in a pipeline and outside: its rules, and what it says in vain. */
import type { Expectation } from "../quality/expectation.js";
import { expect, expectOrDrop, expectOrFail } from "../quality/rules.js";
import type { RowExpectation } from "../sql/pipeline-statement.js";

const EXPECTATIONS = { warn: expect, drop: expectOrDrop, fail: expectOrFail };

export function expectationOf({ name, condition, onViolation }: RowExpectation): Expectation {
  return EXPECTATIONS[onViolation](name, condition);
}

/**
 * What to tell of a part without effect.
 * @param insteadOfSchedule how the rows are brought up to date in time
 */
export function noticeOf(what: string, insteadOfSchedule: string): string {
  if (what.startsWith("SCHEDULE") || what.startsWith("TRIGGER"))
    return `${what} is kept, and nothing runs by it: ${insteadOfSchedule}.`;
  if (what === "CLUSTER BY AUTO") return "CLUSTER BY AUTO chooses no columns on one machine: name them to cluster.";
  if (what.startsWith("The COMMENT")) return `${what} is not kept.`;
  return `${what} is a note for readers: it is not enforced, and not kept.`;
}
