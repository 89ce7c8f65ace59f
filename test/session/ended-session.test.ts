import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { SparkSession } from "../../src/session/contract.js";
import { createLocalSession, endLocalSession, type LocalSession } from "../../src/session/local-session.js";

const warehouse = mkdtempSync(join(tmpdir(), "lakelet-ended-"));
afterAll(() => rmSync(warehouse, { recursive: true, force: true }));

const options = { warehouse, threads: 1 };
const firstValue = async (spark: SparkSession, sql: string) => (await spark.execute(sql)).rows[0]?.[0];
const engineOf = (session: LocalSession) => session.runtime.engine;

/** Ends a session after `use`; gives the next one, as attempts in one process follow each other. */
async function sessionAfter(use: (spark: LocalSession) => Promise<unknown>): Promise<LocalSession> {
  const spark = await createLocalSession(options);
  await use(spark);
  await endLocalSession(spark);
  await expect(spark.execute("SELECT 1")).rejects.toThrow("[ENGINE_CLOSED]");
  return createLocalSession(options);
}

describe("the session after one that was ended", () => {
  it("has none of its views, configuration, variables and functions", async () => {
    const next = await sessionAfter(async (spark) => {
      await spark.execute(`
        CREATE TEMPORARY VIEW leaked AS SELECT 1 AS a;
        CREATE GLOBAL TEMPORARY VIEW leaked_to_all AS SELECT 1 AS a;
        SET leaked.key = 1;
        DECLARE VARIABLE leaked_variable INT DEFAULT 7;
        CREATE TEMPORARY FUNCTION leaked_function() RETURNS INT RETURN 8;
        CREATE SCHEMA IF NOT EXISTS elsewhere;
        USE SCHEMA elsewhere`);
    });
    for (const one of [
      "SELECT * FROM leaked",
      "SELECT * FROM global_temp.leaked_to_all",
      "SELECT leaked_variable",
      "SELECT leaked_function()",
    ]) {
      await expect(next.execute(one), one).rejects.toThrow(/leaked/);
    }
    expect(next.conf.get("leaked.key", "unset")).toBe("unset");
    expect(await firstValue(next, "SELECT current_schema()")).toBe("default");
    await next.stop();
  });

  it("has neither its time zone nor its UDFs nor the rows it was given", async () => {
    const next = await sessionAfter(async (spark) => {
      spark.udf.register("shout", (text: string) => `${text}!`, "string");
      await spark.createDataFrame([{ a: 1 }]).createOrReplaceTempView("given");
      await spark.execute("SET TIME ZONE 'Asia/Tokyo'; SELECT shout('a'), a FROM given");
    });
    await expect(next.execute("SELECT shout('a')")).rejects.toThrow("[UNRESOLVED_ROUTINE]");
    expect(await firstValue(next, "SELECT date_format(timestamp_seconds(0), 'HH')")).toBe("00");
    const left = await engineOf(next).run("SELECT count(*) FROM duckdb_tables()");
    expect(left.rows).toEqual([[0n]]);
    await next.stop();
  });

  it("reads what others wrote to a table meanwhile", async () => {
    const first = await createLocalSession(options);
    await first.execute("CREATE TABLE t AS SELECT 1 AS a");
    await endLocalSession(first);
    const other = await createLocalSession({ warehouse });
    await other.execute("INSERT INTO t VALUES (2)");
    await other.stop();
    const next = await createLocalSession(options);
    expect(await firstValue(next, "SELECT sum(a) FROM t")).toBe(3n);
    await next.stop();
  });
});
