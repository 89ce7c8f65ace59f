/** A MERGE as data: what SQL's MERGE INTO and the MergeBuilder gather. */
import type { EngineQuery } from "../../engine/engine.js";
import type { Assignment } from "../assignments.js";
import type { TargetTable } from "../contract.js";

export type MergeAction =
  | { readonly kind: "update"; readonly assignments: readonly Assignment[] }
  | { readonly kind: "update-star" }
  | { readonly kind: "delete" }
  /** Columns as name parts; values are Spark text. */
  | { readonly kind: "insert"; readonly columns: readonly (readonly string[])[]; readonly values: readonly string[] }
  | { readonly kind: "insert-star" };

export type MergeWhen = "matched" | "not-matched" | "not-matched-by-source";

export interface MergeClause {
  readonly when: MergeWhen;
  /** Spark text. */
  readonly condition?: string | undefined;
  readonly action: MergeAction;
}

export interface MergeIntoCommand {
  readonly target: TargetTable;
  readonly targetAlias?: string | undefined;
  readonly source: EngineQuery;
  /** Alias of the source, or the parts of its table's name; empty where it has neither. */
  readonly sourceQualifier: readonly string[];
  /** Spark text. */
  readonly condition: string;
  readonly clauses: readonly MergeClause[];
  readonly withSchemaEvolution: boolean;
  readonly userMetadata?: string | undefined;
}
