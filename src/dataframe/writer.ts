/** `df.write`: where and how the rows of a DataFrame go. */

import { LakeletError } from "../errors/lakelet-error.js";
import type { Expectation } from "../quality/expectation.js";
import { nameParts } from "./column.js";
import type { Plan } from "./plan.js";
import type { QueryExecutor, WriteRequest, WriteSummary } from "./query-executor.js";
import { refuseWhereReadOnly } from "./read-only.js";
import { refusedMember } from "./refused-member.js";

type OptionValue = string | number | boolean;

/** PySpark's keywords of a write: mode, format, partitionBy, and options. */
export interface WriteOptions {
  readonly mode?: SaveMode;
  readonly format?: string;
  readonly partitionBy?: string | readonly string[];
  readonly clusterBy?: string | readonly string[];
  readonly [option: string]: OptionValue | readonly string[] | undefined;
}

export type SaveMode = "append" | "overwrite" | "error" | "errorifexists" | "ignore" | "default";

/**
 * @example
 * await df.write.format("delta").mode("overwrite").option("replaceWhere", "order_date = '2024-01-15'").saveAsTable("target");
 */
export class DataFrameWriter {
  constructor(
    private readonly plan: Plan,
    private readonly executor: QueryExecutor,
    private readonly settings: {
      readonly format: string;
      readonly mode: WriteRequest["mode"];
      readonly options: Readonly<Record<string, string>>;
      readonly partitionBy: readonly string[];
      readonly clusterBy?: readonly string[];
      readonly expectations: readonly Expectation[];
    } = { format: "delta", mode: "error", options: {}, partitionBy: [], expectations: [] },
  ) {}

  format(format: string): DataFrameWriter {
    return this.with({ format: format.toLowerCase() });
  }
  mode(mode: SaveMode): DataFrameWriter {
    const modes: Readonly<Record<string, WriteRequest["mode"]>> = {
      append: "append",
      overwrite: "overwrite",
      error: "error",
      errorifexists: "error",
      default: "error",
      ignore: "ignore",
    };
    const known = modes[mode.toLowerCase()];
    if (!known) {
      throw new LakeletError({
        condition: "INVALID_SAVE_MODE",
        sqlState: "42000",
        problem: `The save mode "${mode}" is unknown.`,
        cure: 'Use "append", "overwrite", "error" or "ignore".',
      });
    }
    return this.with({ mode: known });
  }
  /**
   * replaceWhere, mergeSchema, overwriteSchema, partitionOverwriteMode, txnAppId, txnVersion, userMetadata; `delta.*` are properties of the table
   * where the write makes it; others are refused by name.
   */
  option(key: string, value: OptionValue): DataFrameWriter {
    return this.with({ options: { ...this.settings.options, [key.toLowerCase()]: String(value) } });
  }
  options(options: Readonly<Record<string, OptionValue>>): DataFrameWriter {
    return Object.entries(options).reduce<DataFrameWriter>((writer, [key, value]) => writer.option(key, value), this);
  }
  /** Columns whose values select the file of a row. */
  partitionBy(...columns: (string | readonly string[])[]): DataFrameWriter {
    return this.with({ partitionBy: columns.flat() as string[] });
  }
  /** Columns, or dotted paths of fields, by which OPTIMIZE lays out the rows of the table that is created. */
  clusterBy(...columns: (string | readonly string[])[]): DataFrameWriter {
    return this.with({ clusterBy: columns.flat() as string[] });
  }
  /** The quality gate of this write: checked on the staged rows before the commit; see `expect` and its relatives. */
  expectations(...expectations: (Expectation | readonly Expectation[])[]): DataFrameWriter {
    return this.with({ expectations: [...this.settings.expectations, ...(expectations.flat() as Expectation[])] });
  }

  /** Columns are matched by name. Creates the table where it is missing. @example df.write.saveAsTable("t", { mode: "append" }) */
  saveAsTable(name: string, keywords?: WriteOptions): Promise<WriteSummary> {
    return this.withKeywords(keywords).execute({ table: nameParts(name) }, false);
  }
  /** Into an existing table, columns matched by position as in Spark. */
  insertInto(name: string, overwrite?: boolean): Promise<WriteSummary> {
    const writer = overwrite === undefined ? this : this.with({ mode: overwrite ? "overwrite" : "append" });
    const mode = writer.settings.mode === "overwrite" ? "overwrite" : "append";
    return writer.with({ mode }).execute({ table: nameParts(name) }, true);
  }
  /** A Delta table by path, or files of another format. */
  save(path: string, keywords?: WriteOptions): Promise<WriteSummary> {
    return this.withKeywords(keywords).execute({ path }, false);
  }
  parquet(path: string, keywords?: WriteOptions): Promise<WriteSummary> {
    return this.format("parquet").save(path, keywords);
  }
  csv(path: string, keywords?: WriteOptions): Promise<WriteSummary> {
    return this.format("csv").save(path, keywords);
  }
  json(path: string, keywords?: WriteOptions): Promise<WriteSummary> {
    return this.format("json").save(path, keywords);
  }
  /** A line a row, of the one column of text. */
  text(path: string, keywords?: WriteOptions): Promise<WriteSummary> {
    return this.format("text").save(path, keywords);
  }
  orc(..._: readonly unknown[]): never {
    throw refusedMember("WRITE_FORMAT", "DataFrameWriter.orc", "Write parquet, csv, json, text or delta.");
  }
  xml(..._: readonly unknown[]): never {
    throw refusedMember("WRITE_FORMAT", "DataFrameWriter.xml", "Write parquet, csv, json, text or delta.");
  }
  jdbc(..._: readonly unknown[]): never {
    throw refusedMember(
      "WRITE_FORMAT",
      "DataFrameWriter.jdbc",
      "Write files, and load them by the database's own tool.",
    );
  }
  bucketBy(..._: readonly unknown[]): never {
    throw refusedMember("BUCKETING", "DataFrameWriter.bucketBy", "Delta tables have no buckets: use clusterBy.");
  }
  sortBy(..._: readonly unknown[]): never {
    throw refusedMember(
      "BUCKETING",
      "DataFrameWriter.sortBy",
      "Delta tables have no buckets: use clusterBy, or orderBy before.",
    );
  }

  private withKeywords(keywords: WriteOptions = {}): DataFrameWriter {
    const { mode, format, partitionBy, clusterBy, ...options } = keywords;
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    let writer = this.options(given as Readonly<Record<string, OptionValue>>);
    if (mode !== undefined) writer = writer.mode(mode);
    if (format !== undefined) writer = writer.format(format);
    if (clusterBy !== undefined) writer = writer.clusterBy(clusterBy);
    return partitionBy === undefined ? writer : writer.partitionBy(partitionBy);
  }

  private with(changes: Partial<DataFrameWriter["settings"]>): DataFrameWriter {
    return new DataFrameWriter(this.plan, this.executor, { ...this.settings, ...changes });
  }
  private execute(target: WriteRequest["target"], byPosition: boolean): Promise<WriteSummary> {
    refuseWhereReadOnly("DataFrame.write");
    return this.executor.write({ plan: this.plan, ...this.settings, target, byPosition });
  }
}
