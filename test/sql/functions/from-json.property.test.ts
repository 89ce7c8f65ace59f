/** from_json: what the engine reads by itself is what the reader in JavaScript makes of the same records. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createEngine } from "../../../src/duckdb/duckdb-engine.js";
import type { Engine } from "../../../src/engine/engine.js";
import { engineString } from "../../../src/schema/engine-type.js";
import { fromJsonByScript, type JsonReadOptions, nullable } from "../../../src/sql/functions/from-json.js";
import { isNative, nativeFromJson } from "../../../src/sql/functions/from-json-native.js";
import { engineLibrary } from "../../../src/sql/functions/library.js";
import { loadParser, parseSchema } from "../../../src/sql/parse/parse.js";

const options: JsonReadOptions = { failFast: false, corruptRecord: "_corrupt_record", timeZone: "UTC" };
let engine: Engine;
beforeAll(async () => {
  await loadParser();
  engine = await createEngine({ library: engineLibrary, threads: 1 });
});
afterAll(() => engine.close());

const leaf = fc.oneof(
  fc.integer().map(String),
  fc.constantFrom("1.5", "-0", "0.1250", "1e3", "12345678901234567890", "0.1000000000000000055", "123.456", "-0.0"),
  fc.constantFrom(
    "true",
    "false",
    "null",
    "NaN",
    '"2024-01-15"',
    '"2024-01-15T10:20:30.5Z"',
    '"2024-13-45"',
    '"24:00"',
  ),
  fc.string({ maxLength: 6 }).map((text) => JSON.stringify(text)),
  fc.constantFrom('"a\\u0041\\n"', "'single'", '"5"', '"2024-01-15 10:20:30"', '"2024-01-15T24:00:00"'),
);
const name = fc.constantFrom(
  '"i"',
  '"s"',
  '"d"',
  '"m"',
  '"b"',
  '"at"',
  '"day"',
  '"list"',
  '"o"',
  '"other"',
  '"\\u0069"',
);
const { value: json } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(", ")}]`),
    fc
      .array(fc.tuple(name, tie("value")), { maxLength: 6 })
      .map((all) => `{${all.map((one) => one.join(": ")).join(",")}}`),
  ),
}));
const record = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .array(fc.tuple(name, json), { maxLength: 9 })
      .map((all) => `{${all.map((one) => one.join(":")).join(",")}}`),
  },
  { weight: 1, arbitrary: json },
  { weight: 1, arbitrary: fc.constantFrom("", " ", "{", '{"i":1,}', '{"i":1} x', "[1]", '{"i":1', "{i:1}") },
);

it("native and script agree", async () => {
  const schema = parseSchema(
    "i INT, s STRING, d DOUBLE, m DECIMAL(10,2), b BOOLEAN, at TIMESTAMP, day DATE, list ARRAY<STRING>, o STRUCT<i: BIGINT, s: STRING, list: ARRAY<STRUCT<i: INT>>>",
  );
  const type = nullable(schema);
  if (!isNative(type, options)) throw new Error("The schema is not one that the engine reads.");
  const script = (text: string): string => fromJsonByScript(text, type, options);
  const native = nativeFromJson({ sql: "j" }, type, options, script);
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 20, maxLength: 60 }), async (records) => {
      const list = records.map((one) => `(${engineString(one)})`).join(", ");
      const sql = `SELECT j, CAST(${native} AS VARCHAR), CAST(${script("j")} AS VARCHAR) FROM (VALUES ${list}) t(j)`;
      const { rows } = await engine.run(sql);
      for (const [text, one, other] of rows) expect([text, one]).toEqual([text, other]);
    }),
    { numRuns: 25 },
  );
});
