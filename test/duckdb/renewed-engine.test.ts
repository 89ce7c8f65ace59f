import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import type { Engine } from "../../src/engine/engine.js";

const folder = mkdtempSync(join(tmpdir(), "lakelet-renewed-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const library = { macros: { sp_twice: "CREATE OR REPLACE MACRO sp_twice(x) AS x + x" }, functions: [] };
const made = () => createEngine({ threads: 1, timeZone: "Europe/Warsaw", library });
const rowsOf = async (engine: Engine | undefined, sql: string) => (await engine?.run(sql))?.rows;

describe("a renewed engine", () => {
  it("has the settings and the library, and the one before is closed", async () => {
    const engine = await made();
    await engine.run("SELECT sp_twice(1)");
    const next = await engine.renew?.();
    await expect(engine.run("SELECT 1")).rejects.toMatchObject({ condition: "ENGINE_CLOSED" });
    expect(await rowsOf(next, "SELECT sp_twice(21), current_setting('TimeZone')")).toEqual([[42, "Europe/Warsaw"]]);
    // The engine that is gone takes nothing with it.
    await engine.close();
    expect(await rowsOf(next, "SELECT 1")).toEqual([[1]]);
    await next?.close();
  });

  it("has nothing that belonged to a connection, and no file in memory", async () => {
    const engine = await made();
    writeFileSync(join(folder, "a.parquet"), "");
    await engine.writeParquet("SELECT 1 AS a", join(folder, "a.parquet"));
    await engine.run(`SELECT * FROM read_parquet('${folder}/a.parquet')`);
    await engine.run("CREATE TEMPORARY TABLE left_over AS SELECT 1");
    await engine.run("SET SESSION TimeZone = 'UTC'");
    const next = await engine.renew?.();
    expect(next).toBeDefined();
    expect(await rowsOf(next, "SELECT current_setting('TimeZone')")).toEqual([["Europe/Warsaw"]]);
    expect(await rowsOf(next, "SELECT count(*) FROM duckdb_tables()")).toEqual([[0n]]);
    expect(await rowsOf(next, "SELECT count(*) FROM duckdb_external_file_cache()")).toEqual([[0n]]);
    await next?.close();
  });

  it.each<[string, (engine: Engine) => unknown]>([
    ["a table", (engine) => engine.materialize("SELECT 1 AS a")],
    ["a view", (engine) => engine.run("CREATE VIEW v AS SELECT 1")],
    ["another time zone", (engine) => engine.setTimeZone?.("UTC")],
    [
      "a user's function",
      async (engine) => {
        engine.addFunction({ name: "sp_own", parameters: [], returns: "INTEGER", call: () => 1 });
        await engine.run("SELECT sp_own()");
      },
    ],
    ["a call at work", (engine) => engine.stream("FROM range(1000000)")[Symbol.asyncIterator]().next()],
  ])("is not had where %s would be left, and the engine is closed", async (_, leave) => {
    const engine = await made();
    await engine.run("SELECT 1");
    await leave(engine);
    expect(await engine.renew?.()).toBeUndefined();
    await expect(engine.run("SELECT 1")).rejects.toMatchObject({ condition: "ENGINE_CLOSED" });
  });
});
