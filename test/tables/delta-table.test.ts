import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { col, expr } from "../../src/dataframe/functions/basics.js";
import { field, LONG, STRING, struct } from "../../src/schema/data-type.js";
import { createLocalSession, type LocalSession } from "../../src/session/local-session.js";
import { DeltaTable } from "../../src/tables/delta-table.js";

let spark: LocalSession;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lakelet-tables-"));
  spark = await createLocalSession({ warehouse: join(folder, "lake"), threads: 2 });
});
afterAll(async () => {
  await spark.stop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await spark.sql(
    "CREATE OR REPLACE TABLE orders AS SELECT * FROM VALUES (1, 'new', 10), (2, 'paid', 20) AS v(id, status, amount)",
  );
});

const rows = async (table = "orders") => (await spark.execute(`SELECT * FROM ${table} ORDER BY 1`)).rows;
const source = (values: string) => spark.sql(`SELECT * FROM VALUES ${values} AS v(id, status, amount)`);

describe("DeltaTable.merge", () => {
  it("updates and inserts all", async () => {
    const updates = await source("(2, 'done', 21), (3, 'new', 30)");
    const { version, metrics } = await DeltaTable.forName(spark, "orders")
      .as("t")
      .merge(updates.as("s"), "t.id = s.id")
      .whenMatchedUpdateAll()
      .whenNotMatchedInsertAll()
      .execute();
    expect(await rows()).toEqual([
      [1, "new", 10],
      [2, "done", 21],
      [3, "new", 30],
    ]);
    expect(version).toBeGreaterThan(0);
    expect(metrics).toMatchObject({ numTargetRowsUpdated: 1n, numTargetRowsInserted: 1n });
  });

  it("takes clauses with conditions, columns and Spark text, in order", async () => {
    const updates = await source("(1, 'gone', 0), (2, 'paid', 5), (4, 'new', 40)");
    await DeltaTable.forName(spark, "orders")
      .alias("t")
      .merge(updates.alias("s"), col("t.id").eq(col("s.id")))
      .whenMatchedDelete("s.status = 'gone'")
      .whenMatchedUpdate({ set: { amount: "t.amount + s.amount", "t.status": expr("upper(t.status)") } })
      .whenNotMatchedInsert({ condition: col("s.amount").gt(1), values: { id: "s.id", amount: "s.amount * 2" } })
      .execute();
    expect(await rows()).toEqual([
      [2, "PAID", 25],
      [4, null, 80],
    ]);
  });

  it("knows Scala's way to write clauses, and rows that the source lacks", async () => {
    const updates = await source("(1, 'x', 11)");
    const merge = DeltaTable.forName(spark, "orders").as("t").merge(updates.as("s"), "t.id = s.id");
    await merge
      .whenMatched("s.amount > 10")
      .update({ amount: "s.amount" })
      .whenNotMatchedBySource("t.id > 1")
      .delete()
      .execute();
    expect(await rows()).toEqual([[1, "new", 11]]);
    await merge
      .whenNotMatchedBySourceUpdate({ set: { status: "'lone'" } })
      .whenMatched()
      .updateAll()
      .execute();
    expect(await rows()).toEqual([[1, "x", 11]]);
  });

  it("takes up new columns where it is told to", async () => {
    const updates = await spark.sql("SELECT 1 AS id, 'eu' AS region");
    await DeltaTable.forName(spark, "orders")
      .as("t")
      .merge(updates.as("s"), "t.id = s.id")
      .withSchemaEvolution()
      .whenMatchedUpdateAll()
      .execute();
    expect(await rows()).toEqual([
      [1, "new", 10, "eu"],
      [2, "paid", 20, null],
    ]);
  });

  it("runs nothing before execute", async () => {
    const before = await rows();
    const { sql } = { sql: await source("(1, 'x', 1)") };
    DeltaTable.forName(spark, "orders").as("t").merge(sql.as("s"), "t.id = s.id").whenMatchedDelete();
    expect(await rows()).toEqual(before);
  });

  it("names its source table where it has no alias", async () => {
    await spark.sql("CREATE OR REPLACE TABLE changes AS SELECT 1 AS id, 99 AS amount");
    await DeltaTable.forName(spark, "main.default.orders")
      .merge(spark.table("changes"), "orders.id = changes.id")
      .whenMatchedUpdate({ set: { amount: "changes.amount" } })
      .execute();
    expect((await rows())[0]).toEqual([1, "new", 99]);
  });
});

describe("DeltaTable", () => {
  it("updates and deletes by text or Column", async () => {
    const orders = DeltaTable.forName(spark, "orders");
    await orders.update({
      condition: col("status").eq("new"),
      set: { status: "'seen'", amount: col("amount").plus(1) },
    });
    await orders.as("o").delete("o.amount > 15");
    expect(await rows()).toEqual([[1, "seen", 11]]);
    await orders.delete();
    expect(await rows()).toEqual([]);
  });

  it("tells its history and its details", async () => {
    const orders = DeltaTable.forName(spark, "orders");
    await orders.delete("id = 1");
    const [latest] = await (await orders.history(1)).select("operation", "version").collect();
    expect(latest?.operation).toBe("DELETE");
    const [detail] = await (await orders.detail()).collect();
    expect(detail).toMatchObject({ format: "delta", numFiles: 1n });
  });

  it("reads as a DataFrame, under its alias", async () => {
    const open = DeltaTable.forName(spark, "orders").as("o").toDF().filter("o.status = 'new'");
    expect(await open.count()).toBe(1);
  });

  it("is made by a builder, and found by its path", async () => {
    const location = join(folder, "by path");
    expect(await DeltaTable.isDeltaTable(spark, location)).toBe(false);
    const made = await DeltaTable.create(spark)
      .location(location)
      .addColumn("id", "BIGINT", { nullable: false, comment: "the order's number" })
      .addColumns(struct([field("name", STRING), field("total", LONG)]))
      .partitionedBy("name")
      .comment("made by a builder's hand")
      .property("owner", "me")
      .execute();
    expect(await DeltaTable.isDeltaTable(spark, location)).toBe(true);
    const [detail] = await (await made.detail()).collect();
    expect(detail).toMatchObject({ description: "made by a builder's hand", partitionColumns: ["name"] });
    expect(DeltaTable.forPath(spark, location).toDF()).toBeDefined();
    await expect(DeltaTable.create(spark).location(location).addColumn("id", "INT").execute()).rejects.toThrow();
    await DeltaTable.createIfNotExists(spark).tableName("built").addColumn("id", "INT").execute();
    await DeltaTable.createIfNotExists(spark).tableName("built").addColumn("other", "INT").execute();
    await DeltaTable.createOrReplace(spark).tableName("built").addColumn("name", "STRING").execute();
    expect((await spark.table("built").schema()).fields.map(({ name }) => name)).toEqual(["name"]);
    await expect(DeltaTable.create(spark).addColumn("id", "INT").execute()).rejects.toMatchObject({
      condition: "DELTA_MISSING_TABLE_NAME",
    });
  });
});
