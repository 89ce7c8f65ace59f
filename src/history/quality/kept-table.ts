/** Reading lakelet's own tables about tables, as whichever version of lakelet made them. */
import { quoteIfNeeded, quoteName } from "../../schema/type-text.js";
import type { SparkSession, SqlArguments } from "../../session/contract.js";

export type KeptRow = Readonly<Record<string, unknown>>;

/** A schema that has one of lakelet's tables. */
export interface KeptPlace {
  readonly catalog: string;
  readonly schema: string;
}

export function keptName({ catalog, schema }: KeptPlace, table: string): string {
  return [catalog, schema, table].map(quoteName).join(".");
}

/** Schemas with a table of that name, those of Unity Catalog's own `system` left aside. */
export async function placesOf(spark: SparkSession, table: string): Promise<readonly KeptPlace[]> {
  const found = await spark.sql(
    `SELECT table_catalog AS catalog, table_schema AS schema FROM system.information_schema.tables
     WHERE table_name = :table AND table_catalog <> 'system' ORDER BY ALL`,
    { table },
  );
  return (await found.collect()).map((row) => ({ catalog: String(row.catalog), schema: String(row.schema) }));
}

/** Tables that have a quarantine, in one schema or in all. */
export async function quarantinedTables(
  spark: SparkSession,
  place?: KeptPlace,
): Promise<readonly (KeptPlace & { readonly name: string })[]> {
  const found = await spark.sql(
    `SELECT table_catalog AS catalog, table_schema AS schema, table_name AS name FROM system.information_schema.tables
     WHERE endswith(table_name, '_quarantine') AND table_catalog <> 'system' ORDER BY ALL`,
  );
  return (await found.collect())
    .map((row) => ({ catalog: String(row.catalog), schema: String(row.schema), table: String(row.name) }))
    .filter((one) => place === undefined || (one.catalog === place.catalog && one.schema === place.schema))
    .map(({ catalog, schema, table }) => {
      const name = [catalog, schema, table.replace(/_quarantine$/, "")].map(quoteIfNeeded).join(".");
      return { catalog, schema, name };
    });
}

/** Rows of a kept table; none where there is no such table. Columns that it lacks are NULL. @param rest what follows FROM */
export async function keptRows(
  spark: SparkSession,
  place: KeptPlace,
  table: string,
  wanted: Readonly<Record<string, string>>,
  rest: string,
  args: SqlArguments = {},
): Promise<readonly KeptRow[]> {
  const name = keptName(place, table);
  if (!(await spark.catalog.tableExists(name))) return [];
  const has = new Set((await spark.catalog.listColumns(name)).map((one) => one.name.toLowerCase()));
  const columns = Object.entries(wanted).map(([column, expression]) =>
    has.has(column) ? `${expression} AS ${quoteName(column)}` : `NULL AS ${quoteName(column)}`,
  );
  const frame = await spark.sql(`SELECT ${columns.join(", ")} FROM ${name} ${rest}`, args);
  return (await frame.collect()).map((row) => ({ ...row }));
}

export function textOf(value: unknown): string | undefined {
  return value === null || value === undefined ? undefined : String(value);
}

export function numberOf(value: unknown): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
