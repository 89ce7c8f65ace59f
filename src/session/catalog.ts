/** `spark.catalog`: what there is, by PySpark's names. */
import type { DataFrame } from "../dataframe/data-frame.js";
import type { UserCode, UserDefinedFunction } from "../dataframe/user-function.js";
import type { DataType, StructType } from "../schema/data-type.js";

export interface CatalogMetadata {
  readonly name: string;
  readonly description: string | null;
}
export interface Database {
  readonly name: string;
  readonly catalog: string;
  readonly description: string | null;
  readonly locationUri: string;
}
export interface Table {
  readonly name: string;
  /** Null for a temporary view. */
  readonly catalog: string | null;
  /** The schema; empty for a temporary view. */
  readonly namespace: readonly string[];
  readonly description: string | null;
  readonly tableType: "MANAGED" | "EXTERNAL" | "VIEW" | "TEMPORARY";
  readonly isTemporary: boolean;
}
export interface CatalogColumn {
  readonly name: string;
  readonly description: string | null;
  /** Spark DDL. */
  readonly dataType: string;
  readonly nullable: boolean;
  readonly isPartition: boolean;
  readonly isBucket: boolean;
  readonly isCluster: boolean;
}
export interface CatalogFunction {
  readonly name: string;
  readonly catalog: string | null;
  readonly namespace: readonly string[] | null;
  readonly description: string | null;
  readonly className: string;
  readonly isTemporary: boolean;
}

/**
 * What touches the catalog's files is awaited. Patterns are those of SHOW: `*` is any text, `|` is or.
 * @example
 * for (const table of await spark.catalog.listTables("default")) console.log(table.name, table.tableType);
 */
export interface Catalog {
  currentCatalog(): string;
  currentDatabase(): string;
  /** Throws SCHEMA_NOT_FOUND. */
  setCurrentDatabase(name: string): Promise<void>;
  setCurrentCatalog(name: string): Promise<void>;
  listCatalogs(pattern?: string): Promise<readonly CatalogMetadata[]>;
  listDatabases(pattern?: string): Promise<readonly Database[]>;
  /** Throws SCHEMA_NOT_FOUND. */
  getDatabase(name: string): Promise<Database>;
  databaseExists(name: string): Promise<boolean>;
  /** Tables and views of a schema (the current one where none is named), and temporary views. */
  listTables(database?: string | null, pattern?: string): Promise<readonly Table[]>;
  /** Throws TABLE_OR_VIEW_NOT_FOUND. */
  getTable(name: string): Promise<Table>;
  tableExists(name: string, database?: string): Promise<boolean>;
  listColumns(name: string, database?: string): Promise<readonly CatalogColumn[]>;
  listFunctions(database?: string | null, pattern?: string): Promise<readonly CatalogFunction[]>;
  /** Throws UNRESOLVED_ROUTINE. */
  getFunction(name: string): Promise<CatalogFunction>;
  functionExists(name: string, database?: string): Promise<boolean>;
  /** An empty Delta table; `path` makes it an external one, whose schema is that of the table there where none is given. */
  createTable(
    name: string,
    options?: {
      readonly path?: string;
      readonly source?: string;
      readonly schema?: StructType;
      readonly description?: string;
    },
  ): Promise<DataFrame>;
  createExternalTable(name: string, path?: string, source?: string, schema?: StructType): Promise<DataFrame>;
  /** True where there was one. */
  dropTempView(name: string): Promise<boolean>;
  dropGlobalTempView(name: string): Promise<boolean>;
  /** Whether {@link Catalog.cacheTable} was called for it. */
  isCached(name: string): Promise<boolean>;
  /** Only remembered for {@link Catalog.isCached}: tables are read afresh each time. `df.cache()` keeps rows. */
  cacheTable(name: string): Promise<void>;
  uncacheTable(name: string): Promise<void>;
  clearCache(): Promise<void>;
  /** Tables are read afresh each time: these only check that there is such a table. */
  refreshTable(name: string): Promise<void>;
  recoverPartitions(name: string): Promise<void>;
  refreshByPath(path: string): Promise<void>;
  /** As `spark.udf.register`. */
  registerFunction(name: string, code: UserCode, returnType?: string | DataType): UserDefinedFunction;
}

/** `spark.udf`. */
export interface UDFRegistration {
  /**
   * Makes a function callable by name in Spark SQL; one of Spark's own of that name is hidden by it.
   * @example
   * spark.udf.register("plus_one", (x: bigint | null) => (x === null ? null : x + 1n), "bigint");
   * await spark.sql("SELECT plus_one(id) FROM range(3)");
   */
  register(name: string, code: UserCode | UserDefinedFunction, returnType?: string | DataType): UserDefinedFunction;
}
