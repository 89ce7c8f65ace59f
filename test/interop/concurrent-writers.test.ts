import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { useLake } from "./lake.js";
import { peers } from "./peers.js";

const lake = useLake();

const ROUNDS = 10;

describe("two writers at once", () => {
  test.each(["delta-rs", "spark"])("lakelet and %s append to one table, and nothing is lost", async (other) => {
    const name = `appended_${other}`;
    const table = lake.name(name);
    await lake.sql(`CREATE TABLE ${table} (writer STRING, n INT) TBLPROPERTIES ('delta.checkpointInterval' = '4')`);
    const queries = Array.from({ length: ROUNDS }, (_, n) => `SELECT '${other}' AS writer, ${n} AS n`);
    let working = true;
    const others = (
      other === "spark"
        ? peers().spark(...queries.map((query) => `INSERT INTO ${table} ${query}`))
        : peers().rustWrite(lake.path(name), queries)
    ).finally(() => {
      working = false;
    });
    let own = 0;
    for (; working || own < ROUNDS; own++) {
      await lake.sql(`INSERT INTO ${table} VALUES ('lakelet', ${own})`);
      // Spark is slower, and would lose each race.
      await setTimeout(other === "spark" ? 100 : 0);
    }
    await others;

    const rows = (writer: string, count: number) => Array.from({ length: count }, (_, n) => [writer, n]);
    await lake.expectReadAlike(name, [...rows("lakelet", own), ...rows(other, ROUNDS)]);
    const history = await lake.sql(`DESCRIBE HISTORY ${table}`);
    expect(history.rows).toHaveLength(1 + own + ROUNDS);
    const writers = history.rows.map((row) => String(row[history.columns.indexOf("engineInfo")]).startsWith("lakelet"));
    const raced = writers.slice(writers.indexOf(false), writers.lastIndexOf(false));
    expect(raced, "commits of lakelet between those of the other").toContain(true);
  });
});
