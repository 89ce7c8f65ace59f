/** CREATE, ALTER, DROP and DESCRIBE of schemas and catalogs. */

import { LakeletError } from "../../../errors/lakelet-error.js";
import { STRING } from "../../../schema/data-type.js";
import type { CatalogStatement } from "../../../sql/catalog-statement.js";
import type { Statement } from "../../../sql/statement.js";
import type { Runtime } from "../runtime.js";
import { done, resultOf, type StatementContext, type StatementResult } from "../statement-context.js";
import { requireCatalog, schemaIdentifier } from "./schema-names.js";

type Of<Kind extends CatalogStatement["kind"]> = Extract<CatalogStatement, { kind: Kind }>;
type CreateSchema = Extract<Statement, { kind: "create-schema" }>;

const INFO = [
  ["info_name", STRING],
  ["info_value", STRING],
] as const;

export async function createSchema(
  { schema: name, ifNotExists, comment, location, properties }: CreateSchema,
  { runtime }: StatementContext,
): Promise<StatementResult> {
  const schema = schemaIdentifier(name, runtime);
  if (location !== undefined) tellOfLocation(runtime, `schema ${schema.catalog}.${schema.schema}`, location);
  await runtime.catalog.createSchema(schema, ifNotExists, {
    ...(comment === undefined ? {} : { comment }),
    ...(location === undefined ? {} : { location }),
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    created: Date.now(),
  });
  return done(`CREATE SCHEMA ${schema.catalog}.${schema.schema}`);
}

export async function createCatalog(
  { catalog, ifNotExists, comment, location }: Of<"create-catalog">,
  { runtime }: StatementContext,
): Promise<StatementResult> {
  if (await runtime.catalog.catalogExists(catalog)) {
    if (ifNotExists) return done(`CREATE CATALOG: ${catalog} exists already`);
    throw new LakeletError({
      condition: "CATALOG_ALREADY_EXISTS",
      sqlState: "42710",
      problem: `The catalog ${catalog} exists already.`,
      cure: "Choose another name, or write CREATE CATALOG IF NOT EXISTS.",
    });
  }
  if (location !== undefined) tellOfLocation(runtime, `catalog ${catalog}`, location);
  await runtime.catalog.createCatalog(catalog, {
    ...(comment === undefined ? {} : { comment }),
    ...(location === undefined ? {} : { location }),
    created: Date.now(),
  });
  return done(`CREATE CATALOG ${catalog}`);
}

/** Without CASCADE only a catalog without anything in it goes. */
export async function dropCatalog(
  { catalog, ifExists, cascade }: Of<"drop-catalog">,
  { runtime }: StatementContext,
): Promise<StatementResult> {
  if (ifExists && !(await runtime.catalog.catalogExists(catalog))) return done("DROP CATALOG: nothing there");
  await requireCatalog(catalog, runtime);
  const schemas = (await runtime.catalog.schemas(catalog)).filter((one) => one !== "default");
  const held = [...schemas, ...(await runtime.catalog.list({ catalog, schema: "default" }))];
  if (held.length > 0 && !cascade) {
    throw new LakeletError({
      condition: "CATALOG_NOT_EMPTY",
      sqlState: "2BP01",
      problem: `The catalog ${catalog} holds schemas or tables.`,
      cure: "Drop them first, or write DROP CATALOG ... CASCADE.",
    });
  }
  await runtime.catalog.dropCatalog(catalog);
  return done(`DROP CATALOG ${catalog}`);
}

export async function alterSchema(
  { schema: name, set, unset }: Of<"alter-schema">,
  { runtime }: StatementContext,
): Promise<StatementResult> {
  const schema = schemaIdentifier(name, runtime);
  await runtime.catalog.requireSchema(schema);
  const before = await runtime.catalog.description(schema);
  const properties = Object.entries({ ...before.properties, ...set }).filter(([key]) => !unset.includes(key));
  await runtime.catalog.describe(schema, { ...before, properties: Object.fromEntries(properties) });
  return done(`ALTER SCHEMA ${schema.catalog}.${schema.schema}`);
}

/** COMMENT ON SCHEMA and CATALOG. */
export async function commentOn(
  of: "schema" | "catalog",
  name: readonly string[],
  comment: string | null,
  { runtime }: StatementContext,
): Promise<StatementResult> {
  const target = of === "catalog" ? (name[0] ?? "") : schemaIdentifier(name, runtime);
  if (typeof target === "string") await requireCatalog(target, runtime);
  else await runtime.catalog.requireSchema(target);
  const { comment: _, ...before } = await runtime.catalog.description(target);
  await runtime.catalog.describe(target, { ...before, comment: comment ?? "" });
  return done(`COMMENT ON ${of.toUpperCase()} ${name.join(".")}`);
}

export async function describeSchema(
  { schema: name, extended }: Of<"describe-schema">,
  { runtime }: StatementContext,
): Promise<StatementResult> {
  const schema = schemaIdentifier(name, runtime);
  await runtime.catalog.requireSchema(schema);
  const { comment = "", properties = {} } = await runtime.catalog.description(schema);
  const pairs = Object.entries(properties)
    .sort()
    .map(([key, value]) => `(${key},${value})`);
  return resultOf(INFO, [
    ["Catalog Name", schema.catalog],
    ["Namespace Name", schema.schema],
    ["Comment", comment],
    ["Location", `file:${runtime.catalog.folderOf(schema)}`],
    ["Owner", runtime.state.functionContext().currentUser],
    ...(extended ? [["Properties", pairs.length === 0 ? "" : `(${pairs.join(", ")})`]] : []),
  ]);
}

export async function describeCatalog(
  { catalog, extended }: Of<"describe-catalog">,
  { runtime }: StatementContext,
): Promise<StatementResult> {
  await requireCatalog(catalog, runtime);
  const { comment = "", created } = await runtime.catalog.description(catalog);
  return resultOf(INFO, [
    ["Catalog Name", catalog],
    ["Comment", comment],
    ["Owner", runtime.state.functionContext().currentUser],
    ...(extended && created !== undefined ? [["Created At", new Date(created).toISOString()]] : []),
    ...(extended ? [["Storage Root", `file:${runtime.catalog.folderOf(catalog)}`]] : []),
  ]);
}

function tellOfLocation(runtime: Runtime, what: string, location: string): void {
  runtime.report({
    kind: "warning",
    message: `The location ${location} of the ${what} is kept and has no effect here: managed tables lie in the warehouse.`,
  });
}
