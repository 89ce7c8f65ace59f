/** What may be altered in a table, as data: the statement says it, the command does it. */
import type { StructField } from "./data-type.js";
import type { FieldPath } from "./field-path.js";

export type ColumnPosition = { readonly kind: "first" } | { readonly kind: "after"; readonly column: string };

export interface AddedColumn {
  /** The struct that receives the field (`element`, `key`, `value` step into arrays and maps); empty for a column of the table. */
  readonly parent: FieldPath;
  readonly field: StructField;
  /** At the end where absent. */
  readonly position?: ColumnPosition;
}

/** One change of one column. */
export type ColumnChange =
  | {
      readonly kind: "type";
      /** The new type, and in its metadata the length of a CHAR or VARCHAR. */
      readonly field: StructField;
    }
  | { readonly kind: "comment"; readonly comment: string }
  | { readonly kind: "position"; readonly position: ColumnPosition }
  | { readonly kind: "nullable"; readonly nullable: boolean }
  /** Spark text of the default; null takes it away. */
  | { readonly kind: "default"; readonly value: string | null }
  | { readonly kind: "sync-identity" };

export interface ColumnAlteration {
  readonly column: FieldPath;
  readonly changes: readonly ColumnChange[];
}

export type TableAlteration =
  | { readonly kind: "set-properties"; readonly properties: Readonly<Record<string, string>> }
  | { readonly kind: "unset-properties"; readonly keys: readonly string[]; readonly ifExists: boolean }
  | { readonly kind: "add-columns"; readonly columns: readonly AddedColumn[] }
  | { readonly kind: "rename-column"; readonly column: FieldPath; readonly to: string }
  | { readonly kind: "drop-columns"; readonly columns: readonly FieldPath[]; readonly ifExists: boolean }
  | { readonly kind: "alter-columns"; readonly columns: readonly ColumnAlteration[] }
  | { readonly kind: "replace-columns"; readonly columns: readonly StructField[] }
  | { readonly kind: "add-constraint"; readonly name: string; readonly check: string }
  | { readonly kind: "drop-constraint"; readonly name: string; readonly ifExists: boolean }
  | { readonly kind: "add-feature"; readonly feature: string }
  | { readonly kind: "drop-feature"; readonly feature: string; readonly truncateHistory: boolean }
  /** No column: clustering ends, files stay as they are. */
  | { readonly kind: "cluster-by"; readonly columns: readonly FieldPath[] };
