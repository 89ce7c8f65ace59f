/** Real Spark's answers (4.0.1) in session time zones with clock changes; values as Spark's texts. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine } from "../../../src/duckdb/duckdb-engine.js";
import type { Engine } from "../../../src/engine/engine.js";
import { compileQuery } from "../../../src/sql/analysis/compile-query.js";
import { engineLibrary } from "../../../src/sql/functions/library.js";
import { loadParser, parseQuery } from "../../../src/sql/parse/parse.js";

interface Recorded {
  readonly zone: string;
  readonly sql: string;
  readonly rows: readonly (readonly string[])[];
}

const recorded: readonly Recorded[] = JSON.parse(readFileSync(new URL("time-zones.json", import.meta.url), "utf8"));
const resolver = {
  table: () => Promise.reject(new Error("no tables here")),
  tableFunction: () => Promise.resolve(undefined),
};

let engine: Engine;
beforeAll(async () => {
  await loadParser();
  engine = await createEngine({ library: engineLibrary, threads: 2 });
});
afterAll(() => engine.close());

async function answer({ zone, sql }: Recorded): Promise<string[][]> {
  const context = {
    timeZone: zone,
    now: BigInt(Date.now()) * 1000n,
    currentCatalog: "main",
    currentSchema: "default",
    currentUser: "tester",
    seed: () => 1,
  };
  const compiled = await compileQuery(parseQuery(sql), { resolver, context });
  const { rows } = await engine.run(compiled.sql);
  return rows.map((row) => row.map((value) => (value === null ? "NULL" : String(value))));
}

describe.each([...new Set(recorded.map((one) => one.zone))])("session time zone %s", (zone) => {
  it.each(recorded.filter((one) => one.zone === zone))("$sql", async (one) => {
    expect(await answer(one)).toEqual(one.rows);
  });
});
