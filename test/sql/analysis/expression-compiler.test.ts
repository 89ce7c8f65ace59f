/** Expressions of commands: names against relations in scope, references, determinism, skipping predicates, store assignment. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../../src/engine/engine.js";
import type { ExpressionCompiler, ScopeRelation } from "../../../src/engine/expression-compiler.js";
import { isLakeletError } from "../../../src/errors/lakelet-error.js";
import {
  array,
  BOOLEAN,
  BYTE,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  field,
  INTEGER,
  LONG,
  map,
  SHORT,
  STRING,
  struct,
  TIMESTAMP,
} from "../../../src/schema/data-type.js";
import { createExpressionCompiler } from "../../../src/sql/analysis/expression-compiler.js";
import { openQueries, type QueryReplay, testContext } from "./query-replay.js";

let replay: QueryReplay;
let engine: Engine;
let compiler: ExpressionCompiler;
beforeAll(async () => {
  replay = await openQueries();
  engine = replay.engine;
  compiler = createExpressionCompiler(testContext());
});
afterAll(() => replay.close());

const target: ScopeRelation = {
  qualifier: ["main", "default", "t"],
  engineAlias: "target",
  schema: struct([
    field("id", LONG, false),
    field("Name", STRING),
    field("day", DATE),
    field("at", TIMESTAMP),
    field("price", decimal(10, 2)),
    field("rate", DOUBLE),
    field("ok", BOOLEAN),
    field("info", struct([field("City", STRING), field("zip", INTEGER)])),
  ]),
};
const source: ScopeRelation = {
  qualifier: ["s"],
  engineAlias: "source",
  schema: struct([field("id", INTEGER), field("extra", STRING)]),
};

function conditionOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (isLakeletError(error)) return error.condition;
    throw error;
  }
  return "none";
}

describe("names of commands' expressions", () => {
  it("reaches columns by the relation's engine alias, letter case aside, by the name or the tail of the table's name", () => {
    expect(compiler.compile("NAME", [target]).sql).toBe('"target"."Name"');
    expect(compiler.compile("t.name", [target]).sql).toBe('"target"."Name"');
    expect(compiler.compile("default.t.name", [target]).sql).toBe('"target"."Name"');
    expect(compiler.compile("s.id", [target, source])).toMatchObject({ sql: '"source"."id"', dataType: INTEGER });
  });

  it("refuses what is unknown or means several columns", () => {
    expect(conditionOf(() => compiler.compile("nam", [target]))).toBe("UNRESOLVED_COLUMN.WITH_SUGGESTION");
    expect(conditionOf(() => compiler.compile("id = 1", [target, source]))).toBe("AMBIGUOUS_REFERENCE");
    expect(conditionOf(() => compiler.compile("x", []))).toBe("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION");
    expect(conditionOf(() => compiler.compile("uper(name)", [target]))).toBe("UNRESOLVED_ROUTINE");
    expect(conditionOf(() => compiler.compile("sum(id) > 1", [target]))).toBe("INVALID_WHERE_CONDITION");
    expect(conditionOf(() => compiler.compile("id IN (SELECT a FROM u)", [target]))).toBe(
      "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_TABLE",
    );
  });

  it("suggests the nearest names first", () => {
    expect(() => compiler.compile("nmae", [target])).toThrow(/\[`Name`, /);
    expect(() => compiler.compile("s.extr", [target, source])).toThrow(/\[`s`\.`extra`/);
  });

  it("tells the columns that it reads and whether it is deterministic", () => {
    const compiled = compiler.compile("t.id = s.id AND upper(extra) <> t.info.city", [target, source]);
    expect(compiled.references).toEqual([
      { relation: "target", column: "id" },
      { relation: "source", column: "id" },
      { relation: "source", column: "extra" },
      { relation: "target", column: "info" },
    ]);
    expect(compiled.deterministic).toBe(true);
    expect(compiler.compile("rand() < 0.5", [target]).deterministic).toBe(false);
    expect(compiler.compile("id > 1 OR uuid() = name", [target]).deterministic).toBe(false);
  });
});

describe("what a condition says about files", () => {
  const skipping = (text: string) => compiler.compile(text, [target]).skipping;
  const compare = (operator: string, column: string, value: unknown) => ({
    kind: "compare",
    operator,
    column: column.split("."),
    value,
  });

  it("compares columns with constants in the column's type", () => {
    expect(skipping("id = 5")).toEqual(compare("=", "id", 5n));
    expect(skipping("5 < ID")).toEqual(compare(">", "id", 5n));
    expect(skipping("id >= '7'")).toEqual(compare(">=", "id", 7n));
    expect(skipping("t.day = '2024-1-5'")).toEqual(compare("=", "day", "2024-01-05"));
    expect(skipping("day <> DATE'2024-01-05'")).toEqual(compare("<>", "day", "2024-01-05"));
    expect(skipping("at > '2024-01-05 10:00:00.5'")).toEqual(compare(">", "at", "2024-01-05T10:00:00.5Z"));
    expect(skipping("at = DATE'2024-01-05'")).toEqual(compare("=", "at", "2024-01-05T00:00:00Z"));
    expect(skipping("price <= 12.50")).toEqual(compare("<=", "price", "12.50"));
    expect(skipping("rate > -1.5")).toEqual(compare(">", "rate", -1.5));
    expect(skipping("info.CITY = 'x'")).toEqual(compare("=", "info.City", "x"));
    expect(skipping("ok")).toEqual(compare("=", "ok", true));
  });

  it("evaluates the statement's date and time", () => {
    expect(skipping("day >= current_date() - 7")).toEqual(compare(">=", "day", "2024-01-08"));
    expect(skipping("day >= date_sub(current_date(), 1)")).toEqual(compare(">=", "day", "2024-01-14"));
    expect(skipping("at > current_timestamp() - INTERVAL 1 HOUR")).toEqual(compare(">", "at", "2024-01-15T09:00:00Z"));
    expect(skipping("day = to_date('2024-01-02')")).toEqual(compare("=", "day", "2024-01-02"));
  });

  it("combines", () => {
    expect(skipping("id BETWEEN 1 AND 3")).toEqual({
      kind: "and",
      operands: [compare(">=", "id", 1n), compare("<=", "id", 3n)],
    });
    expect(skipping("id IN (1, 2, NULL) OR day IS NULL")).toEqual({
      kind: "or",
      operands: [
        { kind: "in", column: ["id"], values: [1n, 2n] },
        { kind: "is-null", column: ["day"] },
      ],
    });
    expect(skipping("NOT (id = 1)")).toEqual({ kind: "not", operand: compare("=", "id", 1n) });
    expect(skipping("name LIKE 'ab%'")).toEqual({ kind: "starts-with", column: ["Name"], prefix: "ab" });
    expect(skipping("id <=> NULL")).toEqual({ kind: "is-null", column: ["id"] });
    expect(skipping("day IS NOT NULL AND upper(name) = 'A'")).toEqual({
      kind: "and",
      operands: [{ kind: "is-not-null", column: ["day"] }, { kind: "unknown" }],
    });
  });

  it("speaks of the first relation's files only", () => {
    const of = (text: string) => compiler.compile(text, [target, source]).skipping;
    expect(of("t.id = s.id AND day = '2024-01-05'")).toEqual({
      kind: "and",
      operands: [{ kind: "unknown" }, compare("=", "day", "2024-01-05")],
    });
    expect(of("s.id = 1")).toEqual({ kind: "unknown" });
    expect(compiler.compile("1 = 1", []).skipping).toBeUndefined();
  });

  it("says nothing where Spark compares in another type, or the constant is none", () => {
    for (const text of [
      "name = 5",
      "day = 'junk'",
      "day = TIMESTAMP'2024-01-05 10:00:00'",
      "id = 1.5",
      "id + 1 = 2",
      "id = rand()",
      "name LIKE '%a'",
      "name LIKE 'a_b%'",
      "name LIKE 'a\\\\%%'",
      "NOT (id = 1 AND upper(name) = 'A')",
      "price = 1.5D",
    ]) {
      expect(skipping(text), text).toEqual({ kind: "unknown" });
    }
    expect(skipping("rate = 0.1")).toEqual(compare("=", "rate", 0.1));
  });
});

describe("store assignment", () => {
  const assign = async (value: string, from: DataType, to: DataType): Promise<unknown> => {
    const sql = compiler.storeAssignment({ sql: value, dataType: from }, to, "c");
    return (await engine.run(`SELECT ${sql} AS v FROM (SELECT 1 AS one)`)).rows[0]?.[0];
  };
  const failure = async (value: string, from: DataType, to: DataType): Promise<string> => {
    try {
      await assign(value, from, to);
    } catch (error) {
      if (isLakeletError(error)) return error.condition;
      throw error;
    }
    return "none";
  };

  it("takes what fits", async () => {
    expect(await assign("CAST(5 AS BIGINT)", LONG, SHORT)).toBe(5);
    expect(await assign("CAST(1.25 AS DECIMAL(5,2))", decimal(5, 2), decimal(4, 1))).toBe("1.3");
    expect(await assign("'12'", STRING, INTEGER)).toBe(12);
    expect(await assign("'true'", STRING, BOOLEAN)).toBe(true);
    expect(await assign("DATE '2024-01-05'", DATE, STRING)).toBe("2024-01-05");
    expect(await assign("CAST(3.0 AS DOUBLE)", DOUBLE, INTEGER)).toBe(3);
    expect(await assign("NULL", { kind: "void" }, INTEGER)).toBeNull();
  });

  it("fails at run time on what does not fit", async () => {
    expect(await failure("CAST(40000 AS BIGINT)", LONG, SHORT)).toBe("CAST_OVERFLOW_IN_TABLE_INSERT");
    expect(await failure("CAST(300 AS INTEGER)", INTEGER, BYTE)).toBe("CAST_OVERFLOW_IN_TABLE_INSERT");
    expect(await failure("CAST(12345678901234567890 AS DOUBLE)", DOUBLE, LONG)).toBe("CAST_OVERFLOW_IN_TABLE_INSERT");
    expect(await failure("CAST(12.3 AS DECIMAL(3,1))", decimal(3, 1), decimal(2, 1))).toBe(
      "CAST_OVERFLOW_IN_TABLE_INSERT",
    );
    expect(await failure("'x1'", STRING, INTEGER)).toBe("CAST_INVALID_INPUT");
  });

  it("refuses at once what Spark refuses", () => {
    const refused = (from: DataType, to: DataType) =>
      conditionOf(() => compiler.storeAssignment({ sql: "x", dataType: from }, to, "c"));
    expect(refused(BOOLEAN, INTEGER)).toBe("INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST");
    expect(refused(INTEGER, BOOLEAN)).toBe("INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST");
    expect(refused(INTEGER, DATE)).toBe("INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST");
    expect(refused(TIMESTAMP, LONG)).toBe("INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST");
    expect(refused(INTEGER, array(INTEGER))).toBe("INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST");
    expect(refused(struct([field("a", BOOLEAN)]), struct([field("a", LONG)]))).toBe(
      "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST",
    );
    expect(refused(struct([field("a", LONG), field("z", LONG)]), struct([field("a", LONG)]))).toBe(
      "INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_STRUCT_FIELDS",
    );
  });

  it("matches fields of structs by name at every depth, in arrays and maps too", async () => {
    const from = struct([field("B", INTEGER), field("a", STRING)]);
    const to = struct([field("a", STRING), field("b", LONG), field("c", DATE)]);
    const value = "{'B': 1, 'a': 'x'}";
    const stored = { a: "x", b: 1n, c: null };
    expect(await assign(value, from, to)).toEqual(stored);
    expect(await assign(`CASE WHEN false THEN ${value} END`, from, to)).toBeNull();
    expect(await assign(`[${value}, NULL]`, array(from), array(to))).toEqual([stored, null]);
    expect(await assign(`MAP {'k': ${value}}`, map(STRING, from), map(STRING, to))).toEqual(new Map([["k", stored]]));
    expect(await assign(`[[${value}]]`, array(array(from)), array(array(to)))).toEqual([[stored]]);
    const outer = struct([field("inner", array(from))]);
    expect(await assign(`{'inner': [${value}]}`, outer, struct([field("inner", array(to))]))).toEqual({
      inner: [stored],
    });
  });
});
