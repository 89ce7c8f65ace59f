/** CLUSTER BY of table definitions and of ALTER TABLE. */
import type { FieldPath } from "../../schema/field-path.js";
import { unsupportedFeature } from "./syntax-error.js";
import type { TokenCursor } from "./token-cursor.js";

/** Behind CLUSTER BY: the columns; none for NONE and for an empty list. */
export function clusterBy(cursor: TokenCursor): FieldPath[] {
  if (cursor.accept("NONE")) return [];
  if (cursor.accept("AUTO")) {
    throw unsupportedFeature("CLUSTER_BY_AUTO", "CLUSTER BY AUTO", "Name the columns: CLUSTER BY (customer_id, day).");
  }
  return cursor.listOf(() => cursor.names("a column"), true);
}
