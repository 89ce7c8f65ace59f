/** What ALTER TABLE does to a table, as data. */
import type { TableAlteration } from "../schema/alteration.js";

export type AlterTableAction =
  | TableAlteration
  | { readonly kind: "rename"; readonly to: readonly string[] }
  | { readonly kind: "set-location"; readonly location: string }
  | { readonly kind: "unsupported"; readonly name: string };
