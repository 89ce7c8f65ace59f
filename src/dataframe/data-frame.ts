/** DataFrame: an immutable logical plan with Spark's methods; nothing runs before an action, and actions are awaited. */
import type { Row } from "../engine/engine.js";
import { Column } from "./column.js";
import { FrameActions } from "./frame-actions.js";
import { MergeIntoWriter } from "./merge-into-writer.js";
import type { Plan } from "./plan.js";
import { type PlanNode, planNode } from "./plan-id.js";
import type { FrameSession } from "./query-executor.js";
import type { RowSchema } from "./row-schema.js";
import { type StorageLevel, storageLevelOf } from "./storage-level.js";
import { TypedFrame } from "./typed-frame.js";
import { DataFrameWriter } from "./writer.js";
import { DataFrameWriterV2 } from "./writer-v2.js";

/**
 * @example
 * const paid = spark.table("orders").filter(col("status").eq("paid")).withColumn("day", to_date("ordered_at"));
 * await paid.write.mode("append").saveAsTable("paid_orders");
 */
export class DataFrame extends FrameActions<DataFrame> {
  protected override readonly make = (node: PlanNode): DataFrame => new DataFrame(planNode(node), this.executor);
  protected override same(): DataFrame {
    return this;
  }

  /** The session that the DataFrame was made by. */
  get sparkSession(): FrameSession {
    return this.executor.session;
  }
  /** Calls a function with this DataFrame, and what is given besides, for chains. */
  transform<Args extends readonly unknown[]>(
    step: (input: DataFrame, ...args: Args) => DataFrame,
    ...args: Args
  ): DataFrame {
    return step(this, ...args);
  }
  /** A name for the DataFrame; or rows of the type of a zod schema: `df.as(z.object({ id: z.bigint() })).collect()`. */
  override as(name: string): DataFrame;
  override as<Typed>(schema: RowSchema<Typed>): TypedFrame<Typed>;
  override as<Typed>(nameOrSchema: string | RowSchema<Typed>): DataFrame | TypedFrame<Typed> {
    return typeof nameOrSchema === "string" ? this.alias(nameOrSchema) : new TypedFrame(this, nameOrSchema);
  }

  get write(): DataFrameWriter {
    return new DataFrameWriter(this.plan, this.executor);
  }
  /** @example await df.writeTo("orders").createOrReplace() */
  writeTo(table: string): DataFrameWriterV2 {
    return new DataFrameWriterV2(this.plan, this.executor, table);
  }
  /** A MERGE of these rows into a table. @example await df.alias("s").mergeInto("orders", expr("orders.id = s.id")).whenMatched().updateAll().merge() */
  mergeInto(table: string, condition: Column | string): MergeIntoWriter {
    return new MergeIntoWriter(
      this.plan,
      this.executor,
      table,
      condition instanceof Column ? condition.text : condition,
    );
  }
  /** Shows the first 1,000 rows in the notebook's cell or the terminal. */
  display(): Promise<void> {
    return this.executor.display(this.plan);
  }

  /** Runs once and keeps the rows in memory (spilled to disk where they do not fit). */
  async cache(): Promise<DataFrame> {
    return new DataFrame(await this.executor.cache(this.plan), this.executor);
  }
  persist(_storageLevel?: StorageLevel): Promise<DataFrame> {
    return this.cache();
  }
  /** Lets the kept rows go; the DataFrame stays usable and runs anew. */
  async unpersist(_blocking?: boolean): Promise<DataFrame> {
    await this.executor.uncache(this.plan);
    return this;
  }
  /** The rows as they are now, kept until the session stops: a DataFrame without the steps that led to them. */
  checkpoint(_eager = true): Promise<DataFrame> {
    return this.cache();
  }
  localCheckpoint(_eager = true): Promise<DataFrame> {
    return this.cache();
  }
  get storageLevel(): StorageLevel {
    return storageLevelOf(this.plan.kind === "cached");
  }

  createOrReplaceTempView(name: string): Promise<void> {
    return this.executor.createTempView(name, this.plan, true);
  }
  createTempView(name: string): Promise<void> {
    return this.executor.createTempView(name, this.plan, false);
  }
  registerTempTable(name: string): Promise<void> {
    return this.createOrReplaceTempView(name);
  }
  /** A view that all sessions of this process see as `global_temp.<name>`. */
  createGlobalTempView(name: string): Promise<void> {
    return this.executor.createTempView(name, this.plan, false, true);
  }
  createOrReplaceGlobalTempView(name: string): Promise<void> {
    return this.executor.createTempView(name, this.plan, true, true);
  }
}

export type { Plan, Row };
