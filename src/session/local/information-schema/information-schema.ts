/** `information_schema`: what the catalog holds as tables, in the columns that Databricks gives them. */
import type { Relation } from "../../../sql/relation.js";
import type { Runtime } from "../runtime.js";
import { catalogRows, parameterRows, routineRows, schemaRows, volumeRows } from "./catalog-objects.js";
import { checkConstraintRows, columnRows, constraintRows, tableRows, viewRows } from "./table-objects.js";
import { type KnownRows, valuesRelation } from "./values-relation.js";

const SCHEMA = "information_schema";

type Listing = (runtime: Runtime, catalogs: readonly string[]) => Promise<KnownRows>;

const LISTINGS: Readonly<Record<string, Listing>> = {
  catalogs: catalogRows,
  schemata: schemaRows,
  tables: tableRows,
  columns: columnRows,
  views: viewRows,
  routines: routineRows,
  parameters: parameterRows,
  volumes: volumeRows,
  table_constraints: constraintRows,
  check_constraints: checkConstraintRows,
};

/**
 * `[<catalog>.]information_schema.<table>`: that of a catalog tells of it alone, that of `system` of all. Undefined for any other name.
 */
export async function informationRelation(runtime: Runtime, name: readonly string[]): Promise<Relation | undefined> {
  const parts = [...(name.length === 1 ? [runtime.state.current.schema] : []), ...name];
  const [table = "", schema = "", catalog = runtime.state.current.catalog] = [...parts].reverse();
  const listing = LISTINGS[table.toLowerCase()];
  if (schema.toLowerCase() !== SCHEMA || listing === undefined || parts.length > 3) return undefined;
  const all = await runtime.catalog.catalogs();
  const catalogs = catalog.toLowerCase() === "system" ? all : all.filter((one) => one === catalog.toLowerCase());
  if (catalogs.length === 0) return undefined;
  return valuesRelation(await listing(runtime, catalogs), [catalog, SCHEMA, table.toLowerCase()]);
}
