/** VARIANTs and intervals as they leave a session: texts of Spark wherever they stand, paths with a colon, writers that refuse them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLocalSession } from "../../src/session/local-session.js";

const folder = mkdtempSync(join(tmpdir(), "lakelet-variants-"));
let spark: Awaited<ReturnType<typeof createLocalSession>>;
beforeAll(async () => {
  spark = await createLocalSession({ warehouse: join(folder, "lake"), threads: 1, timeZone: "Europe/Warsaw" });
});
afterAll(async () => {
  await spark.stop();
  rmSync(folder, { recursive: true, force: true });
});

const rows = async (sql: string) => (await spark.execute(sql, {})).rows;

describe("paths with a colon", () => {
  test("reach into a variant, and are cast", async () => {
    const from = `FROM (SELECT parse_json('{"a":{"b":[1,{"c d":2.50}]},"A":7}') AS v)`;
    expect(
      await rows(`SELECT v:a.b[0]::int, v:a.b[1]['c d']::decimal(5,2), v:A::string, to_json(v:a), v:nothing ${from}`),
    ).toEqual([[1, "2.50", "7", '{"b":[1,{"c d":2.5}]}', null]]);
    await expect(rows(`SELECT v:a::int ${from}`)).rejects.toMatchObject({
      cause: { condition: "INVALID_VARIANT_CAST" },
    });
  });
});

describe("values of results", () => {
  test("are Spark's texts, in arrays, maps and structs too", async () => {
    const [row] = await rows(
      `SELECT parse_json('{"b":1,"a":0.50}'), array(parse_json('"x"'), parse_json('null')), struct(interval '0' month AS m),
       map('k', interval '26' hour), make_interval(1, 0, 0, 2), parse_json('null'), CAST(NULL AS VARIANT)`,
    );
    expect(row).toEqual([
      '{"a":0.5,"b":1}',
      ['"x"', "null"],
      { m: "INTERVAL '0' MONTH" },
      new Map([["k", "INTERVAL '26' HOUR"]]),
      "1 years 2 days",
      "null",
      null,
    ]);
  });

  test("have timestamps in the session time zone", async () => {
    expect(await rows("SELECT to_json(CAST(timestamp'2024-07-01 10:00:00.5' AS VARIANT))")).toEqual([
      ['"2024-07-01 10:00:00.5+02:00"'],
    ]);
  });
});

describe("malformed JSON", () => {
  test("is an error of parse_json by its kind, and NULL of try_parse_json", async () => {
    await expect(rows(`SELECT parse_json('{"a":')`)).rejects.toMatchObject({
      cause: { condition: "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION" },
    });
    await expect(rows(`SELECT parse_json('{"a":1,"a":2}')`)).rejects.toMatchObject({
      cause: { condition: "VARIANT_DUPLICATE_KEY" },
    });
    expect(await rows(`SELECT try_parse_json('{"a":'), try_parse_json('{"a":1,"a":2}')`)).toEqual([[null, null]]);
  });
});

test("Parquet files take no variant", async () => {
  const frame = await spark.sql("SELECT parse_json('1') AS v");
  await expect(frame.write.format("parquet").save(join(folder, "out"))).rejects.toMatchObject({
    condition: "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE",
  });
});
