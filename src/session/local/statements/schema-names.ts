/** Names of schemas and catalogs in statements, completed by the session's current ones. */
import type { SchemaIdentifier } from "../../../catalog/table-identifier.js";
import { LakeletError } from "../../../errors/lakelet-error.js";
import type { Runtime } from "../runtime.js";

export function schemaIdentifier(name: readonly string[] | undefined, { state }: Runtime): SchemaIdentifier {
  const [first, second] = name ?? [];
  if (first !== undefined && second !== undefined) return { catalog: first, schema: second };
  return { catalog: state.current.catalog, schema: first ?? state.current.schema };
}

/** Throws CATALOG_NOT_FOUND. */
export async function requireCatalog(name: string, { catalog }: Runtime): Promise<void> {
  if (await catalog.catalogExists(name)) return;
  throw new LakeletError({
    condition: "CATALOG_NOT_FOUND",
    sqlState: "42P08",
    problem: `The catalog ${name} cannot be found.`,
    cure: `Create it: CREATE CATALOG ${name}. SHOW CATALOGS lists those that there are.`,
    parameters: { catalogName: name },
  });
}
