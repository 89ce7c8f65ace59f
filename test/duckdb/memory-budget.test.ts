/** What an engine makes of a small memory limit: threads that have room, and row groups that fit. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import { MemoryBudget } from "../../src/duckdb/memory-budget.js";
import { LONG, STRING, type StructType } from "../../src/schema/data-type.js";

const WIDE: StructType = {
  kind: "struct",
  fields: Array.from({ length: 12 }, (_, i) => ({
    name: `c${i}`,
    dataType: i === 0 ? LONG : STRING,
    nullable: true,
    metadata: {},
  })),
};

test("a thread has at least 200 MB, and one works in any case", () => {
  expect(MemoryBudget.of("488.2 MiB", 8).threads).toBe(2);
  expect(MemoryBudget.of("38.1 MiB", 8).threads).toBe(1);
  expect(MemoryBudget.of("20.0 GiB", 8).threads).toBe(8);
});

test("row groups of wide rows are smaller under a small limit only", () => {
  expect(MemoryBudget.of("95.3 MiB", 2).rowGroupSize(WIDE)).toBeLessThan(30_000);
  expect(MemoryBudget.of("4.0 GiB", 2).rowGroupSize(WIDE)).toBeUndefined();
  expect(MemoryBudget.of("no limit", 2).rowGroupSize(WIDE)).toBeUndefined();
});

test("an engine of 100 MB works with one thread and writes small row groups", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lakelet-memory-budget-"));
  const engine = await createEngine({ memoryLimit: "100MB", threads: 2, temporaryFolder: join(folder, "spill") });
  try {
    expect((await engine.run("SELECT current_setting('threads')")).rows).toEqual([[1n]]);
    const names = WIDE.fields.slice(1).map(({ name }) => `'x' AS ${name}`);
    const sql = `SELECT range AS c0, ${names.join(", ")} FROM range(100000)`;
    const [file] = await engine.writeDataFiles({ sql, schema: WIDE, folder, partitionBy: [] });
    const { rows } = await engine.run(`SELECT max(row_group_num_rows) FROM parquet_metadata('${file?.path}')`);
    expect(Number(rows[0]?.[0])).toBeLessThan(50_000);
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
});
