/** CREATE, DROP, SHOW and DESCRIBE VOLUME, and LIST of what is in a folder. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { identifierText, qualify } from "../../../catalog/table-identifier.js";
import type { VolumeEntry } from "../../../catalog/volume-catalog.js";
import { LakeletError } from "../../../errors/lakelet-error.js";
import { LONG, STRING } from "../../../schema/data-type.js";
import type { CatalogStatement } from "../../../sql/catalog-statement.js";
import type { Runtime } from "../runtime.js";
import { done, resultOf, type StatementContext, type StatementResult } from "../statement-context.js";
import { matches } from "./pattern.js";
import { schemaIdentifier } from "./schema-names.js";

type Of<Kind extends CatalogStatement["kind"]> = Extract<CatalogStatement, { kind: Kind }>;

export async function createVolume(
  { volume, ifNotExists, location, comment }: Of<"create-volume">,
  { runtime }: StatementContext,
): Promise<StatementResult> {
  const identifier = qualify(volume, runtime.state.current);
  await runtime.catalog.requireOwnSchema(identifier);
  const folder = location === undefined ? undefined : runtime.paths.resolve(location);
  const result = await runtime.catalog.volumes.create(identifier, folder, comment);
  if (result === "exists" && !ifNotExists) {
    throw new LakeletError({
      condition: "VOLUME_ALREADY_EXISTS",
      sqlState: "42723",
      problem: `The volume ${identifierText(identifier)} exists already.`,
      cure: "Choose another name, or write CREATE VOLUME IF NOT EXISTS.",
    });
  }
  return done(`CREATE VOLUME ${identifierText(identifier)}`);
}

export async function dropVolume(
  { volume, ifExists }: Of<"drop-volume">,
  { runtime }: StatementContext,
): Promise<StatementResult> {
  const found = await runtime.catalog.volumes.lookup(qualify(volume, runtime.state.current));
  if (!found) {
    if (ifExists) return done("DROP VOLUME: nothing there");
    throw volumeNotFound(volume);
  }
  await runtime.catalog.volumes.drop(found);
  return done(`DROP VOLUME ${identifierText(found.identifier)}`);
}

export async function showVolumes(
  { schema: name, pattern }: Of<"show-volumes">,
  { runtime }: StatementContext,
): Promise<StatementResult> {
  const schema = schemaIdentifier(name, runtime);
  await runtime.catalog.requireSchema(schema);
  const volumes = (await runtime.catalog.volumes.list(schema)).filter((one) => matches(one.identifier.name, pattern));
  const columns = [
    ["database", STRING],
    ["volume_name", STRING],
  ] as const;
  return resultOf(
    columns,
    volumes.map((one) => [schema.schema, one.identifier.name]),
  );
}

export async function describeVolume(
  { volume }: Of<"describe-volume">,
  { runtime }: StatementContext,
): Promise<StatementResult> {
  const { identifier, location, external, comment = "" } = await requireVolume(volume, runtime);
  const names = ["name", "catalog", "database", "owner", "storageLocation", "volumeType", "comment"];
  const { catalog, schema, name } = identifier;
  const owner = runtime.state.functionContext().currentUser;
  return resultOf(
    names.map((one) => [one, STRING] as const),
    [[name, catalog, schema, owner, location, external ? "EXTERNAL" : "MANAGED", comment]],
  );
}

export async function commentOnVolume(
  volume: readonly string[],
  comment: string | null,
  { runtime }: StatementContext,
): Promise<StatementResult> {
  const { comment: _, ...entry } = await requireVolume(volume, runtime);
  await runtime.catalog.volumes.describe(comment === null ? entry : { ...entry, comment });
  return done(`COMMENT ON VOLUME ${volume.join(".")}`);
}

/** The files and folders in a folder, by name; a folder's name ends with a slash. */
export async function listFiles(
  { path, limit }: Of<"list-files">,
  { runtime }: StatementContext,
): Promise<StatementResult> {
  const folder = runtime.paths.resolve(path);
  const found = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (!found) throw pathNotFound(path);
  const base = path.replace(/\/+$/, "");
  const rows = await Promise.all(
    found
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .slice(0, limit)
      .map(async (one) => {
        const { size, mtimeMs } = await stat(join(folder, one.name));
        const name = one.isDirectory() ? `${one.name}/` : one.name;
        const bytes = one.isDirectory() ? 0n : BigInt(size);
        return [`${base}/${name}`, name, bytes, BigInt(Math.trunc(mtimeMs))];
      }),
  );
  const columns = [
    ["path", STRING],
    ["name", STRING],
    ["size", LONG],
    ["modification_time", LONG],
  ] as const;
  return resultOf(columns, rows);
}

async function requireVolume(volume: readonly string[], runtime: Runtime): Promise<VolumeEntry> {
  const found = await runtime.catalog.volumes.lookup(qualify(volume, runtime.state.current));
  if (!found) throw volumeNotFound(volume);
  return found;
}

function volumeNotFound(volume: readonly string[]): LakeletError {
  return new LakeletError({
    condition: "VOLUME_NOT_FOUND",
    sqlState: "42P01",
    problem: `The volume ${volume.join(".")} cannot be found.`,
    cure: "SHOW VOLUMES lists those of a schema; CREATE VOLUME makes one.",
  });
}

function pathNotFound(path: string): LakeletError {
  return new LakeletError({
    condition: "PATH_NOT_FOUND",
    sqlState: "42K03",
    problem: `Path does not exist: ${path}.`,
    parameters: { path },
  });
}
