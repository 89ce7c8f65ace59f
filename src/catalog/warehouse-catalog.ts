/** The catalog of one warehouse folder: schemas are folders, managed tables are folders in them, views and external tables are small files. */

import { join } from "node:path";
import { LakeletError } from "../errors/lakelet-error.js";
import type { Storage } from "../storage/storage.js";
import { folderName, nameOfFolder } from "./folder-name.js";
import { isAccess, LINEAGE_NAMES } from "./lineage-tables.js";
import { RoutineCatalog } from "./routine-catalog.js";
import { readDescription, type SchemaDescription, writeDescription } from "./schema-description.js";
import {
  isLakeflow,
  LAKEFLOW,
  LAKEFLOW_NAMES,
  refuseSystem,
  requireKnownSystemSchema,
  SYSTEM_CATALOG,
  systemView,
} from "./system-tables.js";
import { identifierText, type SchemaIdentifier, type TableIdentifier } from "./table-identifier.js";
import { VolumeCatalog } from "./volume-catalog.js";

export interface TableEntry {
  readonly kind: "table";
  readonly identifier: TableIdentifier;
  /** Absolute folder. */
  readonly location: string;
  readonly managed: boolean;
}
export interface ViewEntry {
  readonly kind: "view";
  readonly identifier: TableIdentifier;
  readonly query: string;
  /** Names of the columns where the view gives its own; empty: those of the query. */
  readonly columns: readonly { readonly name: string; readonly comment?: string }[];
  readonly comment?: string;
  readonly properties?: Readonly<Record<string, string>>;
  /** The query's columns when the view was made, types as DDL; absent in views of the first versions. */
  readonly output?: readonly { readonly name: string; readonly type: string }[];
  /** Spark's WITH SCHEMA: BINDING, COMPENSATION (where absent), TYPE EVOLUTION, EVOLUTION. */
  readonly schemaMode?: string;
  /** Milliseconds since the epoch. */
  readonly created?: number;
  /** Where the names inside the query are looked up. */
  readonly current: SchemaIdentifier;
}
export type CatalogEntry = TableEntry | ViewEntry;

const DEFAULT_SCHEMA = "default";
const DEFAULT_CATALOG = "main";

const FIRST_COMMIT = `${"0".repeat(20)}.json`;
export class WarehouseCatalog {
  readonly routines: RoutineCatalog;
  readonly volumes: VolumeCatalog;

  constructor(
    private readonly storage: Storage,
    readonly warehouse: string,
  ) {
    const folder = (schema: SchemaIdentifier) => this.schemaFolder(schema);
    this.routines = new RoutineCatalog(storage, folder);
    this.volumes = new VolumeCatalog(storage, folder);
  }

  /** Folder of a managed table of that name, whether it exists or not. */
  managedLocation(table: TableIdentifier): string {
    return join(this.schemaFolder(table), folderName(table.name));
  }

  async lookup(table: TableIdentifier): Promise<CatalogEntry | undefined> {
    const described = await this.readDescription(table);
    if (described) return described;
    const location = this.managedLocation(table);
    if (!(await this.holdsTable(location))) return systemEntry(table);
    return { kind: "table", identifier: table, location, managed: true };
  }

  /** Like {@link lookup}, or TABLE_OR_VIEW_NOT_FOUND with the nearest name of the schema. */
  async require(table: TableIdentifier): Promise<CatalogEntry> {
    const entry = await this.lookup(table);
    if (entry) return entry;
    requireKnownSystemSchema(table);
    const others = (await this.list(table)).map((one) => one.identifier.name);
    const near =
      others.length > 0 ? `In ${table.catalog}.${table.schema} there are: ${others.slice(0, 8).join(", ")}.` : "";
    throw new LakeletError({
      condition: "TABLE_OR_VIEW_NOT_FOUND",
      sqlState: "42P01",
      problem: `The table or view ${identifierText(table)} cannot be found.`,
      reason: near,
      cure: "Check the spelling, the schema and the catalog, or create it first.",
      parameters: { relationName: identifierText(table) },
    });
  }

  /** Tables and views of a schema in name order. */
  async list(schema: SchemaIdentifier): Promise<readonly CatalogEntry[]> {
    const folder = this.schemaFolder(schema);
    const entries: CatalogEntry[] = [];
    for (const name of await this.storage.listFolders(folder)) {
      if (name.startsWith("_") || name.startsWith(".") || !(await this.holdsTable(join(folder, name)))) continue;
      const identifier = { ...schema, name: nameOfFolder(name) };
      entries.push({ kind: "table", identifier, location: join(folder, name), managed: true });
    }
    for (const file of await this.storage.list(folder)) {
      const match = /^_(.+)\.(view|table)\.json$/.exec(file.name);
      if (match?.[1] === undefined) continue;
      const entry = await this.readDescription({ ...schema, name: nameOfFolder(match[1]) });
      if (entry) entries.push(entry);
    }
    for (const name of isLakeflow(schema) ? LAKEFLOW_NAMES : isAccess(schema) ? LINEAGE_NAMES : []) {
      const entry = entries.some((one) => one.identifier.name === name) ? undefined : systemEntry({ ...schema, name });
      if (entry) entries.push(entry);
    }
    return entries.sort((a, b) => (a.identifier.name < b.identifier.name ? -1 : 1));
  }

  async schemaExists(schema: SchemaIdentifier): Promise<boolean> {
    if (schema.schema.toLowerCase() === DEFAULT_SCHEMA || isLakeflow(schema) || isAccess(schema)) return true;
    return (await this.schemas(schema.catalog)).some((name) => name.toLowerCase() === schema.schema.toLowerCase());
  }

  async schemas(catalog: string): Promise<readonly string[]> {
    const names = (await this.storage.listFolders(join(this.warehouse, folderName(catalog))))
      .filter((name) => !/^[_.]/.test(name))
      .map(nameOfFolder);
    if (catalog.toLowerCase() === SYSTEM_CATALOG) return [LAKEFLOW.schema];
    return names.includes(DEFAULT_SCHEMA) ? names : [DEFAULT_SCHEMA, ...names].sort();
  }

  async catalogs(): Promise<readonly string[]> {
    const names = (await this.storage.listFolders(this.warehouse))
      .filter((name) => !/^[_.]/.test(name))
      .map(nameOfFolder);
    return names.includes(DEFAULT_CATALOG) ? names : [DEFAULT_CATALOG, ...names].sort();
  }

  async catalogExists(catalog: string): Promise<boolean> {
    if (catalog.toLowerCase() === SYSTEM_CATALOG) return true;
    return (await this.catalogs()).some((one) => one.toLowerCase() === catalog.toLowerCase());
  }

  async createCatalog(catalog: string, description: SchemaDescription): Promise<void> {
    refuseSystem({ catalog, schema: DEFAULT_SCHEMA });
    await writeDescription(this.storage, join(this.warehouse, folderName(catalog)), description);
  }

  /** With all in it. */
  async dropCatalog(catalog: string): Promise<void> {
    refuseSystem({ catalog, schema: DEFAULT_SCHEMA });
    for (const schema of await this.schemas(catalog)) {
      await this.dropSchema({ catalog, schema }, { ifExists: true, cascade: true });
    }
    await this.storage.deleteFolder(join(this.warehouse, folderName(catalog)));
  }

  /** What is said of a schema, or of a catalog. */
  description(of: SchemaIdentifier | string): Promise<SchemaDescription> {
    return readDescription(this.storage, this.folderOf(of));
  }

  async describe(of: SchemaIdentifier | string, description: SchemaDescription): Promise<void> {
    refuseSystem(typeof of === "string" ? { catalog: of, schema: DEFAULT_SCHEMA } : of);
    await writeDescription(this.storage, this.folderOf(of), description);
  }

  /** Folder of a schema, or of a catalog. */
  folderOf(of: SchemaIdentifier | string): string {
    return typeof of === "string" ? join(this.warehouse, folderName(of)) : this.schemaFolder(of);
  }

  async createSchema(
    schema: SchemaIdentifier,
    ifNotExists: boolean,
    description: SchemaDescription = {},
  ): Promise<void> {
    refuseSystem(schema);
    if (await this.schemaExists(schema)) {
      if (ifNotExists || schema.schema.toLowerCase() === DEFAULT_SCHEMA) return;
      throw new LakeletError({
        condition: "SCHEMA_ALREADY_EXISTS",
        sqlState: "42P06",
        problem: `The schema ${schema.catalog}.${schema.schema} exists already.`,
        cure: "Choose another name, or write CREATE SCHEMA IF NOT EXISTS.",
      });
    }
    await this.storage.createFolder(this.schemaFolder(schema));
    if (Object.keys(description).length > 0) await this.describe(schema, description);
  }

  async dropSchema(
    schema: SchemaIdentifier,
    options: { readonly ifExists: boolean; readonly cascade: boolean },
  ): Promise<void> {
    refuseSystem(schema);
    if (!(await this.schemaExists(schema))) {
      if (options.ifExists) return;
      throw schemaNotFound(schema);
    }
    const entries = await this.list(schema);
    const others = [...(await this.routines.list(schema)), ...(await this.volumes.list(schema))];
    if (entries.length + others.length > 0 && !options.cascade) {
      throw new LakeletError({
        condition: "SCHEMA_NOT_EMPTY",
        sqlState: "2BP01",
        problem: `The schema ${schema.catalog}.${schema.schema} holds ${entries.length} tables or views and ${others.length} functions or volumes.`,
        cure: "Drop them first, or write DROP SCHEMA ... CASCADE.",
      });
    }
    for (const entry of entries) await this.drop(entry);
    await this.storage.deleteFolder(this.schemaFolder(schema));
  }

  /** Throws SCHEMA_NOT_FOUND unless the schema is there. */
  async requireSchema(schema: SchemaIdentifier): Promise<void> {
    requireKnownSystemSchema(schema);
    if (!(await this.schemaExists(schema))) throw schemaNotFound(schema);
  }

  /** The same for a schema that something is to be made in. Throws INSUFFICIENT_PERMISSIONS for one of `system`, too. */
  async requireOwnSchema(schema: SchemaIdentifier): Promise<void> {
    refuseSystem(schema);
    await this.requireSchema(schema);
  }

  async createView(view: ViewEntry, orReplace: boolean): Promise<"created" | "exists"> {
    await this.requireOwnSchema(view.identifier);
    const { identifier, kind: _, ...description } = view;
    const path = this.descriptionPath(identifier, "view");
    const content = `${JSON.stringify({ name: identifier.name, ...description }, undefined, 2)}\n`;
    await this.storage.createFolder(this.schemaFolder(identifier));
    if (!orReplace) return this.storage.putIfAbsent(path, content);
    await this.storage.replace(path, content);
    return "created";
  }

  /** Records where an external table lies. */
  async registerExternal(table: TableIdentifier, location: string): Promise<"created" | "exists"> {
    await this.requireOwnSchema(table);
    const content = `${JSON.stringify({ name: table.name, location }, undefined, 2)}\n`;
    return this.storage.putIfAbsent(this.descriptionPath(table, "table"), content);
  }

  /**
   * Gives a table another name, in the same catalog or another. A managed table's folder moves, so a write that is under way in it fails.
   * Throws TABLE_OR_VIEW_ALREADY_EXISTS, SCHEMA_NOT_FOUND.
   */
  async rename(entry: TableEntry, to: TableIdentifier): Promise<void> {
    refuseSystem(entry.identifier);
    await this.requireOwnSchema(to);
    const isSame = this.managedLocation(entry.identifier) === this.managedLocation(to);
    if (!isSame && (await this.lookup(to)) !== undefined) throw nameTaken(to);
    if (entry.managed) {
      if (isSame) return;
      await this.storage.createFolder(this.schemaFolder(to));
      return this.storage.rename(entry.location, this.managedLocation(to));
    }
    if (isSame) return;
    if ((await this.registerExternal(to, entry.location)) === "exists") throw nameTaken(to);
    await this.storage.delete(this.descriptionPath(entry.identifier, "table"));
  }

  /** Gives a view another name in the same catalog or another. Throws TABLE_OR_VIEW_ALREADY_EXISTS, SCHEMA_NOT_FOUND. */
  async renameView(view: ViewEntry, to: TableIdentifier): Promise<void> {
    refuseSystem(view.identifier);
    await this.requireOwnSchema(to);
    if ((await this.lookup(to)) !== undefined) throw nameTaken(to);
    if ((await this.createView({ ...view, identifier: to }, false)) === "exists") throw nameTaken(to);
    await this.storage.delete(this.descriptionPath(view.identifier, "view"));
  }

  /** Makes the name of an external table stand for another folder. */
  async relocate(entry: TableEntry, location: string): Promise<void> {
    refuseSystem(entry.identifier);
    const content = `${JSON.stringify({ name: entry.identifier.name, location }, undefined, 2)}\n`;
    await this.storage.replace(this.descriptionPath(entry.identifier, "table"), content);
  }

  /** Views and external tables lose their description; a managed table is renamed out of sight first, then deleted. */
  async drop(entry: CatalogEntry): Promise<void> {
    refuseSystem(entry.identifier);
    if (entry.kind === "view") return this.storage.delete(this.descriptionPath(entry.identifier, "view"));
    if (!entry.managed) return this.storage.delete(this.descriptionPath(entry.identifier, "table"));
    const grave = join(
      this.schemaFolder(entry.identifier),
      `_dropped-${Date.now()}-${process.pid}-${folderName(entry.identifier.name)}`,
    );
    await this.storage.rename(entry.location, grave);
    await this.storage.deleteFolder(grave);
  }

  private schemaFolder(schema: SchemaIdentifier): string {
    return join(this.warehouse, folderName(schema.catalog), folderName(schema.schema));
  }

  private descriptionPath(table: TableIdentifier, kind: "view" | "table"): string {
    return join(this.schemaFolder(table), `_${folderName(table.name)}.${kind}.json`);
  }

  private async holdsTable(location: string): Promise<boolean> {
    const log = join(location, "_delta_log");
    // Most logs have one of these; a folder of thousands of commits is not listed for each statement.
    for (const name of [FIRST_COMMIT, "_last_checkpoint"]) {
      if ((await this.storage.stat(join(log, name))) !== undefined) return true;
    }
    // What a killed writer leaves of a commit that never was is no table.
    return (await this.storage.entries(log)).some(({ kind, name }) => kind !== "folder" && !name.startsWith("."));
  }

  private async readDescription(table: TableIdentifier): Promise<CatalogEntry | undefined> {
    const viewPath = this.descriptionPath(table, "view");
    if (await this.storage.stat(viewPath)) {
      const stored = JSON.parse(await this.storage.readText(viewPath)) as Omit<ViewEntry, "kind" | "identifier"> & {
        readonly name: string;
      };
      const { name, ...view } = stored;
      return { kind: "view", identifier: { ...table, name }, ...view };
    }
    const tablePath = this.descriptionPath(table, "table");
    if (!(await this.storage.stat(tablePath))) return undefined;
    const stored = JSON.parse(await this.storage.readText(tablePath)) as {
      readonly name: string;
      readonly location: string;
    };
    return { kind: "table", identifier: { ...table, name: stored.name }, location: stored.location, managed: false };
  }
}

/** What `system.lakeflow` has before its first run, and its views. */
function systemEntry(identifier: TableIdentifier): ViewEntry | undefined {
  const view = systemView(identifier);
  return view && { kind: "view", identifier, columns: [], current: LAKEFLOW, ...view };
}

function nameTaken(table: TableIdentifier): LakeletError {
  return new LakeletError({
    condition: "TABLE_OR_VIEW_ALREADY_EXISTS",
    sqlState: "42P07",
    problem: `Cannot create table or view ${identifierText(table)} because it already exists.`,
    cure: "Choose another name, or drop the existing one first.",
    parameters: { relationName: identifierText(table) },
  });
}

function schemaNotFound(schema: SchemaIdentifier): LakeletError {
  return new LakeletError({
    condition: "SCHEMA_NOT_FOUND",
    sqlState: "42704",
    problem: `The schema ${schema.catalog}.${schema.schema} cannot be found.`,
    cure: `Create it: CREATE SCHEMA ${schema.catalog}.${schema.schema}.`,
  });
}
