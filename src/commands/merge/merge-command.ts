/** A MERGE as data: what SQL's MERGE INTO and the MergeBuilder gather. */
import type { Assignment } from "../assignments.js";

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
  /** Spark text: when a row of the source and one of the target match. */
  readonly condition: string;
  /** In order: the first one whose condition is true is taken. */
  readonly clauses: readonly MergeClause[];
  readonly targetAlias?: string | undefined;
  /** Alias of the source, or the parts of its table's name. */
  readonly sourceQualifier?: readonly string[] | undefined;
  /** The table takes new columns of the source that clauses assign. */
  readonly withSchemaEvolution: boolean;
  readonly userMetadata?: string | undefined;
  /** Id that the commitInfo's tags will carry as `lakelet.writeId`; one is made where absent. */
  readonly writeId?: string | undefined;
  /** `txn` actions of the same commit; there is one for them, though no row changes. */
  readonly transactions?: readonly { readonly appId: string; readonly version: number }[] | undefined;
  /** Called once the source has been read; throwing ends the merge, and the table is unchanged. */
  readonly beforeCommit?: () => Promise<void>;
}
