/** `_metadata` and input_file_name() of tables: the file of a row and its place there, hidden in `*`. */
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { runPipeline } from "../pipeline/pipeline-lake.js";
import { rowsOf, useSession } from "../support/session.js";

const lake = useSession();
const rows = (sql: string) => rowsOf(lake.spark, sql);

describe("_metadata of a table", () => {
  beforeAll(async () => {
    await lake.spark.sql("CREATE TABLE parts PARTITIONED BY (q) AS SELECT id, concat('a b#', id % 2) q FROM range(4)");
  });

  it("tells the file of each row as the log has it, and the row's place", async () => {
    const found = await rows(
      "SELECT id, q, _metadata.file_path, _metadata.file_name, _metadata.file_size, _metadata.file_block_start, _metadata.file_block_length, _metadata.row_index, input_file_name() FROM parts ORDER BY id",
    );
    expect(found.map(([id, , , , , , , index]) => [id, index])).toEqual([[0, 0], [1, 0], [2, 1], [3, 1]]); // biome-ignore format: a table
    for (const [, , path, name, size, start, length, , file] of found) {
      expect(basename(fileURLToPath(String(path)))).toBe(name);
      expect([start, length, file]).toEqual([0, size, path]);
    }
    expect(new Set(found.map(([, q, path]) => `${q} ${path}`)).size).toBe(2);
    expect(await rows("SELECT * FROM parts WHERE _metadata.row_index = 1 ORDER BY id")).toEqual([
      [2, "a b#0"],
      [3, "a b#1"],
    ]);
  });

  it("is known by its table in a join, through a subquery, and in a view whose query names it", async () => {
    const joined =
      "SELECT x._metadata.row_index, y.id FROM parts x JOIN parts y ON x.id = y.id WHERE y._metadata.row_index = 1";
    expect((await rows(joined)).map(([index]) => index)).toEqual([1, 1]);
    const unqualified = "SELECT _metadata.row_index FROM parts x JOIN parts y ON x.id = y.id";
    await expect(rows(unqualified)).rejects.toThrow("AMBIGUOUS_REFERENCE");
    expect(await rows("SELECT max(_metadata.row_index) FROM (SELECT * FROM parts)")).toEqual([[1]]);
    await lake.spark.sql("CREATE VIEW places AS SELECT id, _metadata.row_index AS place FROM parts");
    expect(await rows("SELECT * FROM places ORDER BY id")).toEqual([[0, 0], [1, 0], [2, 1], [3, 1]]); // biome-ignore format: a table
  });

  it("counts rows that a deletion vector marks, and leaves a column of that name alone", async () => {
    await lake.spark.sql(
      "CREATE TABLE marked (id INT, _metadata STRING) TBLPROPERTIES ('delta.enableDeletionVectors' = 'true', 'delta.columnMapping.mode' = 'name', 'delta.enableRowTracking' = 'true')",
    );
    await lake.spark.sql("INSERT INTO marked VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    await lake.spark.sql("DELETE FROM marked WHERE id = 2");
    expect(await rows("SELECT id, _metadata, input_file_name() LIKE '%.parquet' FROM marked ORDER BY id")).toEqual([
      [1, "a", true],
      [3, "c", true],
    ]);
    await lake.spark.sql("ALTER TABLE marked RENAME COLUMN _metadata TO own");
    const tracked = "SELECT own, _metadata.row_index, _metadata.row_id, _metadata.row_commit_version FROM marked";
    expect(await rows(`${tracked} ORDER BY id`)).toEqual([
      ["a", 0, 0, 1],
      ["c", 2, 2, 1],
    ]);
  });

  it("is there in streams of tables, of those of the same pipeline, too", async () => {
    await lake.spark.sql("CREATE TABLE arrivals (id INT)");
    await lake.spark.sql("INSERT INTO arrivals VALUES (1), (2)");
    const source = `
      CREATE STREAMING TABLE bronze AS SELECT id, _metadata.file_name AS file, _metadata.row_index AS place FROM STREAM main.default.arrivals;
      CREATE STREAMING TABLE silver AS SELECT *, _metadata.file_path AS own FROM STREAM(bronze);
      CREATE MATERIALIZED VIEW files AS SELECT _metadata.file_name AS file, count(*) AS n FROM main.default.arrivals GROUP BY ALL`;
    await runPipeline(lake.spark, source);
    await lake.spark.sql("INSERT INTO arrivals VALUES (3)");
    expect((await runPipeline(lake.spark, source)).state).toBe("COMPLETED");
    expect(await rows("SELECT id, place, own LIKE 'file:///%/bronze/%' FROM p.silver ORDER BY id")).toEqual([
      [1, 0, true],
      [2, 1, true],
      [3, 0, true],
    ]);
    expect(await rows("SELECT n FROM p.files JOIN (SELECT DISTINCT file FROM p.silver) USING (file) ORDER BY n")).toEqual([[1], [2]]); // biome-ignore format: short
  });
});
