import { beforeAll, describe, expect, test } from "vitest";
import { sorted, useLake } from "./lake.js";
import { peers, READERS, type Reader } from "./peers.js";

const lake = useLake();

const FEED = "'delta.enableChangeDataFeed' = 'true'";
const VECTORS = "'delta.enableDeletionVectors' = 'true'";

/** Each changes rows in its own way; all of them make a version. */
const CHANGES: readonly ((table: string) => string)[] = [
  (table) =>
    `INSERT INTO ${table} SELECT id, CASE WHEN id % 3 = 0 THEN NULL ELSE 'p' || id % 3 END, id * 10 FROM range(1, 31)`,
  (table) => `DELETE FROM ${table} WHERE id = 4 OR id = 5`,
  (table) => `UPDATE ${table} SET v = v + 1 WHERE id BETWEEN 7 AND 9`,
  (table) => `UPDATE ${table} SET p = NULL WHERE id = 10`,
  (
    table,
  ) => `MERGE INTO ${table} t USING (SELECT * FROM VALUES (11, 'p2', 1), (12, NULL, 2), (13, 'p1', 3), (100, 'p x', 4) AS s(id, p, v)) s
    ON t.id = s.id WHEN MATCHED AND s.id = 13 THEN DELETE WHEN MATCHED THEN UPDATE SET v = t.v + s.v WHEN NOT MATCHED THEN INSERT *
    WHEN NOT MATCHED BY SOURCE AND t.id = 20 THEN UPDATE SET v = -1 WHEN NOT MATCHED BY SOURCE AND t.id = 21 THEN DELETE`,
  (table) => `INSERT INTO ${table} REPLACE WHERE id > 28 SELECT 29, 'p2', 0`,
  (table) => `DELETE FROM ${table} WHERE p = 'p1'`,
  (table) => `INSERT INTO ${table} VALUES (200, 'new', 200)`,
  (table) => `DELETE FROM ${table} WHERE id <= 15`,
];

/** `rows` of each change: the columns, then the kind of change. */
const FEED_QUERY = (table: string, version: number) =>
  `SELECT id, p, v, _change_type FROM table_changes_by_path('${table}', ${version}, ${version})`;

/** delta-rs reads tables with deletion vectors by DataFusion only, and no change data feed over them. */
const WITH_VECTORS: readonly Reader[] = ["datafusion", "spark"];

describe.each([
  { name: "feed", properties: FEED, readers: READERS },
  { name: "vectors", properties: VECTORS, readers: WITH_VECTORS },
  { name: "both", properties: `${FEED}, ${VECTORS}`, readers: WITH_VECTORS },
  { name: "partitioned", properties: `${FEED}, ${VECTORS}`, readers: WITH_VECTORS, partitioned: true },
])("rows changed by lakelet with $name", ({ name, properties, readers, partitioned }) => {
  beforeAll(async () => {
    const layout = partitioned ? "PARTITIONED BY (p)" : "";
    await lake.sql(
      `CREATE TABLE ${lake.name(name)} (id BIGINT, p STRING, v BIGINT) ${layout} TBLPROPERTIES (${properties})`,
    );
    for (const change of CHANGES) await lake.sql(change(lake.name(name)));
  });

  test("each version reads alike", async () => {
    for (let version = 1; version <= CHANGES.length; version++) {
      const { rows } = await lake.read(name, { version });
      await lake.expectReadAlike(name, rows, { version, readers });
    }
  });

  test.runIf(properties.includes(FEED))("Spark reads the same changes of each version", async () => {
    for (let version = 1; version <= CHANGES.length; version++) {
      const query = FEED_QUERY(lake.path(name), version);
      const own = await lake.sql(query);
      const spark = await peers().spark(query);
      expect(sorted(own.rows), `version ${version}`).toEqual(sorted(spark.rows));
    }
  });

  test("Spark goes on with the table, and lakelet after it", async () => {
    const table = lake.name(name);
    await peers().spark(`DELETE FROM ${table} WHERE id = 17`);
    await lake.sql(`DELETE FROM ${table} WHERE id = 18`);
    await peers().spark(`UPDATE ${table} SET v = 0 WHERE id = 22`);
    await lake.sql(`UPDATE ${table} SET v = 1 WHERE id IN (22, 23)`);
    const { rows } = await lake.read(name);
    await lake.expectReadAlike(name, rows, { readers });
  });
});
