/** What ALTER TABLE does to a table, as data. */
import type { StructField } from "../schema/data-type.js";

/** A column, or a field inside one: `address.city`; `element`, `key` and `value` step into arrays and maps. */
export type ColumnPath = readonly string[];

export type ColumnPosition = { readonly kind: "first" } | { readonly kind: "after"; readonly column: string };

export interface AddedColumn {
  /** The struct that receives the field; empty for a column of the table. */
  readonly parent: ColumnPath;
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
  /** The default's text; null takes it away. */
  | { readonly kind: "default"; readonly value: string | null }
  | { readonly kind: "sync-identity" };

export interface ColumnAlteration {
  readonly column: ColumnPath;
  readonly changes: readonly ColumnChange[];
}

export type AlterTableAction =
  | { readonly kind: "set-properties"; readonly properties: Readonly<Record<string, string>> }
  | { readonly kind: "unset-properties"; readonly keys: readonly string[]; readonly ifExists: boolean }
  | { readonly kind: "add-columns"; readonly columns: readonly AddedColumn[] }
  | { readonly kind: "rename-column"; readonly column: ColumnPath; readonly to: string }
  | { readonly kind: "drop-columns"; readonly columns: readonly ColumnPath[]; readonly ifExists: boolean }
  | { readonly kind: "alter-columns"; readonly columns: readonly ColumnAlteration[] }
  | { readonly kind: "replace-columns"; readonly columns: readonly StructField[] }
  | { readonly kind: "add-constraint"; readonly name: string; readonly check: string }
  | { readonly kind: "drop-constraint"; readonly name: string; readonly ifExists: boolean }
  | { readonly kind: "add-feature"; readonly feature: string }
  | { readonly kind: "drop-feature"; readonly feature: string; readonly truncateHistory: boolean }
  /** No column: clustering ends, files stay as they are. */
  | { readonly kind: "cluster-by"; readonly columns: readonly ColumnPath[] }
  | { readonly kind: "rename"; readonly to: readonly string[] }
  | { readonly kind: "set-location"; readonly location: string }
  | { readonly kind: "unsupported"; readonly name: string };
