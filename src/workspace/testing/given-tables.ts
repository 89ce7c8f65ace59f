/** What the given tables of a test look like where it does not say: as the project's own ones. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { SchemaIdentifier } from "../../catalog/table-identifier.js";
import type { StructType } from "../../schema/data-type.js";
import { quoteName } from "../../schema/type-text.js";
import type { SparkSession } from "../../session/contract.js";
import { createLocalSession, type LocalSession } from "../../session/local-session.js";
import type { Project } from "../project-defaults.js";

/** Where unqualified names lie outside pipelines. */
export const DEFAULT_SCHEMA: SchemaIdentifier = { catalog: "main", schema: "default" };

export function texts(values: Readonly<Record<string, unknown>> | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values ?? {}).map(([key, value]) => [key, String(value)]));
}

export function hasSchema(table: object): boolean {
  return "schema" in table && table.schema !== undefined;
}

export async function createSchema(session: SparkSession, { catalog, schema }: SchemaIdentifier): Promise<void> {
  if (catalog === DEFAULT_SCHEMA.catalog && schema === DEFAULT_SCHEMA.schema) return;
  await session.sql(`CREATE SCHEMA IF NOT EXISTS ${quoteName(catalog)}.${quoteName(schema)}`);
}

/** The columns of the project's own table of that name, where there is one and they are wanted. */
export async function realSchema(
  project: Project,
  name: readonly string[],
  wanted: boolean,
): Promise<StructType | undefined> {
  if (!wanted || !existsSync(resolve(project.warehouse, ...name, "_delta_log"))) return undefined;
  const key = JSON.stringify([project.warehouse, ...name]);
  const known = realSchemas.get(key);
  if (known) return known;
  const read = readSchema(project, name);
  realSchemas.set(key, read);
  return read;
}

const realSchemas = new Map<string, Promise<StructType | undefined>>();

async function readSchema(project: Project, name: readonly string[]): Promise<StructType | undefined> {
  const session: LocalSession = await createLocalSession({ warehouse: project.warehouse, threads: 1 });
  try {
    return (await session.tableProgress(name))?.schema;
  } finally {
    await session.stop();
  }
}
