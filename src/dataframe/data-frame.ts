/** DataFrame: an immutable logical plan with Spark's methods; nothing runs before an action, and actions are awaited. */
import type { Table } from "apache-arrow";
import type { Row } from "../engine/engine.js";
import type { StructType } from "../schema/data-type.js";
import { quoteName, typeText } from "../schema/type-text.js";
import { Column, type ColumnOrName, nameText, projection } from "./column.js";
import { GroupedData } from "./grouped-data.js";
import { joinType } from "./join-type.js";
import { DataFrameNaFunctions, type FillValue, type ReplaceInput, type ReplaceValue } from "./na-functions.js";
import type { Plan } from "./plan.js";
import { type PlanNode, planNode } from "./plan-id.js";
import type { QueryExecutor } from "./query-executor.js";
import { type SampleOptions, sampleNode, splitNodes } from "./sample.js";
import { schemaTree } from "./schema-tree.js";
import { showText } from "./show.js";
import { type SortInput, sortKeys } from "./sort-keys.js";
import { DataFrameStatFunctions } from "./stat-functions.js";
import { unpivotNode } from "./unpivot.js";
import { DataFrameWriter } from "./writer.js";
import { DataFrameWriterV2 } from "./writer-v2.js";

const SUMMARY_STATISTICS = ["count", "mean", "stddev", "min", "25%", "50%", "75%", "max"];

/**
 * @example
 * const paid = spark.table("orders").filter(col("status").eq("paid")).withColumn("day", to_date("ordered_at"));
 * await paid.write.mode("append").saveAsTable("paid_orders");
 */
export class DataFrame {
  /** Built by a session. */
  constructor(
    readonly plan: Plan,
    readonly executor: QueryExecutor,
  ) {}

  // Columns

  /** A column of this very DataFrame: unambiguous after a join with another one. */
  col(name: string): Column {
    return new Column(`${quoteName(`#${this.plan.id}`)}.${nameText(name)}`);
  }
  select(...columns: (ColumnOrName | readonly ColumnOrName[])[]): DataFrame {
    const list = columns.flat() as ColumnOrName[];
    return this.next({ kind: "project", input: this.plan, expressions: list.map(projection) });
  }
  /** Spark SQL expressions: `selectExpr("id", "amount * 2 AS double_amount")`. */
  selectExpr(...expressions: string[]): DataFrame {
    return this.next({ kind: "project", input: this.plan, expressions });
  }
  withColumn(name: string, column: Column): DataFrame {
    return this.withColumns({ [name]: column });
  }
  withColumns(columns: Readonly<Record<string, Column>>): DataFrame {
    const list = Object.entries(columns).map(([name, column]) => ({ name, expression: column.text }));
    return this.next({ kind: "with-columns", input: this.plan, columns: list });
  }
  withColumnRenamed(existing: string, name: string): DataFrame {
    return this.withColumnsRenamed({ [existing]: name });
  }
  withColumnsRenamed(names: Readonly<Record<string, string>>): DataFrame {
    return this.next({ kind: "rename", input: this.plan, names });
  }
  toDF(...names: string[]): DataFrame {
    return this.next({ kind: "to-names", input: this.plan, names });
  }
  drop(...columns: ColumnOrName[]): DataFrame {
    const texts = columns.map((one) => (typeof one === "string" ? quoteName(one) : one.text));
    return this.next({ kind: "drop", input: this.plan, columns: texts });
  }

  // Rows

  /** A Column, or Spark SQL text. */
  filter(condition: Column | string): DataFrame {
    const text = typeof condition === "string" ? condition : condition.text;
    return this.next({ kind: "filter", input: this.plan, condition: text });
  }
  where(condition: Column | string): DataFrame {
    return this.filter(condition);
  }
  distinct(): DataFrame {
    return this.next({ kind: "distinct", input: this.plan });
  }
  dropDuplicates(columns?: readonly string[]): DataFrame {
    return this.next({ kind: "distinct", input: this.plan, ...(columns ? { columns } : {}) });
  }
  drop_duplicates(columns?: readonly string[]): DataFrame {
    return this.dropDuplicates(columns);
  }
  /** Nulls first ascending, last descending. @example df.orderBy("city", col("age").desc()), df.orderBy("a", { ascending: false }) */
  orderBy(...keys: SortInput[]): DataFrame {
    return this.next({ kind: "sort", input: this.plan, keys: sortKeys(keys) });
  }
  sort(...keys: SortInput[]): DataFrame {
    return this.orderBy(...keys);
  }
  sortWithinPartitions(...keys: SortInput[]): DataFrame {
    return this.orderBy(...keys);
  }
  limit(count: number): DataFrame {
    return this.next({ kind: "limit", input: this.plan, count, offset: 0 });
  }
  offset(count: number): DataFrame {
    return this.next({ kind: "limit", input: this.plan, count: Number.MAX_SAFE_INTEGER, offset: count });
  }
  /** Each row with the chance `fraction`, 0 to 1; the same rows from the same seed. @example df.sample(0.1, 42) */
  sample(fraction: number | SampleOptions, seed?: number): DataFrame {
    return this.next(sampleNode(this.plan, typeof fraction === "number" ? { fraction, seed } : fraction));
  }
  /** The rows in parts of about these weights, each row in one of them. @example df.randomSplit([0.8, 0.2], 42) */
  randomSplit(weights: readonly number[], seed?: number): readonly DataFrame[] {
    return splitNodes(this.plan, weights, seed).map((node) => this.next(node));
  }

  // Groups, joins, sets

  /** Columns, names, or positions from 1. */
  groupBy(...keys: (ColumnOrName | number | readonly ColumnOrName[])[]): GroupedData<DataFrame> {
    return this.grouped("groupby", keys);
  }
  groupby(...keys: (ColumnOrName | number | readonly ColumnOrName[])[]): GroupedData<DataFrame> {
    return this.groupBy(...keys);
  }
  cube(...keys: (ColumnOrName | readonly ColumnOrName[])[]): GroupedData<DataFrame> {
    return this.grouped("cube", keys);
  }
  rollup(...keys: (ColumnOrName | readonly ColumnOrName[])[]): GroupedData<DataFrame> {
    return this.grouped("rollup", keys);
  }
  agg(...aggregates: readonly Column[] | readonly [Readonly<Record<string, string>>]): DataFrame {
    return this.grouped("groupby", []).agg(...aggregates);
  }
  /**
   * On a condition (or several, all of which must hold), or on names that both sides have (then given once in the result).
   * `how`: inner, cross, left, right, full (outer), semi, anti and Spark's longer spellings.
   * @example orders.join(people, orders.col("person_id").eq(people.col("id")), "left")
   */
  join(
    other: DataFrame,
    on?: Column | string | readonly string[] | readonly Column[] | null,
    how = "inner",
  ): DataFrame {
    const type = joinType(how);
    const list = on === undefined || on === null ? [] : ([on].flat() as readonly (Column | string)[]);
    const conditions = list.flatMap((one) => (one instanceof Column ? [one.text] : []));
    const using = list.flatMap((one) => (typeof one === "string" ? [one] : []));
    return this.next({
      kind: "join",
      left: this.plan,
      right: other.plan,
      type: type === "inner" && list.length === 0 ? "cross" : type,
      ...(conditions.length > 0 ? { on: conditions.join(" AND ") } : {}),
      ...(using.length > 0 ? { using } : {}),
    });
  }
  crossJoin(other: DataFrame): DataFrame {
    return this.next({ kind: "join", left: this.plan, right: other.plan, type: "cross" });
  }
  /** By position, duplicates kept: Spark's `union`. */
  union(other: DataFrame): DataFrame {
    return this.set(other, "union", true);
  }
  unionAll(other: DataFrame): DataFrame {
    return this.union(other);
  }
  unionByName(other: DataFrame, allowMissingColumns = false): DataFrame {
    return this.set(other, "union", true, true, allowMissingColumns);
  }
  intersect(other: DataFrame): DataFrame {
    return this.set(other, "intersect", false);
  }
  intersectAll(other: DataFrame): DataFrame {
    return this.set(other, "intersect", true);
  }
  subtract(other: DataFrame): DataFrame {
    return this.set(other, "except", false);
  }
  exceptAll(other: DataFrame): DataFrame {
    return this.set(other, "except", true);
  }

  // Names, layout, nulls

  alias(name: string): DataFrame {
    return this.next({ kind: "alias", input: this.plan, name });
  }
  as(name: string): DataFrame {
    return this.alias(name);
  }
  /** Accepted for Spark's sake: one machine has no partitions to spread rows over. */
  repartition(..._: (number | ColumnOrName)[]): DataFrame {
    return this;
  }
  /** Accepted for Spark's sake, as {@link repartition}. */
  coalesce(_: number): DataFrame {
    return this;
  }
  /** Accepted for Spark's sake: the engine plans its joins itself. */
  hint(_name: string, ..._: (string | number)[]): DataFrame {
    return this;
  }
  /** Columns as rows of name and value. @example df.unpivot("id", ["a", "b"], "variable", "value") */
  unpivot(
    ids: ColumnOrName | readonly ColumnOrName[],
    values: ColumnOrName | readonly ColumnOrName[],
    variableColumnName: string,
    valueColumnName: string,
  ): DataFrame {
    return this.next(unpivotNode(this.plan, ids, values, [variableColumnName, valueColumnName]));
  }
  /** Calls a function with this DataFrame, for chains. */
  transform(step: (input: DataFrame) => DataFrame): DataFrame {
    return step(this);
  }
  get na(): DataFrameNaFunctions<DataFrame> {
    return new DataFrameNaFunctions(this.make, this.plan);
  }
  fillna(value: FillValue | Readonly<Record<string, FillValue>>, subset?: readonly string[]): DataFrame {
    return this.na.fill(value, subset);
  }
  dropna(how: "any" | "all" = "any", thresh?: number, subset?: readonly string[]): DataFrame {
    return this.na.drop(how, thresh, subset);
  }
  /** As `df.na.replace`. */
  replace(to: ReplaceInput, value?: ReplaceValue, subset?: readonly string[]): DataFrame {
    return this.na.replace(to, value, subset);
  }
  get stat(): DataFrameStatFunctions {
    return new DataFrameStatFunctions(this.plan, this.executor);
  }
  approxQuantile(
    column: string,
    probabilities: readonly number[],
    relativeError: number,
  ): Promise<readonly (number | null)[]> {
    return this.stat.approxQuantile(column, probabilities, relativeError);
  }
  describe(...columns: string[]): DataFrame {
    return this.next({
      kind: "describe",
      input: this.plan,
      columns,
      statistics: ["count", "mean", "stddev", "min", "max"],
    });
  }
  summary(...statistics: string[]): DataFrame {
    return this.next({
      kind: "describe",
      input: this.plan,
      columns: [],
      statistics: statistics.length > 0 ? statistics : SUMMARY_STATISTICS,
    });
  }

  // Actions

  get write(): DataFrameWriter {
    return new DataFrameWriter(this.plan, this.executor);
  }
  /** @example await df.writeTo("orders").createOrReplace() */
  writeTo(table: string): DataFrameWriterV2 {
    return new DataFrameWriterV2(this.plan, this.executor, table);
  }
  schema(): Promise<StructType> {
    return this.executor.schema(this.plan);
  }
  async columns(): Promise<readonly string[]> {
    return (await this.schema()).fields.map((one) => one.name);
  }
  async dtypes(): Promise<readonly (readonly [string, string])[]> {
    return (await this.schema()).fields.map((one) => [one.name, typeText(one.dataType)] as const);
  }
  /** All rows as objects; of columns with one name the last wins. Values are described at `Engine`. */
  async collect(): Promise<readonly Row[]> {
    const { schema, rows } = await this.executor.collect(this.plan);
    const names = schema.fields.map((one) => one.name);
    return rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? null])));
  }
  /** Rows one by one, memory flat. */
  toLocalIterator(): AsyncIterable<Row> {
    return this.executor.stream(this.plan);
  }
  async count(): Promise<number> {
    const counted = this.next({
      kind: "aggregate",
      input: this.plan,
      grouping: "groupby",
      keys: [],
      aggregates: ["count(1) AS `count`"],
    });
    const { rows } = await this.executor.collect(counted.plan);
    return Number(rows[0]?.[0] ?? 0);
  }
  async take(count: number): Promise<readonly Row[]> {
    return this.limit(count).collect();
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
    return (await this.collect()).slice(-count);
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
  async show(count = 20, truncate: boolean | number = true, vertical = false): Promise<void> {
    console.log(await this.showString(count, truncate, vertical));
  }
  /** What {@link show} prints, the empty line at its end aside. */
  async showString(count = 20, truncate: boolean | number = true, vertical = false): Promise<string> {
    const { names, rows } = await this.executor.texts(this.limit(count + 1).plan);
    const limit = truncate === true ? 20 : truncate === false ? 0 : truncate;
    return showText(names, rows.slice(0, count), { truncate: limit, vertical, hasMore: rows.length > count });
  }
  /** Shows the first 1,000 rows in the notebook's cell or the terminal. */
  display(): Promise<void> {
    return this.executor.display(this.plan);
  }
  /** `level`: how deep nested types are shown. */
  async printSchema(level?: number): Promise<void> {
    console.log(schemaTree(await this.schema(), level));
  }
  async explain(extended: boolean | string = false): Promise<void> {
    const mode = extended === true || extended === "extended" ? "extended" : "simple";
    console.log(await this.executor.explain(this.plan, mode));
  }
  /** Runs once and keeps the rows in memory (spilled to disk where they do not fit). */
  async cache(): Promise<DataFrame> {
    return new DataFrame(await this.executor.cache(this.plan), this.executor);
  }
  persist(): Promise<DataFrame> {
    return this.cache();
  }
  /** Lets the kept rows go; the DataFrame stays usable and runs anew. */
  async unpersist(): Promise<DataFrame> {
    await this.executor.uncache(this.plan);
    return this;
  }
  createOrReplaceTempView(name: string): Promise<void> {
    return this.executor.createTempView(name, this.plan, true);
  }
  createTempView(name: string): Promise<void> {
    return this.executor.createTempView(name, this.plan, false);
  }

  private readonly make = (node: PlanNode): DataFrame => new DataFrame(planNode(node), this.executor);
  private next(node: PlanNode): DataFrame {
    return this.make(node);
  }
  private grouped(
    grouping: "groupby" | "cube" | "rollup",
    keys: readonly (ColumnOrName | number | readonly ColumnOrName[])[],
  ): GroupedData<DataFrame> {
    const list = keys.flat() as (ColumnOrName | number)[];
    const texts = list.map((key) => (typeof key === "number" ? String(key) : projection(key)));
    return new GroupedData(this.make, this.plan, grouping, texts);
  }
  private set(
    other: DataFrame,
    operator: "union" | "intersect" | "except",
    all: boolean,
    byName = false,
    missing = false,
  ): DataFrame {
    return this.next({
      kind: "set",
      operator,
      all,
      byName,
      allowMissingColumns: missing,
      left: this.plan,
      right: other.plan,
    });
  }
}
