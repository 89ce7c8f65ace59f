/** A fully qualified name, and how names of one to three parts are completed. */
import { LakeletError } from "../errors/lakelet-error.js";
import { quoteIfNeeded } from "../schema/type-text.js";

export interface TableIdentifier {
  readonly catalog: string;
  readonly schema: string;
  readonly name: string;
}

export interface SchemaIdentifier {
  readonly catalog: string;
  readonly schema: string;
}

/** Completes `table`, `schema.table` or `catalog.schema.table` with the session's current catalog and schema. */
export function qualify(parts: readonly string[], current: SchemaIdentifier): TableIdentifier {
  const [first, second, third] = parts;
  if (parts.length === 1 && first !== undefined) return { ...current, name: first };
  if (parts.length === 2 && first !== undefined && second !== undefined) {
    return { catalog: current.catalog, schema: first, name: second };
  }
  if (parts.length === 3 && first !== undefined && second !== undefined && third !== undefined) {
    return { catalog: first, schema: second, name: third };
  }
  throw new LakeletError({
    condition: "REQUIRES_SINGLE_PART_NAMESPACE",
    sqlState: "42K05",
    problem: `The name ${parts.map(quoteIfNeeded).join(".")} has ${parts.length} parts.`,
    cure: "Write it as table, schema.table or catalog.schema.table.",
  });
}

/** `catalog.schema.table`, parts in backticks where needed. */
export function identifierText({ catalog, schema, name }: TableIdentifier): string {
  return [catalog, schema, name].map(quoteIfNeeded).join(".");
}
