/** Datetime patterns: the engine's way and JavaScript's agree, and what is written is read back. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine } from "../../../src/duckdb/duckdb-engine.js";
import type { Engine, Value } from "../../../src/engine/engine.js";
import { isLakeletError } from "../../../src/errors/lakelet-error.js";
import { STRING, TIMESTAMP } from "../../../src/schema/data-type.js";
import { engineString } from "../../../src/schema/engine-type.js";
import { formatByColumn, formatTimestamp } from "../../../src/sql/functions/date-format.js";
import { nativeParse, parseText } from "../../../src/sql/functions/date-parse.js";
import { parsePattern } from "../../../src/sql/functions/date-pattern.js";
import { engineLibrary } from "../../../src/sql/functions/library.js";
import { parseByPattern } from "../../../src/sql/functions/pattern-parser.js";
import type { FunctionContext, Typed } from "../../../src/sql/typed.js";

const context: FunctionContext = {
  timeZone: "UTC",
  now: 0n,
  currentCatalog: "main",
  currentSchema: "default",
  currentUser: "tester",
  seed: () => 1,
};
const text = (value: string): Typed => ({
  sql: engineString(value),
  dataType: STRING,
  nullable: false,
  literal: { value },
});
const instant = (micros: bigint): Typed => ({
  sql: `make_timestamptz(CAST(${micros} AS BIGINT))`,
  dataType: TIMESTAMP,
  nullable: false,
});
/** Between the years 1000 and 9999, in microseconds. */
const micros = fc.bigInt(-30_610_224_000_000_000n, 253_402_300_799_999_999n);

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ library: engineLibrary, threads: 1 });
});
afterAll(() => engine.close());

async function values(expressions: readonly string[]): Promise<readonly Value[]> {
  const { rows } = await engine.run(`SELECT ${expressions.join(", ")}`);
  return rows[0] ?? [];
}

describe("date_format", () => {
  const patterns = [
    "yyyy-MM-dd HH:mm:ss.SSSSSS",
    "yy y yyy yyyyy M MM MMM MMMM L d dd D DD DDD",
    "E EEE EEEE a h hh H k kk K m s S SS SSSS SSSSSSSS Q QQ QQQ QQQQ F G",
    "'it''s' yyyy [HH] Z X XX XXX x xxx VV O OOOO",
  ];
  it.each(patterns)("has one answer in SQL and in JavaScript: %s", async (pattern) => {
    const samples = fc.sample(micros, 60);
    const sql = samples.flatMap((one) => [
      formatTimestamp(instant(one), pattern, context).sql,
      formatByColumn(instant(one), text(pattern), context).sql,
    ]);
    const answers = await values(sql);
    const [engineTexts, scriptTexts] = [0, 1].map((odd) => answers.filter((_, i) => i % 2 === odd));
    expect(engineTexts).toEqual(scriptTexts);
  });
});

describe("to_timestamp", () => {
  const patterns = [
    "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
    "d/M/yyyy HH:mm:ss.SSSSSS",
    "yyyyMMddHHmmss.SSSSSS",
    "dd MMM yyyy hh:mm:ss.SSSSSS a",
    "MMMM d, yyyy h:m:s.SSSSSS a",
    "DDD-yyyy k:mm:ss.SSSSSS",
  ];
  it.each(patterns)("reads what date_format wrote: %s", async (pattern) => {
    const samples = fc.sample(micros, 60);
    const answers = await values(
      samples.map((one) => {
        const written = formatTimestamp(instant(one), pattern, context);
        return `epoch_us(${parseText(written, text(pattern), "instant", false, context)})`;
      }),
    );
    expect(answers).toEqual(samples);
  });

  it("agrees with the JavaScript parser on texts that nearly fit", async () => {
    const native = [
      "yyyy-MM-dd",
      "d/M/yyyy",
      "dd.MM.yy HH:mm",
      "yyyyMMdd",
      "MMM d yyyy",
      "hh:mm a dd-MM-yyyy",
      "yyyy-MM-dd HH:mm:ss.SSS",
    ];
    for (const one of native) expect(nativeParse(parsePattern(one, "parse")), one).toBeDefined();
    const piece = fc.constantFrom(
      "2024",
      "24",
      "1",
      "01",
      "15",
      "31",
      "02",
      "12",
      "13",
      "00",
      "Feb",
      "jan",
      "am",
      "PM",
    );
    const separator = fc.constantFrom("-", "/", ".", ":", " ", "");
    const texts = fc.sample(
      fc.array(fc.tuple(piece, separator), { minLength: 2, maxLength: 6 }).map((parts) => parts.flat().join("").trim()),
      400,
    );
    for (const pattern of native) {
      const answers = await values(
        texts.map((one) => `epoch_us(${parseText(text(one), text(pattern), "instant", true, context)})`),
      );
      texts.forEach((one, i) => {
        expect([pattern, one, answers[i]]).toEqual([pattern, one, parseByPattern(one, pattern, "UTC", false) ?? null]);
      });
    }
  });

  it("refuses letters by name", () => {
    const refusal = (pattern: string, use: "format" | "parse") => {
      try {
        return parsePattern(pattern, use).length;
      } catch (error) {
        return isLakeletError(error) ? error.condition : error;
      }
    };
    const changed = "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION";
    expect(refusal("YYYY-MM-dd", "parse")).toBe(changed);
    expect(refusal("EEE dd", "parse")).toBe(changed);
    expect(refusal("ww", "format")).toBe(changed);
    expect(refusal("qqqqq", "format")).toBe("INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER");
    expect(refusal("'open", "format")).toBe("INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER");
    expect(refusal("'YYYY' yyyy", "parse")).toBe(2);
  });
});
