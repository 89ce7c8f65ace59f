/** The errors of MERGE under Delta's and Spark's published conditions. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { MergeWhen } from "./merge-command.js";

export function multipleSourceRowsMatch(table: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE",
    sqlState: "21506",
    problem: `Cannot perform Merge as multiple source rows matched and attempted to modify the same target row in the Delta table ${table}.`,
    reason: "Which of the source rows should win is not defined. The table is unchanged.",
    cure: "Keep one source row for each key, e.g. the latest one by row_number(), before the merge.",
    parameters: { table },
  });
}

export function missingClauses(): LakeletError {
  return new LakeletError({
    condition: "DELTA_MERGE_MISSING_WHEN",
    sqlState: "42601",
    problem: "There must be at least one WHEN clause in a MERGE statement.",
  });
}

const CLAUSE_NAMES: Readonly<Record<MergeWhen, readonly [name: string, words: string]>> = {
  matched: ["NON_LAST_MATCHED_CLAUSE_OMIT_CONDITION", "MATCHED"],
  "not-matched": ["NON_LAST_NOT_MATCHED_BY_TARGET_CLAUSE_OMIT_CONDITION", "NOT MATCHED [BY TARGET]"],
  "not-matched-by-source": ["NON_LAST_NOT_MATCHED_BY_SOURCE_CLAUSE_OMIT_CONDITION", "NOT MATCHED BY SOURCE"],
};

export function unreachableClause(when: MergeWhen): LakeletError {
  const [condition, words] = CLAUSE_NAMES[when];
  return new LakeletError({
    condition,
    sqlState: "42601",
    problem: `When there are more than one ${words} clauses in a MERGE statement, only the last ${words} clause can omit the condition.`,
    reason:
      "The first clause whose condition is true is taken, so the clauses behind one without a condition would never be.",
    cure: "Give each clause but the last a condition.",
  });
}

/** A column that a clause assigns, or that a star action needs, is not there. */
export function unresolvedInMerge(column: string, clause: string, known: readonly string[]): LakeletError {
  return new LakeletError({
    condition: "DELTA_MERGE_UNRESOLVED_EXPRESSION",
    sqlState: "42601",
    problem: `Cannot resolve ${column} in ${clause} given columns ${known.join(", ")}.`,
    cure: "Check the column's name, or let the table take new columns: MERGE WITH SCHEMA EVOLUTION.",
    parameters: { sqlExpr: column, clause, cols: known.join(", ") },
  });
}

export function invalidClauseAction(when: MergeWhen, action: string): LakeletError {
  return new LakeletError({
    condition: "PARSE_SYNTAX_ERROR",
    sqlState: "42601",
    problem: `A WHEN ${CLAUSE_NAMES[when][1]} clause cannot ${action}.`,
    cure: when === "not-matched" ? "Use INSERT." : "Use UPDATE SET or DELETE.",
  });
}
