import { describe, expect, test } from "vitest";
import { useLake } from "./lake.js";
import { peers, type Reader } from "./peers.js";

const lake = useLake();
/** delta-rs reads neither files outside the table nor, as a dataset, tables with deletion vectors. */
const SPARK: readonly Reader[] = ["spark"];
const WITH_VECTORS: readonly Reader[] = ["datafusion", "spark"];

/** Rows of three writes, in partitions one of which has a name that folders escape. */
async function orders(name: string, properties = ""): Promise<string> {
  const table = lake.name(name);
  const clause = properties === "" ? "" : `TBLPROPERTIES (${properties})`;
  await lake.sql(
    `CREATE TABLE ${table} (id INT, amount DECIMAL(10,2), country STRING) PARTITIONED BY (country) ${clause}`,
  );
  for (const start of [0, 10, 20]) {
    await lake.sql(
      `INSERT INTO ${table} SELECT CAST(id AS INT), CAST(id * 1.5 AS DECIMAL(10,2)), CASE id % 3 WHEN 0 THEN 'x/y ü' WHEN 1 THEN 'b' END
       FROM range(${start}, ${start + 10})`,
    );
  }
  return table;
}
const operations = async (name: string) =>
  (await peers().spark(`DESCRIBE HISTORY ${lake.name(name)}`)).rows.map((row) => row[4]);

describe("what lakelet's maintenance leaves, other engines read", () => {
  test("OPTIMIZE, ZORDER BY, VACUUM and RESTORE", async () => {
    const table = await orders("kept");
    await lake.sql(`OPTIMIZE ${table} WHERE country = 'b'`);
    await lake.expectReadAlike("kept", 30);
    await lake.sql(`OPTIMIZE ${table} ZORDER BY (id, amount)`, `DELETE FROM ${table} WHERE id < 5`);
    await lake.expectReadAlike("kept", 25);
    await lake.sql(
      "SET spark.databricks.delta.retentionDurationCheck.enabled = false",
      `VACUUM ${table} RETAIN 0 HOURS`,
    );
    await lake.expectReadAlike("kept", 25);
    await lake.sql(`INSERT INTO ${table} VALUES (99, 1, NULL)`, `RESTORE TABLE ${table} TO VERSION AS OF 8`);
    await lake.expectReadAlike("kept", 25);
    expect((await operations("kept")).slice(0, 7)).toEqual([
      "RESTORE",
      "WRITE",
      "VACUUM END",
      "VACUUM START",
      "DELETE",
      "OPTIMIZE",
      "OPTIMIZE",
    ]);
    const { rows } = await peers().spark(`DESCRIBE HISTORY ${table} LIMIT 7`);
    expect(rows.every((row) => row[12] !== null)).toBe(true);
  });

  test("Spark goes on where lakelet has optimized, and the other way round", async () => {
    const table = await orders("shared");
    await lake.sql(`OPTIMIZE ${table}`);
    await peers().spark(`INSERT INTO ${table} VALUES (100, 1.25, 'b')`, `OPTIMIZE ${table} ZORDER BY (id)`, "SELECT 1");
    await lake.expectReadAlike("shared", 31);
    await lake.sql(`OPTIMIZE ${table}`, `DELETE FROM ${table} WHERE id = 100`);
    await peers().spark(`VACUUM ${table}`);
    await lake.expectReadAlike("shared", 30);
    await peers().rustCall(lake.path("shared"), "optimize.compact", {});
    await lake.sql(`VACUUM ${table} LITE`);
    await lake.expectReadAlike("shared", 30);
  });

  test("deletion vectors purged by REORG", async () => {
    const table = await orders("purged", "'delta.enableDeletionVectors' = 'true'");
    await lake.sql(`DELETE FROM ${table} WHERE id % 10 = 4`);
    await lake.expectReadAlike("purged", 27, { readers: WITH_VECTORS });
    await lake.sql(`REORG TABLE ${table} APPLY (PURGE)`);
    await lake.expectReadAlike("purged", 27, { readers: WITH_VECTORS });
    expect((await operations("purged"))[0]).toBe("REORG");
  });

  test("clones, shallow and deep, of a table with deletion vectors", async () => {
    const table = await orders("source", "'delta.enableDeletionVectors' = 'true'");
    await lake.sql(`DELETE FROM ${table} WHERE id = 4`);
    const [shallow, deep] = [lake.name("shallow"), lake.name("deep")];
    await lake.sql(`CREATE TABLE ${shallow} SHALLOW CLONE ${table}`, `CREATE TABLE ${deep} DEEP CLONE ${table}`);
    await lake.expectReadAlike("shallow", 29, { readers: SPARK });
    await lake.expectReadAlike("deep", 29, { readers: WITH_VECTORS });
    await peers().spark(`DELETE FROM ${shallow} WHERE id = 5`, `UPDATE ${deep} SET amount = 0 WHERE id = 6`);
    await lake.sql(`INSERT INTO ${shallow} VALUES (100, 1, 'b')`);
    await lake.expectReadAlike("shallow", 29, { readers: SPARK });
    await lake.expectReadAlike("source", 29, { readers: SPARK });
    expect([(await operations("shallow")).at(-1), (await operations("deep")).at(-1)]).toEqual(["CLONE", "CLONE"]);
    const sparks = lake.name("of_spark");
    await peers().spark(`CREATE TABLE ${sparks} SHALLOW CLONE ${table}`);
    await lake.expectReadAlike("of_spark", 29, { readers: SPARK });
  });

  test("CONVERT TO DELTA of Spark's files", async () => {
    const path = lake.path("converted");
    await peers().spark(
      `CREATE TABLE parquet_source USING parquet PARTITIONED BY (p) LOCATION '${path}' AS
       SELECT id, CAST(id AS STRING) AS name, TIMESTAMP'2024-01-01 10:00:00.123456' AS at, named_struct('x', id) AS s,
              CASE WHEN id % 2 = 0 THEN 'a b/c' END AS p FROM range(10)`,
      "DROP TABLE parquet_source",
    );
    await lake.sql(`CONVERT TO DELTA parquet.\`${path}\` PARTITIONED BY (p STRING)`);
    await lake.expectReadAlike("converted", 10);
    expect(await operations("converted")).toEqual(["CONVERT"]);
    const { files } = await peers().read("spark", path, { where: "id = 9" });
    expect(files).toBe(1);
  });

  test("a clustered table of Spark", async () => {
    const path = lake.path("clustered");
    await peers().spark(
      `CREATE TABLE clustered (id INT, name STRING) USING delta CLUSTER BY (id, name) LOCATION '${path}'`,
      "INSERT INTO clustered SELECT CAST(id AS INT), CAST(id AS STRING) FROM range(100)",
      "INSERT INTO clustered SELECT CAST(id AS INT), CAST(id AS STRING) FROM range(100)",
    );
    await lake.sql(`OPTIMIZE ${lake.name("clustered")}`);
    await lake.expectReadAlike("clustered", 200);
    const again = await peers().spark("OPTIMIZE clustered", "DESCRIBE HISTORY clustered LIMIT 1");
    expect(again.rows[0]?.[0]).toBe(3);
  });
});
