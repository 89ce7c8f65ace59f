/** The part of DataFrame that runs it: rows, figures about them, and what is printed. Actions are awaited. */
import type { Table } from "apache-arrow";
import type { Row } from "../engine/engine.js";
import type { StructType } from "../schema/data-type.js";
import { typeText } from "../schema/type-text.js";
import { FrameStatistics } from "./frame-statistics.js";
import type { AnyFrame } from "./logical-frame.js";
import { planNode } from "./plan-id.js";
import { sameMeaning } from "./plan-meaning.js";
import { refusedMember } from "./refused-member.js";
import { type RowSchema, typedRows } from "./row-schema.js";
import { schemaTree } from "./schema-tree.js";
import { showText } from "./show.js";

/** PySpark's keywords of `show`. */
export interface ShowKeywords {
  readonly n?: number;
  readonly truncate?: boolean | number;
  readonly vertical?: boolean;
}

export abstract class FrameActions<Frame extends AnyFrame> extends FrameStatistics<Frame> {
  schema(): Promise<StructType> {
    return this.executor.schema(this.plan);
  }
  async columns(): Promise<readonly string[]> {
    return (await this.schema()).fields.map((one) => one.name);
  }
  async dtypes(): Promise<readonly (readonly [string, string])[]> {
    return (await this.schema()).fields.map((one) => [one.name, typeText(one.dataType)] as const);
  }
  /**
   * All rows as objects; of columns with one name the last wins. Values are described at `Engine`. With a schema of zod each row is
   * checked by it, and is of its type.
   * @throws ROW_SCHEMA_MISMATCH for the first row that does not fit.
   * @example const people = await df.collect(z.object({ id: z.bigint(), name: z.string().nullable() }));
   */
  collect(): Promise<readonly Row[]>;
  collect<Typed>(schema: RowSchema<Typed>): Promise<readonly Typed[]>;
  async collect<Typed>(rowSchema?: RowSchema<Typed>): Promise<readonly Row[] | readonly Typed[]> {
    const { schema, rows } = await this.executor.collect(this.plan);
    const names = schema.fields.map((one) => one.name);
    const objects = rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? null])));
    return rowSchema ? typedRows(objects, rowSchema) : objects;
  }
  /** Rows one by one, memory flat. */
  toLocalIterator(): AsyncIterable<Row> {
    return this.executor.stream(this.plan);
  }
  /** Calls the function with each row, one after the other, memory flat; a promise is awaited. */
  async foreach(f: (row: Row) => unknown): Promise<void> {
    for await (const row of this.toLocalIterator()) await f(row);
  }
  /** Calls the function once, with all rows: one machine has one partition. */
  async foreachPartition(f: (rows: AsyncIterable<Row>) => unknown): Promise<void> {
    await f(this.toLocalIterator());
  }
  async count(): Promise<number> {
    const counted = planNode({
      kind: "aggregate",
      input: this.plan,
      grouping: "groupby",
      keys: [],
      aggregates: ["count(1) AS `count`"],
    });
    const { rows } = await this.executor.collect(counted);
    return Number(rows[0]?.[0] ?? 0);
  }
  async take(count: number): Promise<readonly Row[]> {
    const plan = planNode({ kind: "limit", input: this.plan, count, offset: 0 });
    const { schema, rows } = await this.executor.collect(plan);
    const names = schema.fields.map((one) => one.name);
    return rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? null])));
  }
  /** The first row, or the first `count` rows. */
  head(): Promise<Row | undefined>;
  head(count: number): Promise<readonly Row[]>;
  async head(count?: number): Promise<Row | undefined | readonly Row[]> {
    return count === undefined ? (await this.take(1))[0] : this.take(count);
  }
  first(): Promise<Row | undefined> {
    return this.head();
  }
  async tail(count: number): Promise<readonly Row[]> {
    return count > 0 ? (await this.collect()).slice(-count) : [];
  }
  async isEmpty(): Promise<boolean> {
    return (await this.take(1)).length === 0;
  }
  /** The rows as a table of apache-arrow. @example (await df.toArrow()).toArray() */
  async toArrow(): Promise<Table> {
    const { tableFromIPC } = await import("apache-arrow");
    return tableFromIPC(await this.toArrowIpc());
  }
  /** Arrow IPC stream bytes of the rows, for `tableFromIPC` of apache-arrow. */
  toArrowIpc(): Promise<Uint8Array> {
    return this.executor.arrow(this.plan);
  }
  /** @example df.show(), df.show(5, false), df.show(5, { vertical: true }), df.show({ n: 5, truncate: false }) */
  async show(
    count: number | ShowKeywords = 20,
    truncate: boolean | number | ShowKeywords = true,
    vertical = false,
  ): Promise<void> {
    console.log(await this.showString(count, truncate, vertical));
  }
  /** What {@link show} prints, the empty line at its end aside. */
  async showString(
    count: number | ShowKeywords = 20,
    truncate: boolean | number | ShowKeywords = true,
    vertical = false,
  ): Promise<string> {
    if (typeof truncate === "object")
      return this.showString({ ...truncate, n: typeof count === "number" ? count : 20 });
    if (typeof count === "object")
      return this.showString(count.n ?? 20, count.truncate ?? true, count.vertical ?? false);
    const limited = planNode({ kind: "limit", input: this.plan, count: count + 1, offset: 0 });
    const { names, rows } = await this.executor.texts(limited);
    const limit = truncate === true ? 20 : truncate === false ? 0 : truncate;
    return showText(names, rows.slice(0, count), { truncate: limit, vertical, hasMore: rows.length > count });
  }
  /** `level`: how deep nested types are shown. */
  async printSchema(level?: number): Promise<void> {
    console.log(schemaTree(await this.schema(), level));
  }
  async explain(extended: boolean | string = false): Promise<void> {
    const mode = extended === true || extended === "extended" ? "extended" : "simple";
    console.log(await this.executor.explain(this.plan, mode));
  }
  /** URIs of the files that the rows come from. */
  inputFiles(): Promise<readonly string[]> {
    return this.executor.inputFiles(this.plan);
  }
  /** True where both are the same steps over the same sources. */
  sameSemantics(other: Frame): boolean {
    return sameMeaning(this.plan) === sameMeaning(other.plan);
  }
  /** Equal for DataFrames of {@link sameSemantics}. */
  semanticHash(): number {
    let hash = 0;
    for (const letter of sameMeaning(this.plan)) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) | 0;
    return hash;
  }
  /** False: rows are on this machine, but are always read from their source. */
  isLocal(): boolean {
    return false;
  }
  /** False: DataFrames are batches. */
  get isStreaming(): boolean {
    return false;
  }

  toPandas(): never {
    throw refusedMember("PANDAS", "DataFrame.toPandas", "Use toArrow() for columns, or collect() for rows.");
  }
  pandas_api(..._: readonly unknown[]): never {
    throw refusedMember("PANDAS", "DataFrame.pandas_api", "Use the DataFrame's own methods.");
  }
  mapInPandas(..._: readonly unknown[]): never {
    throw refusedMember(
      "PANDAS",
      "DataFrame.mapInPandas",
      "Use a UDF, or spark.createDataFrame over toLocalIterator().",
    );
  }
  mapInArrow(..._: readonly unknown[]): never {
    throw refusedMember(
      "ARROW_UDF",
      "DataFrame.mapInArrow",
      "Use a UDF, or spark.createDataFrame(await df.toArrow()).",
    );
  }
  asTable(): never {
    throw refusedMember(
      "TABLE_ARGUMENT",
      "DataFrame.asTable",
      "Table functions in TypeScript are not there; use a UDF.",
    );
  }
  get rdd(): never {
    throw refusedMember("RDD", "DataFrame.rdd", "Use DataFrame methods, foreach() or toLocalIterator().");
  }
  get plot(): never {
    throw refusedMember("PLOT", "DataFrame.plot", "Use toArrow() or collect() with a library for plots.");
  }
  get executionInfo(): never {
    throw refusedMember("EXECUTION_INFO", "DataFrame.executionInfo", "Use explain().");
  }
  get writeStream(): never {
    throw refusedMember("STREAMING", "DataFrame.writeStream", "Use write: DataFrames here are batches.");
  }
}
