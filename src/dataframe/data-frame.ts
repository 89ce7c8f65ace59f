/** DataFrame: an immutable logical plan with Spark's methods; nothing runs before an action, and actions are awaited. */
import type { Row } from "../engine/engine.js";
import type { StructType } from "../schema/data-type.js";
import { quoteName, typeText } from "../schema/type-text.js";
import { Column, type ColumnOrName, columnText, nameText, type SortColumn } from "./column.js";
import { GroupedData } from "./grouped-data.js";
import { DataFrameNaFunctions, type FillValue } from "./na-functions.js";
import type { Plan } from "./plan.js";
import { type PlanNode, planNode } from "./plan-id.js";
import type { QueryExecutor } from "./query-executor.js";
import { schemaTree } from "./schema-tree.js";
import { showText } from "./show.js";
import { sortText } from "./window.js";
import { DataFrameWriter } from "./writer.js";

export type JoinType = "inner" | "cross" | "left" | "right" | "full" | "left-semi" | "left-anti";

const JOIN_TYPES: Readonly<Record<string, JoinType>> = {
  inner: "inner",
  cross: "cross",
  left: "left",
  leftouter: "left",
  left_outer: "left",
  right: "right",
  rightouter: "right",
  right_outer: "right",
  full: "full",
  outer: "full",
  fullouter: "full",
  full_outer: "full",
  semi: "left-semi",
  leftsemi: "left-semi",
  left_semi: "left-semi",
  anti: "left-anti",
  leftanti: "left-anti",
  left_anti: "left-anti",
};

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
    return this.next({ kind: "drop", input: this.plan, columns: columns.map(columnText) });
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
  orderBy(...keys: (ColumnOrName | SortColumn)[]): DataFrame {
    return this.next({ kind: "sort", input: this.plan, keys: keys.map((key) => ({ text: sortText(key) })) });
  }
  sort(...keys: (ColumnOrName | SortColumn)[]): DataFrame {
    return this.orderBy(...keys);
  }
  sortWithinPartitions(...keys: (ColumnOrName | SortColumn)[]): DataFrame {
    return this.orderBy(...keys);
  }
  limit(count: number): DataFrame {
    return this.next({ kind: "limit", input: this.plan, count, offset: 0 });
  }
  offset(count: number): DataFrame {
    return this.next({ kind: "limit", input: this.plan, count: Number.MAX_SAFE_INTEGER, offset: count });
  }
  /** `sample(fraction, seed?)`, `fraction` from 0 to 1. */
  sample(fraction: number, seed?: number): DataFrame {
    return this.next({
      kind: "sample",
      input: this.plan,
      fraction,
      withReplacement: false,
      ...(seed === undefined ? {} : { seed }),
    });
  }

  // Groups, joins, sets

  groupBy(...keys: (ColumnOrName | readonly ColumnOrName[])[]): GroupedData<DataFrame> {
    return new GroupedData(this.make, this.plan, "groupby", (keys.flat() as ColumnOrName[]).map(projection));
  }
  groupby(...keys: ColumnOrName[]): GroupedData<DataFrame> {
    return this.groupBy(...keys);
  }
  cube(...keys: ColumnOrName[]): GroupedData<DataFrame> {
    return new GroupedData(this.make, this.plan, "cube", keys.map(projection));
  }
  rollup(...keys: ColumnOrName[]): GroupedData<DataFrame> {
    return new GroupedData(this.make, this.plan, "rollup", keys.map(projection));
  }
  agg(...aggregates: Column[]): DataFrame {
    return new GroupedData(this.make, this.plan, "groupby", []).agg(...aggregates);
  }
  /** On a condition, or on names that both sides have (then given once in the result). */
  join(other: DataFrame, on?: Column | string | readonly string[], how = "inner"): DataFrame {
    const type = JOIN_TYPES[how.toLowerCase()] ?? "inner";
    const names = typeof on === "string" ? [on] : on;
    const condition =
      on instanceof Column ? { on: on.text } : names === undefined ? {} : { using: names as readonly string[] };
    return this.next({
      kind: "join",
      left: this.plan,
      right: other.plan,
      type: on === undefined && how === "inner" ? "cross" : type,
      ...condition,
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
  replace(replacements: Readonly<Record<string, FillValue>>, subset?: readonly string[]): DataFrame {
    return this.na.replace(replacements, subset);
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
  async head(): Promise<Row | undefined> {
    return (await this.take(1))[0];
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
  /** Arrow IPC stream bytes of the rows, for `tableFromIPC` of apache-arrow. */
  toArrowIpc(): Promise<Uint8Array> {
    return this.executor.arrow(this.plan);
  }
  async show(count = 20, truncate: boolean | number = true, vertical = false): Promise<void> {
    console.log(await this.showString(count, truncate, vertical));
  }
  /** What {@link show} prints. */
  async showString(count = 20, truncate: boolean | number = true, vertical = false): Promise<string> {
    const { names, rows } = await this.executor.texts(this.limit(count + 1).plan);
    const limit = truncate === true ? 20 : truncate === false ? 0 : truncate;
    const text = showText(names, rows.slice(0, count), { truncate: limit, vertical });
    return rows.length > count ? `${text}\nonly showing top ${count} rows` : text;
  }
  /** Shows the first 1,000 rows in the notebook's cell or the terminal. */
  display(): Promise<void> {
    return this.executor.display(this.limit(1000).plan);
  }
  async printSchema(): Promise<void> {
    console.log(`${schemaTree(await this.schema())}\n`);
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

function projection(column: ColumnOrName): string {
  return typeof column === "string" ? nameText(column) : column.projection;
}
