/** Every statement of Spark SQL that lakelet knows, as data: what the statement parser gives and the session executes. */
import type { StructField } from "../schema/data-type.js";
import type { FieldPath } from "../schema/field-path.js";
import type { AlterTableAction } from "./alter-table-action.js";
import type { Expression, Query } from "./ast.js";
import type { CatalogStatement } from "./catalog-statement.js";
import type { MaintenanceStatement } from "./maintenance-statement.js";
import type { DatasetStatement, PipelineStatement } from "./pipeline-statement.js";
import type { RoutineStatement } from "./routine-statement.js";
import type { SessionStatement } from "./session-statement.js";
import type { ViewSchemaMode, ViewStatement } from "./view-statement.js";

export type TableName = readonly string[];

/** Text of an expression as the user wrote it (trimmed), kept for compilation against schemas that are known only later. */
export type SparkText = string;

export interface Assignment {
  /** Target column path, e.g. `["t", "address", "city"]` as written. */
  readonly target: readonly string[];
  readonly value: SparkText;
}

export type MergeAction =
  | { readonly kind: "update"; readonly assignments: readonly Assignment[] }
  | { readonly kind: "update-star" }
  | { readonly kind: "delete" }
  | { readonly kind: "insert"; readonly columns: readonly (readonly string[])[]; readonly values: readonly SparkText[] }
  | { readonly kind: "insert-star" };

export interface MergeClause {
  readonly when: "matched" | "not-matched" | "not-matched-by-source";
  readonly condition?: SparkText;
  readonly action: MergeAction;
}

export interface TableDefinition {
  readonly columns: readonly StructField[];
  /** Source format, lower case: delta (default), parquet, csv, json. */
  readonly provider: string;
  readonly partitionedBy: readonly string[];
  readonly clusterBy: readonly FieldPath[];
  /** CONSTRAINT name CHECK (expression): name to expression. */
  readonly constraints: Readonly<Record<string, SparkText>>;
  readonly location?: string;
  readonly comment?: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
}

export type Statement =
  | { readonly kind: "query"; readonly query: Query }
  | {
      readonly kind: "create-table";
      readonly table: TableName;
      readonly orReplace: boolean;
      readonly replaceOnly: boolean;
      readonly ifNotExists: boolean;
      readonly definition: TableDefinition;
      /** CREATE TABLE ... AS */
      readonly query?: Query;
    }
  | {
      readonly kind: "create-view";
      readonly view: TableName;
      readonly orReplace: boolean;
      readonly ifNotExists: boolean;
      readonly temporary: boolean;
      readonly global: boolean;
      readonly columns: readonly { readonly name: string; readonly comment?: string }[];
      readonly comment?: string;
      readonly properties: Readonly<Record<string, string>>;
      /** WITH SCHEMA; COMPENSATION where absent. */
      readonly schemaMode?: ViewSchemaMode;
      readonly query: Query;
      /** The query's text, which the catalog keeps. */
      readonly queryText: SparkText;
    }
  | {
      readonly kind: "create-schema";
      readonly schema: TableName;
      readonly ifNotExists: boolean;
      readonly comment?: string;
      readonly location?: string;
      readonly properties: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: "drop";
      readonly object: "table" | "view" | "materialized-view" | "schema";
      readonly name: TableName;
      readonly ifExists: boolean;
      readonly cascade: boolean;
    }
  | {
      readonly kind: "insert";
      readonly table: TableName;
      readonly overwrite: boolean;
      readonly withSchemaEvolution: boolean;
      /** INSERT INTO t REPLACE WHERE predicate */
      readonly replaceWhere?: SparkText;
      /** INSERT INTO t REPLACE USING (columns) */
      readonly replaceUsing?: readonly string[];
      /** INSERT INTO t AS target REPLACE ON condition (query) AS source */
      readonly replaceOn?: { readonly condition: SparkText; readonly sourceAlias?: string };
      readonly targetAlias?: string;
      readonly byName: boolean;
      readonly columns?: readonly string[];
      /** PARTITION (a = 1, b): static value text or undefined for a dynamic one. */
      readonly partition?: Readonly<Record<string, SparkText | undefined>>;
      readonly ifNotExists: boolean;
      readonly query: Query;
    }
  | {
      readonly kind: "merge";
      readonly target: TableName;
      readonly targetAlias?: string;
      readonly source: { readonly table: TableName } | { readonly query: Query };
      readonly sourceAlias?: string;
      readonly condition: SparkText;
      readonly clauses: readonly MergeClause[];
      readonly withSchemaEvolution: boolean;
    }
  | {
      readonly kind: "update";
      readonly table: TableName;
      readonly alias?: string;
      readonly assignments: readonly Assignment[];
      readonly condition?: SparkText;
    }
  | { readonly kind: "delete"; readonly table: TableName; readonly alias?: string; readonly condition?: SparkText }
  | { readonly kind: "truncate"; readonly table: TableName }
  | { readonly kind: "describe-history"; readonly table: TableName; readonly limit?: number }
  | { readonly kind: "describe-detail"; readonly table: TableName }
  | { readonly kind: "describe-table"; readonly table: TableName; readonly extended: boolean }
  | { readonly kind: "describe-query"; readonly query: Query }
  | { readonly kind: "show-tables"; readonly schema?: TableName; readonly pattern?: string }
  | { readonly kind: "show-views"; readonly schema?: TableName; readonly pattern?: string }
  | { readonly kind: "show-schemas"; readonly catalog?: string; readonly pattern?: string }
  | { readonly kind: "show-catalogs"; readonly pattern?: string }
  | { readonly kind: "show-columns"; readonly table: TableName }
  | { readonly kind: "show-tblproperties"; readonly table: TableName; readonly key?: string }
  | { readonly kind: "show-create-table"; readonly table: TableName }
  | {
      readonly kind: "show-functions";
      readonly scope: "user" | "system" | "all";
      readonly schema?: TableName;
      readonly pattern?: string;
    }
  | { readonly kind: "use"; readonly object: "catalog" | "schema"; readonly name: TableName }
  | { readonly kind: "set"; readonly key?: string; readonly value?: string }
  | { readonly kind: "reset"; readonly key?: string }
  | {
      readonly kind: "explain";
      readonly mode: "simple" | "extended" | "formatted" | "cost";
      readonly statement: Statement;
      /** Of the statement that is explained. */
      readonly text: string;
    }
  | { readonly kind: "cache" | "refresh"; readonly table: TableName }
  | { readonly kind: "uncache"; readonly table: TableName; readonly ifExists: boolean }
  | {
      readonly kind: "comment-on";
      readonly object: "table" | "schema" | "catalog" | "volume" | "column";
      readonly name: TableName;
      readonly comment: string | null;
    }
  | MaintenanceStatement
  | SessionStatement
  | RoutineStatement
  | ViewStatement
  | CatalogStatement
  | PipelineStatement
  | DatasetStatement
  | { readonly kind: "alter-table"; readonly table: TableName; readonly action: AlterTableAction }
  /** Known Spark/Databricks statements that this version does not run; execution refuses them by name. */
  | { readonly kind: "unsupported"; readonly name: string; readonly alternative?: string };

/** One statement of a text, with where it stands (offsets) and its text. */
export interface ParsedStatement {
  readonly statement: Statement;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export type { AlterTableAction, Expression };
