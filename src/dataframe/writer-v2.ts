/** `df.writeTo(table)`: Spark's second writer, with a method for each kind of write. */

import type { Expectation } from "../quality/expectation.js";
import type { Column } from "./column.js";
import { nameParts } from "./column.js";
import type { Plan } from "./plan.js";
import type { QueryExecutor, WriteRequest, WriteSummary } from "./query-executor.js";
import { refuseWhereReadOnly } from "./read-only.js";

type OptionValue = string | number | boolean;
type Settings = Omit<WriteRequest, "plan" | "target" | "mode" | "byPosition">;

/**
 * Columns are matched by name. Each method of the first half gives a new writer, each of the second half runs the write.
 * @example
 * await df.writeTo("main.default.orders").partitionedBy("day").createOrReplace();
 * await df.writeTo("orders").overwrite("day = '2024-01-15'");
 */
export class DataFrameWriterV2 {
  readonly #plan: Plan;
  readonly #executor: QueryExecutor;
  readonly #table: string;
  readonly #settings: Settings;

  constructor(
    plan: Plan,
    executor: QueryExecutor,
    table: string,
    settings: Settings = { format: "delta", options: {}, partitionBy: [] },
  ) {
    this.#plan = plan;
    this.#executor = executor;
    this.#table = table;
    this.#settings = settings;
  }

  /** The table's format; only delta is one. */
  using(provider: string): DataFrameWriterV2 {
    return this.#with({ format: provider.toLowerCase() });
  }
  /** mergeSchema, txnAppId, txnVersion, userMetadata; others are refused by name. */
  option(key: string, value: OptionValue): DataFrameWriterV2 {
    return this.#with({ options: { ...this.#settings.options, [key.toLowerCase()]: String(value) } });
  }
  options(options: Readonly<Record<string, OptionValue>>): DataFrameWriterV2 {
    return Object.entries(options).reduce<DataFrameWriterV2>((writer, [key, value]) => writer.option(key, value), this);
  }
  /** A property of the table that is created or replaced: `delta.enableChangeDataFeed`. */
  tableProperty(key: string, value: string): DataFrameWriterV2 {
    return this.#with({ tableProperties: { ...this.#settings.tableProperties, [key]: value } });
  }
  partitionedBy(...columns: readonly (string | readonly string[])[]): DataFrameWriterV2 {
    return this.#with({ partitionBy: columns.flat() });
  }
  clusterBy(...columns: readonly (string | readonly string[])[]): DataFrameWriterV2 {
    return this.#with({ clusterBy: columns.flat() });
  }
  /** The quality gate of this write. */
  expectations(...expectations: (Expectation | readonly Expectation[])[]): DataFrameWriterV2 {
    const added = expectations.flat() as Expectation[];
    return this.#with({ expectations: [...(this.#settings.expectations ?? []), ...added] });
  }

  /** Throws TABLE_OR_VIEW_ALREADY_EXISTS. */
  create(): Promise<WriteSummary> {
    return this.#write("create");
  }
  /** Throws TABLE_OR_VIEW_NOT_FOUND where there is nothing to replace. */
  replace(): Promise<WriteSummary> {
    return this.#write("replace");
  }
  createOrReplace(): Promise<WriteSummary> {
    return this.#write("create-or-replace");
  }
  /** Throws TABLE_OR_VIEW_NOT_FOUND. */
  append(): Promise<WriteSummary> {
    return this.#write("append");
  }
  /** Replaces the rows for which the condition is true; the new rows must fulfil it. */
  overwrite(condition: string | Column): Promise<WriteSummary> {
    const text = typeof condition === "string" ? condition : condition.text;
    return this.option("replaceWhere", text).#write("overwrite");
  }
  /** Replaces the partitions that the new rows fall into. */
  overwritePartitions(): Promise<WriteSummary> {
    return this.option("partitionOverwriteMode", "dynamic").#write("overwrite");
  }

  #write(mode: WriteRequest["mode"]): Promise<WriteSummary> {
    const target = { table: nameParts(this.#table) };
    refuseWhereReadOnly("DataFrame.writeTo");
    return this.#executor.write({
      plan: this.#plan,
      ...this.#settings,
      mode,
      target,
      byPosition: false,
      writeTo: true,
    });
  }
  #with(changes: Partial<Settings>): DataFrameWriterV2 {
    return new DataFrameWriterV2(this.#plan, this.#executor, this.#table, { ...this.#settings, ...changes });
  }
}
