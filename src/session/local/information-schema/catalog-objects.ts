/** `information_schema`: catalogs, schemas, functions and volumes. */
import type { RoutineEntry } from "../../../catalog/routine-catalog.js";
import type { SchemaIdentifier } from "../../../catalog/table-identifier.js";
import { type DataType, INTEGER, STRING, TIMESTAMP } from "../../../schema/data-type.js";
import type { Runtime } from "../runtime.js";
import type { Cell, KnownRows } from "./values-relation.js";

type Columns = readonly (readonly [string, DataType])[];

const CHANGES: Columns = [
  ["created", TIMESTAMP],
  ["created_by", STRING],
  ["last_altered", TIMESTAMP],
  ["last_altered_by", STRING],
];

export function owner(runtime: Runtime): string {
  return runtime.state.functionContext().currentUser;
}

export function texts(...names: readonly string[]): Columns {
  return names.map((name) => [name, STRING] as const);
}

/** The schemas of the catalogs, in order. */
export async function schemasOf(runtime: Runtime, catalogs: readonly string[]): Promise<readonly SchemaIdentifier[]> {
  const lists = await Promise.all(
    catalogs.map(async (catalog) => (await runtime.catalog.schemas(catalog)).map((schema) => ({ catalog, schema }))),
  );
  return lists.flat();
}

export async function catalogRows(runtime: Runtime, catalogs: readonly string[]): Promise<KnownRows> {
  const who = owner(runtime);
  const rows = catalogs.map(async (catalog): Promise<readonly Cell[]> => {
    const { comment, created } = await runtime.catalog.description(catalog);
    return [catalog, who, comment, created, who, created, who];
  });
  return { columns: [...texts("catalog_name", "catalog_owner", "comment"), ...CHANGES], rows: await Promise.all(rows) };
}

export async function schemaRows(runtime: Runtime, catalogs: readonly string[]): Promise<KnownRows> {
  const who = owner(runtime);
  const rows = (await schemasOf(runtime, catalogs)).map(async (one): Promise<readonly Cell[]> => {
    const { comment, created } = await runtime.catalog.description(one);
    return [one.catalog, one.schema, who, comment, created, who, created, who];
  });
  const columns = [...texts("catalog_name", "schema_name", "schema_owner", "comment"), ...CHANGES];
  return { columns, rows: await Promise.all(rows) };
}

export async function volumeRows(runtime: Runtime, catalogs: readonly string[]): Promise<KnownRows> {
  const who = owner(runtime);
  const lists = await Promise.all(
    (await schemasOf(runtime, catalogs)).map((schema) => runtime.catalog.volumes.list(schema)),
  );
  const rows = lists.flat().map(({ identifier, external, location, comment, created }): readonly Cell[] => {
    const { catalog, schema, name } = identifier;
    return [
      catalog,
      schema,
      name,
      external ? "EXTERNAL" : "MANAGED",
      who,
      comment,
      location,
      created,
      who,
      created,
      who,
    ];
  });
  const names = texts("volume_catalog", "volume_schema", "volume_name", "volume_type", "volume_owner", "comment");
  return { columns: [...names, ["storage_location", STRING], ...CHANGES], rows };
}

async function routinesOf(runtime: Runtime, catalogs: readonly string[]): Promise<readonly RoutineEntry[]> {
  const schemas = await schemasOf(runtime, catalogs);
  return (await Promise.all(schemas.map((schema) => runtime.catalog.routines.list(schema)))).flat();
}

export async function routineRows(runtime: Runtime, catalogs: readonly string[]): Promise<KnownRows> {
  const who = owner(runtime);
  const rows = (await routinesOf(runtime, catalogs)).map((one): readonly Cell[] => {
    const { catalog, schema, name } = one.identifier;
    const type = one.returns.kind === "table" ? "TABLE_TYPE" : one.returns.type?.toUpperCase();
    return [
      ...[catalog, schema, name, catalog, schema, name, who, "FUNCTION", type, type, "SQL", one.body],
      ...["SQL", one.deterministic === false ? "NO" : "YES", one.sqlDataAccess?.replace(/ (SQL).*/, " $1"), "DEFINER"],
      ...[one.comment, one.created, who, one.created, who],
    ];
  });
  const columns: Columns = [
    ...texts(
      "specific_catalog",
      "specific_schema",
      "specific_name",
      "routine_catalog",
      "routine_schema",
      "routine_name",
    ),
    ...texts("routine_owner", "routine_type", "data_type", "full_data_type", "routine_body", "routine_definition"),
    ...texts("external_language", "is_deterministic", "sql_data_access", "security_type", "comment"),
    ...CHANGES,
  ];
  return { columns, rows };
}

export async function parameterRows(runtime: Runtime, catalogs: readonly string[]): Promise<KnownRows> {
  const rows = (await routinesOf(runtime, catalogs)).flatMap(({ identifier, parameters }) =>
    parameters.map((one, i): readonly Cell[] => {
      const { catalog, schema, name } = identifier;
      const type = one.type.toUpperCase();
      return [catalog, schema, name, i + 1, "IN", "NO", one.name, type, type, one.defaultValue, one.comment];
    }),
  );
  const columns: Columns = [
    ...texts("specific_catalog", "specific_schema", "specific_name"),
    ["ordinal_position", INTEGER],
    ...texts("parameter_mode", "is_result", "parameter_name", "data_type", "full_data_type"),
    ...texts("parameter_default", "comment"),
  ];
  return { columns, rows };
}
