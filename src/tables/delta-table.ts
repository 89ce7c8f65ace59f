/** A Delta table as an object: the operations that change it, its history and its details. */
import { nameParts } from "../dataframe/column.js";
import type { DataFrame } from "../dataframe/data-frame.js";
import { literalText } from "../dataframe/literal.js";
import { isLakeletError } from "../errors/lakelet-error.js";
import type { StructType } from "../schema/data-type.js";
import { quoteName, schemaText } from "../schema/type-text.js";
import { type ColumnExpressions, type Expression, expressionText, quotedPath } from "./expression-text.js";
import { MergeBuilder } from "./merge-builder.js";
import { OptimizeBuilder } from "./optimize-builder.js";
import { DeltaTableBuilder } from "./table-builder.js";
import type { TableSession } from "./table-session.js";

export interface UpdateRequest {
  /** Rows to update; all of them where absent. */
  readonly condition?: Expression;
  readonly set: ColumnExpressions;
}

/** What a clone may be told beyond its target. */
export interface CloneOptions {
  /** The clone names the source's files (the default), or has copies of them. */
  readonly shallow?: boolean;
  /** Replaces a table that is there already. */
  readonly replace?: boolean;
  readonly properties?: Readonly<Record<string, string>>;
}

/**
 * @example
 * const orders = DeltaTable.forName(spark, "orders");
 * await orders.update({ condition: "status = 'new'", set: { status: "'seen'" } });
 * await orders.delete("amount < 0");
 */
export class DeltaTable {
  readonly #session: TableSession;
  /** As SQL text names it. */
  readonly #name: string;
  readonly #alias: string | undefined;

  private constructor(session: TableSession, name: string, alias?: string) {
    this.#session = session;
    this.#name = name;
    this.#alias = alias;
  }

  /** The table of that name (`orders`, `main.default.orders`, `` delta.`/lake/orders` ``). It is looked up when something runs. */
  static forName(session: TableSession, name: string): DeltaTable {
    return new DeltaTable(session, quotedPath(name));
  }
  /** The table in that folder. */
  static forPath(session: TableSession, path: string): DeltaTable {
    return new DeltaTable(session, `delta.${quoteName(path)}`);
  }
  /** True if the folder holds a Delta table. */
  static async isDeltaTable(session: TableSession, path: string): Promise<boolean> {
    try {
      await session.sql(`DESCRIBE DETAIL delta.${quoteName(path)}`);
      return true;
    } catch (error) {
      if (isLakeletError(error, "DELTA_TABLE_NOT_FOUND") || isLakeletError(error, "TABLE_OR_VIEW_NOT_FOUND"))
        return false;
      throw error;
    }
  }

  /**
   * Makes a folder of Parquet files a Delta table; the files stay as they are.
   * @param identifier `` parquet.`/path` ``
   * @param partitionSchema the columns that the folders' names hold, as DDL: `"day DATE"`
   */
  static async convertToDelta(
    session: TableSession,
    identifier: string,
    partitionSchema?: string | StructType,
  ): Promise<DeltaTable> {
    const ddl =
      partitionSchema === undefined || typeof partitionSchema === "string"
        ? partitionSchema
        : schemaText(partitionSchema);
    const parts = nameParts(identifier);
    await session.sql(
      `CONVERT TO DELTA ${parts.map(quoteName).join(".")}${ddl === undefined ? "" : ` PARTITIONED BY (${ddl})`}`,
    );
    const [format, path] = parts;
    const isPath = parts.length === 2 && format?.toLowerCase() === "parquet" && path !== undefined;
    return isPath ? DeltaTable.forPath(session, path) : DeltaTable.forName(session, identifier);
  }

  static create(session: TableSession): DeltaTableBuilder<DeltaTable> {
    return new DeltaTableBuilder(session, "CREATE TABLE", (name) => DeltaTable.forName(session, name));
  }
  static createIfNotExists(session: TableSession): DeltaTableBuilder<DeltaTable> {
    return new DeltaTableBuilder(session, "CREATE TABLE IF NOT EXISTS", (name) => DeltaTable.forName(session, name));
  }
  static createOrReplace(session: TableSession): DeltaTableBuilder<DeltaTable> {
    return new DeltaTableBuilder(session, "CREATE OR REPLACE TABLE", (name) => DeltaTable.forName(session, name));
  }
  static replace(session: TableSession): DeltaTableBuilder<DeltaTable> {
    return new DeltaTableBuilder(session, "REPLACE TABLE", (name) => DeltaTable.forName(session, name));
  }

  /** The table under a name that conditions use. */
  as(alias: string): DeltaTable {
    return new DeltaTable(this.#session, this.#name, alias);
  }
  alias(alias: string): DeltaTable {
    return this.as(alias);
  }

  toDF(): DataFrame {
    const rows = this.#session.table(this.#name);
    return this.#alias === undefined ? rows : rows.alias(this.#alias);
  }

  /** A merge of a DataFrame into the table; add clauses, then `execute()`. */
  merge(source: DataFrame, condition: Expression): MergeBuilder {
    const sourceQualifier = qualifierOf(source);
    return new MergeBuilder(this.#session, {
      table: nameParts(this.#name),
      ...(this.#alias === undefined ? {} : { targetAlias: this.#alias }),
      source,
      ...(sourceQualifier === undefined ? {} : { sourceQualifier }),
      condition: expressionText(condition),
      clauses: [],
      withSchemaEvolution: false,
      expectations: [],
    });
  }

  /** Assigns values to columns of the rows that the condition takes. Right-hand sides read the row as it was. */
  async update({ condition, set }: UpdateRequest): Promise<void> {
    const assignments = Object.entries(set).map(([name, value]) => `${quotedPath(name)} = ${expressionText(value)}`);
    await this.#session.sql(`UPDATE ${this.#aliased()} SET ${assignments.join(", ")}${where(condition)}`);
  }

  /** Deletes the rows for which the condition is true; all rows where it is absent. */
  async delete(condition?: Expression): Promise<void> {
    await this.#session.sql(`DELETE FROM ${this.#aliased()}${where(condition)}`);
  }

  /** One row a commit, newest first. */
  history(limit?: number): Promise<DataFrame> {
    return this.#session.sql(`DESCRIBE HISTORY ${this.#name}${limit === undefined ? "" : ` LIMIT ${limit}`}`);
  }

  /** One row: format, id, location, partition columns, number of files, bytes, properties, protocol. */
  detail(): Promise<DataFrame> {
    return this.#session.sql(`DESCRIBE DETAIL ${this.#name}`);
  }

  /** Compaction or z-ordering of the table's files. */
  optimize(): OptimizeBuilder {
    return new OptimizeBuilder(this.#session, this.#name);
  }

  /** Deletes files that no version within the retention needs. @param retentionHours a week where absent */
  vacuum(retentionHours?: number): Promise<DataFrame> {
    return this.#session.sql(
      `VACUUM ${this.#name}${retentionHours === undefined ? "" : ` RETAIN ${retentionHours} HOURS`}`,
    );
  }

  /** Makes a new version that holds what that one held. */
  restoreToVersion(version: number): Promise<DataFrame> {
    return this.#session.sql(`RESTORE TABLE ${this.#name} TO VERSION AS OF ${version}`);
  }
  /** The same by time: `2024-01-15` or `2024-01-15 10:00:00`. */
  restoreToTimestamp(timestamp: string): Promise<DataFrame> {
    return this.#session.sql(`RESTORE TABLE ${this.#name} TO TIMESTAMP AS OF ${literalText(timestamp)}`);
  }

  /** A table with the rows of this one. @param target a name, or `` delta.`/path` `` */
  clone(target: string, options: CloneOptions = {}): Promise<DeltaTable> {
    return this.#clone(target, "", options);
  }
  cloneAtVersion(version: number, target: string, options: CloneOptions = {}): Promise<DeltaTable> {
    return this.#clone(target, ` VERSION AS OF ${version}`, options);
  }
  cloneAtTimestamp(timestamp: string, target: string, options: CloneOptions = {}): Promise<DeltaTable> {
    return this.#clone(target, ` TIMESTAMP AS OF ${literalText(timestamp)}`, options);
  }

  /** Raises the table's protocol to these versions; it is never lowered. */
  async upgradeTableProtocol(readerVersion: number, writerVersion: number): Promise<void> {
    const versions = `'delta.minReaderVersion' = '${readerVersion}', 'delta.minWriterVersion' = '${writerVersion}'`;
    await this.#session.sql(`ALTER TABLE ${this.#name} SET TBLPROPERTIES (${versions})`);
  }
  /** The table may use that feature from then on: `deletionVectors`, `columnMapping` ... */
  async addFeatureSupport(feature: string): Promise<void> {
    await this.#session.sql(`ALTER TABLE ${this.#name} ADD FEATURE ${quoteName(feature)}`);
  }
  async dropFeatureSupport(feature: string, truncateHistory = false): Promise<void> {
    const tail = truncateHistory ? " TRUNCATE HISTORY" : "";
    await this.#session.sql(`ALTER TABLE ${this.#name} DROP FEATURE ${quoteName(feature)}${tail}`);
  }

  /** Refused by name: readers of Delta tables need no manifest. */
  generate(mode: string): Promise<DataFrame> {
    return this.#session.sql(`GENERATE ${mode} FOR TABLE ${this.#name}`);
  }

  /** Writes a checkpoint of the newest version at once, whatever `delta.checkpointInterval` says. */
  checkpoint(): Promise<void> {
    return this.#session.checkpoint(this.#name);
  }

  /** What is wrong with the table's log and files, a row a finding; nothing is changed. */
  verify(options?: Parameters<TableSession["verifyTable"]>[1]): Promise<DataFrame> {
    return this.#session.verifyTable(this.#name, options);
  }

  async #clone(target: string, at: string, { shallow = true, replace = false, properties }: CloneOptions) {
    const entries = Object.entries(properties ?? {}).map(
      ([key, value]) => `${literalText(key)} = ${literalText(value)}`,
    );
    const name = quotedPath(target);
    await this.#session.sql(
      [
        `CREATE ${replace ? "OR REPLACE " : ""}TABLE ${name}`,
        `${shallow ? "SHALLOW" : "DEEP"} CLONE ${this.#name}${at}`,
        ...(entries.length === 0 ? [] : [`TBLPROPERTIES (${entries.join(", ")})`]),
      ].join(" "),
    );
    return DeltaTable.forName(this.#session, target);
  }

  #aliased(): string {
    return this.#alias === undefined ? this.#name : `${this.#name} AS ${quoteName(this.#alias)}`;
  }
}

function where(condition: Expression | undefined): string {
  return condition === undefined ? "" : ` WHERE ${expressionText(condition)}`;
}

/** How the source's columns may be qualified. */
function qualifierOf({ plan }: DataFrame): readonly string[] | undefined {
  if (plan.kind === "alias") return [plan.name];
  return plan.kind === "table" ? plan.name : undefined;
}
