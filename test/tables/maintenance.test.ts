/** DeltaTable's methods beyond rows: files, versions, clones, features; the builders' column rules; writeTo. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DeltaTable } from "../../src/tables/delta-table.js";
import { rowsOf, useSession } from "../support/session.js";

const lake = useSession();
const table = (name: string) => DeltaTable.forName(lake.spark, name);
const ids = (name: string) => rowsOf(lake.spark, `SELECT id FROM ${name} ORDER BY id`);

describe("DeltaTable", () => {
  test("optimize, vacuum, restore, checkpoint", async () => {
    await lake.spark.execute("CREATE TABLE o AS SELECT 1 AS id; INSERT INTO o VALUES (2); INSERT INTO o VALUES (3)");
    expect(await (await table("o").optimize().executeCompaction()).columns()).toEqual(["path", "metrics"]);
    await table("o").optimize().executeZOrderBy("id");
    await table("o").vacuum();
    await table("o").restoreToVersion(1);
    expect(await ids("o")).toEqual([[1], [2]]);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    await expect(table("o").restoreToTimestamp(tomorrow)).rejects.toMatchObject({
      condition: "DELTA_CANNOT_RESTORE_TIMESTAMP_GREATER",
    });
    const [newest] = await (await table("o").history(1)).collect();
    await table("o").checkpoint();
    const log = join(lake.folder, "lake/main/default/o/_delta_log");
    expect(existsSync(join(log, `${String(newest?.version).padStart(20, "0")}.checkpoint.parquet`))).toBe(true);
    await expect(table("o").generate("symlink_format_manifest")).rejects.toThrow(/symlink_format_manifest/);
  });

  test("an optimize with a condition works on those partitions", async () => {
    await lake.spark.execute("CREATE TABLE op (id INT, p INT) PARTITIONED BY (p)");
    for (const id of [1, 2]) await lake.spark.execute(`INSERT INTO op VALUES (${id}, 0), (${id}, 1)`);
    const [done] = await (await table("op").optimize().where("p = 0").where("p < 5").executeCompaction()).collect();
    expect(done?.metrics).toMatchObject({ numFilesAdded: 1n, numFilesRemoved: 2n });
  });

  test("clones stand on their own", async () => {
    await lake.spark.execute("CREATE TABLE c AS SELECT 1 AS id; INSERT INTO c VALUES (2)");
    const shallow = await table("c").clone("c_shallow");
    await shallow.delete("id = 1");
    await table("c").cloneAtVersion(0, "c_deep", { shallow: false, properties: { note: "old" } });
    expect([await ids("c"), await ids("c_shallow"), await ids("c_deep")]).toEqual([[[1], [2]], [[2]], [[1]]]);
    await table("c").clone("c_deep", { replace: true });
    expect(await ids("c_deep")).toEqual([[1], [2]]);
  });

  test("verify tells of a data file that is gone, FSCK takes it out of the log", async () => {
    await lake.spark.execute("CREATE TABLE v AS SELECT 1 AS id; INSERT INTO v VALUES (2)");
    expect(await (await table("v").verify()).collect()).toEqual([]);
    const [lost] = await rowsOf(lake.spark, "SELECT input_file_name() FROM v WHERE id = 1");
    rmSync(String(lost?.[0]).replace(/^file:(\/\/)?/, ""));
    expect(await (await table("v").verify()).collect()).toHaveLength(1);
    expect(await rowsOf(lake.spark, "FSCK REPAIR TABLE v DRY RUN")).toHaveLength(1);
    await lake.spark.execute("FSCK REPAIR TABLE v");
    expect(await ids("v")).toEqual([[2]]);
  });

  test("a folder of Parquet files becomes a table", async () => {
    const path = join(lake.folder, "plain-parquet");
    await (await lake.spark.sql("SELECT 1 AS id")).write.parquet(path);
    expect(await DeltaTable.isDeltaTable(lake.spark, path)).toBe(false);
    const converted = await DeltaTable.convertToDelta(lake.spark, `parquet.\`${path}\``);
    expect(await converted.toDF().collect()).toEqual([{ id: 1 }]);
    expect(await DeltaTable.isDeltaTable(lake.spark, path)).toBe(true);
  });

  test("features are added and dropped, the protocol only grows", async () => {
    await lake.spark.execute("CREATE TABLE f (id INT)");
    await table("f").addFeatureSupport("deletionVectors");
    await table("f").upgradeTableProtocol(1, 2);
    const [detail] = await (await table("f").detail()).collect();
    expect(detail).toMatchObject({ minReaderVersion: 3, minWriterVersion: 7 });
    expect(detail?.tableFeatures).toContain("deletionVectors");
    await lake.spark.execute("CREATE TABLE g (id INT) TBLPROPERTIES ('delta.feature.checkConstraints' = 'supported')");
    await table("g").dropFeatureSupport("checkConstraints");
    const [after] = await (await table("g").detail()).collect();
    expect(after?.tableFeatures).not.toContain("checkConstraints");
  });

  test("the builder takes generated, identity and default columns, and clustering", async () => {
    await DeltaTable.create(lake.spark)
      .tableName("built")
      .addColumn("id", "BIGINT", { generatedByDefaultAsIdentity: { start: 10, step: 5 } })
      .addColumn("n", "INT", { default: "7" })
      .addColumn("twice", "INT", { generatedAlwaysAs: "n * 2" })
      .property("delta.feature.allowColumnDefaults", "supported")
      .clusterBy("n")
      .execute();
    await lake.spark.execute("INSERT INTO built (n) VALUES (1); INSERT INTO built (n) VALUES (DEFAULT)");
    expect(await rowsOf(lake.spark, "SELECT * FROM built ORDER BY id")).toEqual([
      [10, 1, 2],
      [15, 7, 14],
    ]);
    const [detail] = await (await table("built").detail()).collect();
    expect(detail?.clusteringColumns).toEqual(["n"]);
  });
});

describe("df.write", () => {
  const properties = async (name: string) => {
    const [detail] = await (await table(name).detail()).collect();
    return Object.fromEntries((detail?.properties as ReadonlyMap<string, string>) ?? []);
  };

  test.each(["append", "overwrite", "error"] as const)(
    "%s makes a table with the properties that its options name, in any letter case",
    async (mode) => {
      const rows = await lake.spark.sql("SELECT 1 AS id, 'a' AS k");
      const name = `optioned_${mode}`;
      const options = { "delta.enableChangeDataFeed": true, "delta.columnmapping.mode": "name" };
      await rows.write.format("delta").mode(mode).options(options).partitionBy("k").saveAsTable(name);
      expect(await ids(name)).toEqual([[1]]);
      expect(await properties(name)).toMatchObject({
        "delta.enableChangeDataFeed": "true",
        "delta.columnMapping.mode": "name",
      });
      await rows.write.mode("append").option("delta.enableChangeDataFeed", false).saveAsTable(name);
      expect(await properties(name)).toMatchObject({ "delta.enableChangeDataFeed": "true" });
    },
  );

  test("an option that is no property of Delta makes nothing", async () => {
    const rows = await lake.spark.sql("SELECT 1 AS id");
    await expect(rows.write.option("delta.nonsense", 1).saveAsTable("nonsense")).rejects.toMatchObject({
      condition: "DELTA_UNKNOWN_CONFIGURATION",
    });
    await expect(lake.spark.sql("SELECT * FROM nonsense")).rejects.toMatchObject({
      condition: "TABLE_OR_VIEW_NOT_FOUND",
    });
  });
});

describe("writeTo", () => {
  const rows = (text: string) => lake.spark.sql(`SELECT * FROM VALUES ${text} AS v(id, k)`);

  test("create, append, overwrite and overwritePartitions", async () => {
    await (await rows("(1, 'a'), (2, 'b')")).writeTo("w").partitionedBy("k").tableProperty("note", "x").create();
    await (await rows("(3, 'a')")).writeTo("w").append();
    await (await rows("(4, 'b')")).writeTo("w").overwritePartitions();
    expect(await ids("w")).toEqual([[1], [3], [4]]);
    await (await rows("(5, 'a')")).writeTo("w").overwrite("k = 'a'");
    expect(await ids("w")).toEqual([[4], [5]]);
    await (await rows("(9, 'z')")).writeTo("w").clusterBy("id").createOrReplace();
    const [detail] = await (await table("w").detail()).collect();
    expect(detail).toMatchObject({ partitionColumns: [], clusteringColumns: ["id"] });
  });

  test("what is not there is not created, what is there not created again", async () => {
    const frame = await rows("(1, 'a')");
    await expect(frame.writeTo("missing").append()).rejects.toMatchObject({ condition: "TABLE_OR_VIEW_NOT_FOUND" });
    await expect(frame.writeTo("missing").replace()).rejects.toMatchObject({
      condition: expect.stringMatching(/_NOT_FOUND$/),
    });
    await frame.writeTo("there").create();
    await expect(frame.writeTo("there").create()).rejects.toMatchObject({
      condition: expect.stringMatching(/_ALREADY_EXISTS$/),
    });
  });

  test("df.write.clusterBy creates a clustered table and takes no other columns later", async () => {
    const frame = await rows("(1, 'a')");
    await frame.write.clusterBy("k").saveAsTable("wc");
    await frame.write.mode("append").clusterBy("k").saveAsTable("wc");
    await expect(frame.write.mode("append").clusterBy("id").saveAsTable("wc")).rejects.toMatchObject({
      condition: "DELTA_CLUSTERING_COLUMNS_MISMATCH",
    });
    expect(await ids("wc")).toEqual([[1], [1]]);
  });
});
