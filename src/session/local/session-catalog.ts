/** `spark.catalog` of a local session: the warehouse's folders, the session's views and functions. */
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { qualify } from "../../catalog/table-identifier.js";
import type { CatalogEntry } from "../../catalog/warehouse-catalog.js";
import { clusteringColumns } from "../../commands/optimize/clustering.js";
import { nameParts } from "../../dataframe/column.js";
import type { DataFrame } from "../../dataframe/data-frame.js";
import { stringLiteral } from "../../dataframe/literal.js";
import type { UserCode, UserDefinedFunction } from "../../dataframe/user-function.js";
import { isLakeletError, LakeletError } from "../../errors/lakelet-error.js";
import type { DataType, StructField, StructType } from "../../schema/data-type.js";
import { quoteName, schemaText, typeText } from "../../schema/type-text.js";
import type { Catalog, CatalogColumn, CatalogFunction, CatalogMetadata, Database, Table } from "../catalog.js";
import type { SparkSession } from "../contract.js";
import type { Runtime } from "./runtime.js";

export class SessionCatalog implements Catalog {
  readonly #cached = new Set<string>();

  constructor(
    private readonly runtime: Runtime,
    private readonly spark: Pick<SparkSession, "sql" | "table" | "udf">,
  ) {}

  currentCatalog(): string {
    return this.runtime.state.current.catalog;
  }
  currentDatabase(): string {
    return this.runtime.state.current.schema;
  }
  async setCurrentDatabase(name: string): Promise<void> {
    await this.spark.sql(`USE SCHEMA ${quoted(name)}`);
  }
  async setCurrentCatalog(name: string): Promise<void> {
    if (!(await this.runtime.catalog.catalogs()).includes(name)) {
      throw new LakeletError({
        condition: "CATALOG_NOT_FOUND",
        sqlState: "42P08",
        problem: `The catalog \`${name}\` not found.`,
        cure: "List them by spark.catalog.listCatalogs().",
        parameters: { catalogName: `\`${name}\`` },
      });
    }
    await this.spark.sql(`USE CATALOG ${quoteName(name)}`);
  }

  async listCatalogs(pattern?: string): Promise<readonly CatalogMetadata[]> {
    const names = await this.runtime.catalog.catalogs();
    return names.filter(fits(pattern)).map((name) => ({ name, description: null }));
  }
  async listDatabases(pattern?: string): Promise<readonly Database[]> {
    const names = await this.runtime.catalog.schemas(this.currentCatalog());
    return Promise.all(names.filter(fits(pattern)).map((name) => this.getDatabase(quoteName(name))));
  }
  async getDatabase(name: string): Promise<Database> {
    const schema = this.#schema(name);
    await this.runtime.catalog.requireSchema(schema);
    const folder = dirname(this.runtime.catalog.managedLocation({ ...schema, name: "t" }));
    const { comment = "" } = await this.runtime.catalog.description(schema);
    const locationUri = pathToFileURL(folder).href;
    return { name: schema.schema, catalog: schema.catalog, description: comment, locationUri };
  }
  async databaseExists(name: string): Promise<boolean> {
    return this.runtime.catalog.schemaExists(this.#schema(name));
  }

  async listTables(database?: string | null, pattern?: string): Promise<readonly Table[]> {
    const schema = database ? this.#schema(database) : this.runtime.state.current;
    await this.runtime.catalog.requireSchema(schema);
    const entries = (await this.runtime.catalog.list(schema)).filter((one) => fits(pattern)(one.identifier.name));
    const temporary = [...this.runtime.tempViews.keys()].filter(fits(pattern)).sort().map(temporaryView);
    return [...(await Promise.all(entries.map((one) => this.#described(one)))), ...temporary];
  }
  async getTable(name: string): Promise<Table> {
    const parts = nameParts(name);
    const [first = ""] = parts;
    if (parts.length === 1 && this.runtime.tempViews.has(first.toLowerCase())) return temporaryView(first);
    return this.#described(await this.runtime.catalog.require(qualify(parts, this.runtime.state.current)));
  }
  async tableExists(name: string, database?: string): Promise<boolean> {
    try {
      await this.getTable(database === undefined ? name : `${database}.${name}`);
      return true;
    } catch (error) {
      if (isLakeletError(error, "TABLE_OR_VIEW_NOT_FOUND") || isLakeletError(error, "SCHEMA_NOT_FOUND")) return false;
      throw error;
    }
  }
  async listColumns(name: string, database?: string): Promise<readonly CatalogColumn[]> {
    const whole = database === undefined ? name : `${database}.${name}`;
    const parts = nameParts(whole);
    const isTemporary = parts.length === 1 && this.runtime.tempViews.has(parts[0]?.toLowerCase() ?? "");
    const entry = isTemporary
      ? undefined
      : await this.runtime.catalog.require(qualify(parts, this.runtime.state.current));
    if (entry?.kind !== "table") return (await this.spark.table(whole).schema()).fields.map((one) => columnOf(one));
    const snapshot = await this.runtime.log(entry.location).snapshot();
    const clustering = ((await clusteringColumns(snapshot)) ?? []).map((path) => path[0]);
    return snapshot.schema.fields.map((one) =>
      columnOf(one, snapshot.metadata.partitionColumns.includes(one.name), clustering.includes(one.name)),
    );
  }

  async listFunctions(_database?: string | null, pattern?: string): Promise<readonly CatalogFunction[]> {
    const shown = await (await this.spark.sql("SHOW FUNCTIONS")).collect();
    const names = new Set([
      ...shown.map((row) => String(Object.values(row)[0])),
      ...this.runtime.userFunctions.registered.keys(),
    ]);
    return [...names]
      .sort()
      .filter(fits(pattern))
      .map((name) => this.#function(name));
  }
  async getFunction(name: string): Promise<CatalogFunction> {
    const found = (await this.listFunctions()).find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (found) return found;
    throw new LakeletError({
      condition: "UNRESOLVED_ROUTINE",
      sqlState: "42883",
      problem: `Cannot resolve routine \`${name}\`.`,
      cure: "List them by spark.catalog.listFunctions().",
      parameters: { routineName: `\`${name}\`` },
    });
  }
  async functionExists(name: string, database?: string): Promise<boolean> {
    const whole = (database === undefined ? name : `${database}.${name}`).toLowerCase();
    const functions = await this.listFunctions();
    return functions.some((one) => one.name.toLowerCase() === whole || one.name.toLowerCase().endsWith(`.${whole}`));
  }

  async createTable(
    name: string,
    { path, source = "delta", schema, description }: Parameters<Catalog["createTable"]>[1] = {},
  ): Promise<DataFrame> {
    const columns = schema === undefined ? "" : ` (${schemaText(schema)})`;
    const location = path === undefined ? "" : ` LOCATION ${stringLiteral(path)}`;
    const comment = description === undefined ? "" : ` COMMENT ${stringLiteral(description)}`;
    await this.spark.sql(`CREATE TABLE ${quoted(name)}${columns} USING ${source}${location}${comment}`);
    return this.spark.table(name);
  }
  createExternalTable(name: string, path?: string, source?: string, schema?: StructType): Promise<DataFrame> {
    return this.createTable(name, {
      ...(path === undefined ? {} : { path }),
      ...(source === undefined ? {} : { source }),
      ...(schema === undefined ? {} : { schema }),
    });
  }

  dropTempView(name: string): Promise<boolean> {
    return Promise.resolve(this.runtime.tempViews.delete(name.toLowerCase()));
  }
  dropGlobalTempView(name: string): Promise<boolean> {
    return Promise.resolve(this.runtime.globalTempViews.delete(name.toLowerCase()));
  }
  async isCached(name: string): Promise<boolean> {
    await this.getTable(name);
    return this.#cached.has(name.toLowerCase());
  }
  async cacheTable(name: string): Promise<void> {
    await this.getTable(name);
    this.#cached.add(name.toLowerCase());
  }
  async uncacheTable(name: string): Promise<void> {
    await this.getTable(name);
    this.#cached.delete(name.toLowerCase());
  }
  clearCache(): Promise<void> {
    this.#cached.clear();
    return Promise.resolve();
  }
  async refreshTable(name: string): Promise<void> {
    await this.getTable(name);
  }
  async recoverPartitions(name: string): Promise<void> {
    await this.getTable(name);
  }
  refreshByPath(_path: string): Promise<void> {
    return Promise.resolve();
  }
  registerFunction(name: string, code: UserCode, returnType?: string | DataType): UserDefinedFunction {
    return this.spark.udf.register(name, code, returnType);
  }

  #schema(name: string) {
    const [first = "", second] = nameParts(name);
    return second === undefined
      ? { catalog: this.currentCatalog(), schema: first }
      : { catalog: first, schema: second };
  }
  async #described(entry: CatalogEntry): Promise<Table> {
    const { catalog, schema, name } = entry.identifier;
    const place = { name, catalog, namespace: [schema], isTemporary: false };
    if (entry.kind === "view") return { ...place, description: entry.comment ?? null, tableType: "VIEW" };
    const { metadata } = await this.runtime.log(entry.location).snapshot();
    return { ...place, description: metadata.description ?? null, tableType: entry.managed ? "MANAGED" : "EXTERNAL" };
  }
  #function(name: string): CatalogFunction {
    const isUser = this.runtime.userFunctions.registered.has(name.toLowerCase());
    return {
      name,
      catalog: null,
      namespace: null,
      description: null,
      className: isUser ? "TypeScript" : "lakelet",
      isTemporary: true,
    };
  }
}

function temporaryView(name: string): Table {
  return { name, catalog: null, namespace: [], description: null, tableType: "TEMPORARY", isTemporary: true };
}

function columnOf(field: StructField, isPartition = false, isCluster = false): CatalogColumn {
  const { comment } = field.metadata;
  return {
    name: field.name,
    description: typeof comment === "string" ? comment : null,
    dataType: typeText(field.dataType),
    nullable: field.nullable,
    isPartition,
    isBucket: false,
    isCluster,
  };
}

function quoted(name: string): string {
  return nameParts(name).map(quoteName).join(".");
}

/** SHOW's patterns: `*` is any text, `|` is or, letter case aside. */
function fits(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  const source = pattern.replace(/[.+?^${}()[\]\\]/g, "\\$&").replaceAll("*", ".*");
  const whole = new RegExp(`^(?:${source})$`, "i");
  return (name) => whole.test(name);
}
