/** The builder of a table: CREATE TABLE by methods, as in PySpark's DeltaTableBuilder. */
import { literalText } from "../dataframe/literal.js";
import { LakeletError } from "../errors/lakelet-error.js";
import type { DataType, StructType } from "../schema/data-type.js";
import { quoteName, typeText } from "../schema/type-text.js";
import { quotedPath } from "./expression-text.js";
import type { TableSession } from "./table-session.js";

export interface ColumnOptions {
  /** True by default. */
  readonly nullable?: boolean;
  readonly comment?: string;
  /** Spark text: the column's value is always that of the expression. */
  readonly generatedAlwaysAs?: string;
  readonly generatedAlwaysAsIdentity?: IdentityOptions;
  /** As IDENTITY, but a value may be given. */
  readonly generatedByDefaultAsIdentity?: IdentityOptions;
  /** Spark text of the value of rows that give none. */
  readonly default?: string;
}

/** Both 1 by default. */
export interface IdentityOptions {
  readonly start?: number;
  readonly step?: number;
}

export type CreateVerb = "CREATE TABLE" | "CREATE TABLE IF NOT EXISTS" | "CREATE OR REPLACE TABLE" | "REPLACE TABLE";

interface TableDraft {
  readonly name?: string;
  readonly location?: string;
  readonly comment?: string;
  readonly columns: readonly string[];
  readonly partitionedBy: readonly string[];
  readonly clusterBy: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
}

/**
 * Made by `DeltaTable.create` and its like. Each method gives a new builder; nothing runs before `execute()`.
 * @example
 * await DeltaTable.createIfNotExists(spark)
 *   .tableName("orders")
 *   .addColumn("id", "BIGINT", { nullable: false })
 *   .addColumn("day", "DATE")
 *   .partitionedBy("day")
 *   .execute();
 */
export class DeltaTableBuilder<Table> {
  readonly #session: TableSession;
  readonly #verb: CreateVerb;
  readonly #open: (name: string) => Table;
  readonly #draft: TableDraft;

  constructor(
    session: TableSession,
    verb: CreateVerb,
    open: (name: string) => Table,
    draft: TableDraft = { columns: [], partitionedBy: [], clusterBy: [], properties: {} },
  ) {
    this.#session = session;
    this.#verb = verb;
    this.#open = open;
    this.#draft = draft;
  }

  tableName(name: string): DeltaTableBuilder<Table> {
    return this.#with({ name });
  }
  /** The table's folder; with no table name the table is one by path. */
  location(location: string): DeltaTableBuilder<Table> {
    return this.#with({ location });
  }
  comment(comment: string): DeltaTableBuilder<Table> {
    return this.#with({ comment });
  }
  /** The type as Spark DDL (`"BIGINT"`, `"struct<a:int>"`) or as a data type. */
  addColumn(name: string, type: string | DataType, options: ColumnOptions = {}): DeltaTableBuilder<Table> {
    const { nullable = true, comment } = options;
    const column = [
      quoteName(name),
      typeof type === "string" ? type : typeText(type),
      ...(nullable ? [] : ["NOT NULL"]),
      ...valueClauses(options),
      ...(comment === undefined ? [] : [`COMMENT ${literalText(comment)}`]),
    ].join(" ");
    return this.#with({ columns: [...this.#draft.columns, column] });
  }
  addColumns(schema: StructType): DeltaTableBuilder<Table> {
    return schema.fields.reduce<DeltaTableBuilder<Table>>((builder, { name, dataType, nullable, metadata }) => {
      const { comment } = metadata;
      return builder.addColumn(name, dataType, { nullable, ...(typeof comment === "string" ? { comment } : {}) });
    }, this);
  }
  partitionedBy(...columns: readonly string[]): DeltaTableBuilder<Table> {
    return this.#with({ partitionedBy: [...this.#draft.partitionedBy, ...columns] });
  }
  /** Columns, or dotted paths of fields, by which OPTIMIZE lays out the rows. */
  clusterBy(...columns: readonly string[]): DeltaTableBuilder<Table> {
    return this.#with({ clusterBy: [...this.#draft.clusterBy, ...columns] });
  }
  property(key: string, value: string): DeltaTableBuilder<Table> {
    return this.#with({ properties: { ...this.#draft.properties, [key]: value } });
  }

  /** Creates the table and gives it. Throws DELTA_TABLE_ALREADY_EXISTS and what an invalid definition raises. */
  async execute(): Promise<Table> {
    const name = this.#name();
    await this.#session.sql(this.#text(name));
    return this.#open(name);
  }

  #name(): string {
    const { name, location } = this.#draft;
    if (name !== undefined) return quotedPath(name);
    if (location !== undefined) return `delta.${quoteName(location)}`;
    throw new LakeletError({
      condition: "DELTA_MISSING_TABLE_NAME",
      sqlState: "42601",
      problem: "The table to create has neither a name nor a location.",
      cure: "Call tableName(...) or location(...) on the builder.",
    });
  }

  #text(name: string): string {
    const { columns, partitionedBy, clusterBy, properties, comment, location } = this.#draft;
    const entries = Object.entries(properties).map(([key, value]) => `${literalText(key)} = ${literalText(value)}`);
    const isNamed = this.#draft.name !== undefined;
    return [
      `${this.#verb} ${name}`,
      columns.length === 0 ? "" : `(${columns.join(", ")})`,
      "USING DELTA",
      partitionedBy.length === 0 ? "" : `PARTITIONED BY (${partitionedBy.map(quoteName).join(", ")})`,
      clusterBy.length === 0 ? "" : `CLUSTER BY (${clusterBy.map(quotedPath).join(", ")})`,
      isNamed && location !== undefined ? `LOCATION ${literalText(location)}` : "",
      comment === undefined ? "" : `COMMENT ${literalText(comment)}`,
      entries.length === 0 ? "" : `TBLPROPERTIES (${entries.join(", ")})`,
    ]
      .filter((part) => part !== "")
      .join(" ");
  }

  #with(change: Partial<TableDraft>): DeltaTableBuilder<Table> {
    return new DeltaTableBuilder(this.#session, this.#verb, this.#open, { ...this.#draft, ...change });
  }
}

/** Where the column's values come from when a row gives none. */
function valueClauses({
  generatedAlwaysAs,
  generatedAlwaysAsIdentity,
  generatedByDefaultAsIdentity,
  default: fallback,
}: ColumnOptions): readonly string[] {
  const identity = (how: string, { start = 1, step = 1 }: IdentityOptions) =>
    `GENERATED ${how} AS IDENTITY (START WITH ${start} INCREMENT BY ${step})`;
  return [
    ...(generatedAlwaysAs === undefined ? [] : [`GENERATED ALWAYS AS (${generatedAlwaysAs})`]),
    ...(generatedAlwaysAsIdentity === undefined ? [] : [identity("ALWAYS", generatedAlwaysAsIdentity)]),
    ...(generatedByDefaultAsIdentity === undefined ? [] : [identity("BY DEFAULT", generatedByDefaultAsIdentity)]),
    ...(fallback === undefined ? [] : [`DEFAULT ${fallback}`]),
  ];
}
