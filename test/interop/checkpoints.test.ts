import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { useLake } from "./lake.js";
import { peers, READERS } from "./peers.js";

const lake = useLake();

function logFiles(table: string, suffix: RegExp): string[] {
  return readdirSync(join(lake.path(table), "_delta_log")).filter((name) => suffix.test(name));
}

/** What remains is the checkpoint and its commit, without which Spark does not know the time: who reads the table reads the checkpoint. */
function removeCommits(table: string, checkpoint: number): void {
  const isBefore = (name: string): boolean => Number(name.slice(0, 20)) < checkpoint;
  for (const name of logFiles(table, /^\d{20}\.(json|crc)$/).filter(isBefore))
    rmSync(join(lake.path(table), "_delta_log", name));
}

const rowsOf = (name: string): readonly string[] => [
  `INSERT INTO ${name} VALUES (1, 'x/y', 1.25, TIMESTAMP'2024-01-01 00:00:00.123456Z', DATE'2024-01-01'), (2, NULL, NULL, NULL, NULL)`,
  `INSERT INTO ${name} VALUES (3, 'ü %', 12345678901.125, TIMESTAMP'2024-06-01 00:00:00Z', DATE'2024-06-01')`,
  `DELETE FROM ${name} WHERE id = 2`,
  `INSERT INTO ${name} VALUES (4, 'x/y', -1, TIMESTAMP'1969-06-01 00:00:00.5Z', DATE'1969-06-01')`,
];
const columns = "(id BIGINT, p STRING, d DECIMAL(20,3), t TIMESTAMP, day DATE) USING delta PARTITIONED BY (p)";

/** Each test has Spark run a table's whole life. */
const PATIENCE = 300_000;

for (const policy of ["classic", "v2"]) {
  // delta-rs's Arrow dataset refuses the v2 specification; its DataFusion reads it.
  const readers = policy === "v2" ? (["datafusion", "spark"] as const) : READERS;
  test(
    `a ${policy} checkpoint by lakelet is read and built on by the others`,
    async () => {
      const table = `own-${policy}`;
      const name = lake.name(table);
      await peers().spark(
        `CREATE TABLE ${name} ${columns} TBLPROPERTIES ('delta.checkpointPolicy' = '${policy}', 'delta.checkpointInterval' = '4',
        'delta.checkpoint.writeStatsAsStruct' = 'true', 'delta.checkpoint.writeStatsAsJson' = 'false')`,
      );
      await lake.sql(...rowsOf(name));
      expect(
        logFiles(
          table,
          policy === "v2" ? /^\d{20}\.checkpoint\.[0-9a-f-]{36}\.parquet$/ : /^\d{20}\.checkpoint\.parquet$/,
        ),
      ).toHaveLength(1);
      removeCommits(table, 4);
      await lake.expectReadAlike(table, 3, { readers });
      const { rows } = await peers().read("spark", lake.path(table), { where: "t > '2024-01-01' AND d < 2" });
      expect(rows).toHaveLength(1);
      await peers().spark(`INSERT INTO ${name} VALUES (5, 'new', 5, NULL, NULL)`, `DELETE FROM ${name} WHERE id = 1`);
      await lake.expectReadAlike(table, 3, { readers });
    },
    PATIENCE,
  );

  test(
    `a ${policy} checkpoint by Spark is read and built on`,
    async () => {
      const table = `spark-${policy}`;
      const name = lake.name(table);
      await peers().spark(
        `CREATE TABLE ${name} ${columns} TBLPROPERTIES ('delta.checkpointPolicy' = '${policy}', 'delta.checkpointInterval' = '3',
        'delta.checkpoint.writeStatsAsStruct' = 'true', 'delta.checkpoint.writeStatsAsJson' = 'false')`,
        ...rowsOf(name),
      );
      expect(logFiles(table, /checkpoint/).length).toBeGreaterThan(0);
      removeCommits(table, 3);
      await lake.expectReadAlike(table, 3, { readers });
    },
    PATIENCE,
  );
}
