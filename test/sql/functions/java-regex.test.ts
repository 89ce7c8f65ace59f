/** Java's regular expressions: the engine's and JavaScript's translation of a pattern agree; what neither can is refused. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine } from "../../../src/duckdb/duckdb-engine.js";
import type { Engine } from "../../../src/engine/engine.js";
import { isLakeletError } from "../../../src/errors/lakelet-error.js";
import { STRING } from "../../../src/schema/data-type.js";
import { javaRegex } from "../../../src/sql/functions/java-regex.js";
import { engineLibrary } from "../../../src/sql/functions/library.js";
import { call, column, evaluate, literal } from "./compiled.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ library: engineLibrary, threads: 1 });
});
afterAll(() => engine.close());

const PATTERNS = [
  "\\d+",
  "[^a-z]",
  "(a)(b)?",
  "\\s+",
  "[\\w.-]+@[\\w-.]+",
  "a.c",
  "b$",
  "(?i)abc",
  "\\.",
  "[\\[\\]{}]",
  "a{1,2}b",
  "\\p{Punct}",
  "x|yz",
  "\\Qa.b\\E",
  "\\u0041",
  "[\\-+]",
];

const texts = fc.array(
  fc.string({
    unit: fc.constantFrom("a", "b", "c", "A", "1", " ", ".", "@", "-", "x", "yz", "[", "\n", "\r", "é", "\t"),
    maxLength: 8,
  }),
  { minLength: 3, maxLength: 20 },
);

describe("Java's regular expressions", () => {
  it("give the same in the engine and in JavaScript", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PATTERNS), texts, async (pattern, values) => {
        const constant = call("regexp_replace", column("a", STRING), literal(pattern, STRING), literal("<$0>", STRING));
        // A pattern that is a column is run by the script.
        const varying = call("regexp_replace", column("a", STRING), column("p", STRING), literal("<$0>", STRING));
        const rows = values.map((one) => [one, pattern]);
        const kinds = { a: STRING, p: STRING };
        expect(await evaluate(engine, constant, kinds, rows)).toEqual(await evaluate(engine, varying, kinds, rows));
      }),
      { numRuns: 100 },
    );
  });

  it("go to JavaScript where they look around or back", () => {
    for (const pattern of ["a(?=b)", "(?<!a)b", "(\\w)\\1", "[a-z&&[^b]]"]) {
      expect(javaRegex(pattern, "rlike").engine, pattern).toBeUndefined();
    }
    expect(javaRegex("(\\w)\\1", "rlike").script.test("abba")).toBe(true);
    expect(javaRegex("[a-z&&[^b]]", "rlike").script.test("b")).toBe(false);
  });

  it("are refused where no translation keeps their meaning", () => {
    for (const pattern of ["a*+", "(?>a)", "a(?i)b", "\\G", "\\X"]) {
      expect(() => javaRegex(pattern, "rlike"), pattern).toThrow(/not available here/);
    }
  });

  it("are errors where they are none", () => {
    for (const pattern of ["(", "[a", "*a"]) {
      try {
        javaRegex(pattern, "rlike");
        expect.unreachable(pattern);
      } catch (error) {
        expect(isLakeletError(error, "INVALID_PARAMETER_VALUE.PATTERN"), pattern).toBe(true);
      }
    }
  });
});
