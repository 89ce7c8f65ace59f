/** lakelet and Spark work on one table in turn: row ids, times of commits, clustering, identities, cleaned and checkpointed logs. */
import { readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../src/tasks/json-value.js";
import { sorted, useLake } from "./lake.js";
import { type PeerRows, peers, type Reader } from "./peers.js";

const lake = useLake();
const SPARK: readonly Reader[] = ["spark"];

const column = ({ columns, rows }: PeerRows, name: string): readonly (JsonValue | undefined)[] =>
  rows.map((row) => row[columns.indexOf(name)]);
const logFiles = (table: string): string[] => readdirSync(join(lake.path(table), "_delta_log"));

/** What Spark makes of the ids of a table's rows, by its `id`. */
async function rowIds(table: string): Promise<ReadonlyMap<JsonValue, JsonValue>> {
  const { rows } = await peers().spark(`SELECT id, _metadata.row_id FROM ${lake.name(table)}`);
  const ids = rows.map((row) => row[1]);
  expect(ids).not.toContain(null);
  expect(new Set(ids).size, "row ids").toBe(rows.length);
  return new Map(rows.map(([id, rowId]) => [id ?? null, rowId ?? null]));
}

async function expectSameHistory(table: string): Promise<PeerRows> {
  const [own, told] = [
    await lake.sql(`DESCRIBE HISTORY ${lake.name(table)}`),
    await peers().spark(`DESCRIBE HISTORY ${lake.name(table)}`),
  ];
  for (const name of ["version", "timestamp", "operation"]) expect(column(told, name)).toEqual(column(own, name));
  return own;
}

/** Both read the same rows at the time of some commits, and a millisecond before. */
async function expectSameTimeTravel(table: string): Promise<void> {
  const sums = (engine: "lakelet" | "spark", at: string) => {
    const query = `SELECT count(*), sum(id) FROM ${lake.name(table)} TIMESTAMP AS OF '${at}'`;
    const read = engine === "spark" ? peers().spark(query) : lake.sql(query);
    return read.then(
      ({ rows }) => rows,
      () => "refused",
    );
  };
  const times = column(await lake.sql(`DESCRIBE HISTORY ${lake.name(table)}`), "timestamp").map((one) =>
    Date.parse(String(one)),
  );
  const some = [times[0], times[4], times.at(-1)].flatMap((one) => one ?? []);
  for (const time of some.flatMap((one) => [one - 1, one])) {
    const at = new Date(time).toISOString().replace("T", " ").replace("Z", "");
    const own = await sums("lakelet", at);
    expect(await sums("spark", at), at).toEqual(own);
    expect(own === "refused", at).toBe(time < (times.at(-1) ?? 0));
  }
}

describe("row tracking and in-commit timestamps", () => {
  const PROPERTIES = "'delta.enableRowTracking' = 'true', 'delta.enableInCommitTimestamps' = 'true'";

  test.each(["copies", "vectors"])("by lakelet (%s), then by Spark", { timeout: 300_000 }, async (way) => {
    const name = `tracked_${way}`;
    const table = lake.name(name);
    const vectors = way === "vectors" ? ", 'delta.enableDeletionVectors' = 'true'" : "";
    await lake.sql(
      `CREATE TABLE ${table} (id BIGINT, v INT) TBLPROPERTIES (${PROPERTIES}${vectors}, 'delta.checkpointInterval' = '4')`,
      `INSERT INTO ${table} SELECT id, 0 FROM range(10)`,
    );
    const first = await rowIds(name);
    await lake.sql(`INSERT INTO ${table} SELECT id, 1 FROM range(10, 15)`);
    expect([...(await rowIds(name))]).toEqual(expect.arrayContaining([...first]));
    const changes = [
      `UPDATE ${table} SET v = v + 1 WHERE id IN (1, 11)`,
      `DELETE FROM ${table} WHERE id = 2`,
      `MERGE INTO ${table} t USING (SELECT id FROM range(3, 5) UNION ALL SELECT id FROM range(20, 22)) s ON t.id = s.id
         WHEN MATCHED THEN UPDATE SET v = 9 WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, 7)`,
      `OPTIMIZE ${table}`,
    ];
    let before = await rowIds(name);
    for (const change of changes) {
      await lake.sql(change);
      const after = await rowIds(name);
      const kept = [...after].filter(([id]) => before.has(id));
      // MERGE gives rows that it writes again new ids, and says so.
      if (!change.startsWith("MERGE")) for (const [id, rowId] of kept) expect(rowId, change).toBe(before.get(id));
      before = after;
    }
    for (const change of changes) {
      await peers().spark(change.replaceAll("20, 22", "22, 24").replace("id = 2", "id = 6"), "SELECT 1");
      await lake.sql(`INSERT INTO ${table} SELECT max(id) + 100, 0 FROM ${table}`);
      await rowIds(name);
    }
    await lake.sql(`RESTORE TABLE ${table} TO VERSION AS OF 5`);
    await rowIds(name);
    await peers().spark(`INSERT INTO ${table} VALUES (1000, 0)`);
    await rowIds(name);
    await lake.expectReadAlike(name, 17, { readers: SPARK });
    const history = await expectSameHistory(name);
    const times = column(history, "timestamp").map((one) => Date.parse(String(one)));
    expect(times).toEqual([...new Set(times)].sort((a, b) => b - a));
    await expectSameTimeTravel(name);
  });

  test("asked for later, by lakelet and by Spark", { timeout: 300_000 }, async () => {
    for (const engine of ["lakelet", "spark"]) {
      const name = `late_${engine}`;
      const table = lake.name(name);
      await lake.sql(
        `CREATE TABLE ${table} (id BIGINT, v INT)`,
        `INSERT INTO ${table} SELECT id, 0 FROM range(5)`,
        `INSERT INTO ${table} SELECT id, 0 FROM range(5, 8)`,
      );
      const alter = `ALTER TABLE ${table} SET TBLPROPERTIES (${PROPERTIES})`;
      await (engine === "spark" ? peers().spark(alter) : lake.sql(alter));
      await lake.sql(`INSERT INTO ${table} VALUES (8, 1)`, `DELETE FROM ${table} WHERE id = 0`);
      await rowIds(name);
      await peers().spark(`INSERT INTO ${table} VALUES (9, 1)`, `UPDATE ${table} SET v = 2 WHERE id = 1`);
      await rowIds(name);
      await lake.sql(`UPDATE ${table} SET v = 3 WHERE id = 1`);
      await rowIds(name);
      await lake.expectReadAlike(name, 9, { readers: SPARK });
      await expectSameHistory(name);
      await expectSameTimeTravel(name);
    }
  });
});

test("a clustered table of lakelet is optimized by Spark, and by lakelet again", async () => {
  const table = lake.name("clustered_own");
  const fill = `INSERT INTO ${table} SELECT id % 10, id FROM range(100)`;
  await lake.sql(`CREATE TABLE ${table} (k BIGINT, v BIGINT) CLUSTER BY (k)`, fill, fill);
  await peers().spark(`OPTIMIZE ${table}`, "SELECT 1");
  const after = column(await lake.sql(`DESCRIBE HISTORY ${table}`), "operation");
  expect(after[0]).toBe("OPTIMIZE");
  // What Spark has clustered is clustered for lakelet, too.
  await lake.sql(`OPTIMIZE ${table}`);
  expect(column(await lake.sql(`DESCRIBE HISTORY ${table}`), "operation")).toEqual(after);
  await lake.sql(fill, `OPTIMIZE ${table}`);
  const { rows } = await peers().spark(`OPTIMIZE ${table}`, `DESCRIBE HISTORY ${table} LIMIT 1`);
  expect(rows[0]?.[0], "Spark finds nothing left to do").toBe(5);
  await lake.expectReadAlike("clustered_own", 300);
});

test("identity values by both in turn: none twice", async () => {
  const table = lake.name("identities");
  await lake.sql(
    `CREATE TABLE ${table} (id BIGINT GENERATED ALWAYS AS IDENTITY (START WITH -3 INCREMENT BY -2),
       k BIGINT GENERATED BY DEFAULT AS IDENTITY, v INT)`,
  );
  const insert = `INSERT INTO ${table} (v) SELECT CAST(id AS INT) FROM range(4)`;
  const merge = `MERGE INTO ${table} t USING (SELECT 2 AS v UNION ALL SELECT 50 UNION ALL SELECT 51) s ON t.v = s.v + 100
    WHEN NOT MATCHED THEN INSERT (v) VALUES (s.v)`;
  for (let round = 0; round < 2; round++) {
    await lake.sql(insert, merge);
    await peers().spark(insert, merge);
  }
  await peers().spark(`DELETE FROM ${table} WHERE v = 50`);
  await lake.sql(insert);
  const { rows } = await lake.sql(
    `SELECT count(*), count(DISTINCT id), count(DISTINCT k), max(id), min(k) FROM ${table}`,
  );
  expect(rows).toEqual([[28, 28, 28, -3, 1]]);
  await lake.expectReadAlike("identities", 28, { readers: SPARK });
});

test("changes of commits by both, read by both", async () => {
  const table = lake.name("changed_in_turn");
  await peers().spark(
    `CREATE TABLE ${table} (id BIGINT, p STRING) USING delta PARTITIONED BY (p) TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true',
       'delta.columnMapping.mode' = 'name', 'delta.enableInCommitTimestamps' = 'true')`,
    `INSERT INTO ${table} SELECT id, CASE id % 3 WHEN 0 THEN 'x/y ü' WHEN 1 THEN 'b' END FROM range(12)`,
  );
  await lake.sql(`UPDATE ${table} SET p = 'new' WHERE id < 2`, `DELETE FROM ${table} WHERE p IS NULL`);
  await peers().spark(
    `UPDATE ${table} SET id = -id WHERE id > 8`,
    `INSERT OVERWRITE ${table} VALUES (1, 'b'), (2, NULL)`,
  );
  await lake.sql(`OPTIMIZE ${table}`, `DELETE FROM ${table} WHERE p = 'b'`);
  const query = `SELECT * FROM table_changes_by_path('${lake.path("changed_in_turn")}', 0)`;
  const own = await lake.sql(query);
  const told = await peers().spark(query);
  expect(told.columns).toEqual(own.columns);
  expect(sorted(told.rows)).toEqual(sorted(own.rows));
  const history = column(await expectSameHistory("changed_in_turn"), "timestamp");
  const from = String(history[2]).replace("T", " ").replace("Z", "");
  const later = `SELECT * FROM table_changes_by_path('${lake.path("changed_in_turn")}', '${from}')`;
  expect(sorted((await peers().spark(later)).rows)).toEqual(sorted((await lake.sql(later)).rows));
});

test("logs with many commits, v2 checkpoints with sidecars, cleaned up by each", { timeout: 300_000 }, async () => {
  for (const policy of ["classic", "v2"]) {
    const name = `cleaned_${policy}`;
    const table = lake.name(name);
    await lake.sql(
      `CREATE TABLE ${table} (id BIGINT) TBLPROPERTIES ('delta.checkpointPolicy' = '${policy}', 'delta.checkpointInterval' = '5',
         'delta.logRetentionDuration' = 'interval 30 days')`,
    );
    const insert = (count: number) =>
      lake.sql(...Array.from({ length: count }, (_, i) => `INSERT INTO ${table} VALUES (${i})`));
    const age = () => {
      const time = new Date(Date.now() - 5 * 86_400_000);
      const log = join(lake.path(name), "_delta_log");
      for (const file of logFiles(name).filter((one) => /^\d/.test(one))) utimesSync(join(log, file), time, time);
    };
    const commits = () => logFiles(name).filter((one) => /^\d{20}\.json$/.test(one)).length;
    await insert(23);
    age();
    await lake.sql(`ALTER TABLE ${table} SET TBLPROPERTIES ('delta.logRetentionDuration' = 'interval 2 days')`);
    await insert(3);
    expect(commits(), "after lakelet's cleanup").toBeLessThan(10);
    await lake.expectReadAlike(name, 26, {
      readers: policy === "v2" ? ["datafusion", "spark"] : ["delta-rs", "spark"],
    });
    await expectSameHistory(name);
    await insert(3);
    age();
    await peers().spark(...Array.from({ length: 6 }, (_, i) => `INSERT INTO ${table} VALUES (${100 + i})`));
    await lake.sql(`DELETE FROM ${table} WHERE id = 0`);
    const { rows } = await lake.read(name);
    await lake.expectReadAlike(name, rows, { readers: SPARK });
    await expectSameHistory(name);
  }
});
