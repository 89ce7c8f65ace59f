/** compileQuery beyond what Spark's answers can show: references, skipping, time travel, WITH, hidden columns, DataFrames' names. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isLakeletError } from "../../../src/errors/lakelet-error.js";
import { DATE, field, INTEGER, LONG, STRING, struct } from "../../../src/schema/data-type.js";
import { compileQuery } from "../../../src/sql/analysis/compile-query.js";
import type { RelationResolver, TableReference } from "../../../src/sql/compiler.js";
import { parseExpression, parseQuery } from "../../../src/sql/parse/parse.js";
import type { Attribute, Relation } from "../../../src/sql/relation.js";
import { openQueries, type QueryReplay, testContext } from "./query-replay.js";

let replay: QueryReplay;
beforeAll(async () => {
  replay = await openQueries();
  await replay.engine.run(
    "CREATE TABLE people AS SELECT i AS id, 'n' || i AS name, i % 2 AS grp FROM range(1, 6) r(i)",
  );
});
afterAll(() => replay.close());

const qualifiers = [["main", "default", "people"]];
function attribute(name: string, dataType: Attribute["dataType"], more: Partial<Attribute> = {}): Attribute {
  return { name, dataType, nullable: true, engineName: name, qualifiers, ...more };
}
const people: Relation = {
  sql: "people",
  output: [attribute("id", LONG), attribute("name", STRING), attribute("grp", LONG)],
};

async function compiled(
  sql: string,
  relations: Readonly<Record<string, Relation>> = { people },
  parameters: Readonly<Record<string, string>> = {},
) {
  const references: TableReference[] = [];
  const resolver: RelationResolver = {
    async table(reference) {
      references.push(reference);
      const relation = relations[reference.name.join(".")];
      if (!relation) throw new Error(`no ${reference.name.join(".")}`);
      return relation;
    },
    tableFunction: async (name, args) =>
      name === "numbers" ? { sql: `(SELECT ${args.length} AS n)`, output: [attribute("n", INTEGER)] } : undefined,
  };
  const bound = Object.fromEntries(Object.entries(parameters).map(([name, text]) => [name, parseExpression(text)]));
  const query = await compileQuery(parseQuery(sql), { resolver, context: testContext(), parameters: bound });
  return { ...query, references };
}
async function rows(...args: Parameters<typeof compiled>) {
  return (await replay.engine.run((await compiled(...args)).sql)).rows;
}
async function failure(...args: Parameters<typeof compiled>): Promise<string> {
  try {
    await replay.engine.run((await compiled(...args)).sql);
  } catch (error) {
    if (isLakeletError(error)) return error.condition;
    throw error;
  }
  return "none";
}

describe("references to tables", () => {
  const schema = struct([
    field("id", LONG),
    field("name", STRING),
    field("day", DATE),
    field("b", struct([field("x", LONG)])),
  ]);
  async function skippingOf(sql: string, relations?: Readonly<Record<string, Relation>>) {
    const { references } = await compiled(sql, relations);
    return references.map((one) => [one.name.join("."), one.skipping?.(schema)] as const);
  }
  const equal = (value: bigint, column = "id") => ({ kind: "compare", operator: "=", column: [column], value });

  it("are made once for each table in the query, in WITH, subqueries and set operations too; WITH's own names are none", async () => {
    const { references } = await compiled(
      "WITH a AS (SELECT id FROM people), people2 AS (SELECT 1 AS id) SELECT * FROM a WHERE id IN (SELECT id FROM p.q) UNION ALL SELECT (SELECT max(id) FROM x.y.z) FROM people2",
      { people, "p.q": people, "x.y.z": people },
    );
    expect(references.map((one) => one.name.join(".")).sort()).toEqual(["p.q", "people", "x.y.z"]);
  });

  it("tell the version or the time that the query asks for", async () => {
    const of = async (sql: string) => (await compiled(sql)).references[0];
    expect(await of("SELECT * FROM people VERSION AS OF 3")).toMatchObject({ version: 3 });
    expect(await of("SELECT * FROM people TIMESTAMP AS OF '2024-01-02 03:04:05.5'")).toMatchObject({
      timestamp: 1_704_164_645_500_000n,
    });
    expect(await of("SELECT * FROM people TIMESTAMP AS OF current_timestamp() - INTERVAL 1 HOUR")).toMatchObject({
      timestamp: testContext().now - 3_600_000_000n,
    });
    expect(await failure("SELECT * FROM people TIMESTAMP AS OF 'soon'")).toBe(
      "INVALID_TIME_TRAVEL_TIMESTAMP_EXPR.INPUT",
    );
  });

  it("carry what the query requires of their rows", async () => {
    const one = { kind: "and", operands: [equal(1n)] };
    expect(await skippingOf("SELECT * FROM people WHERE id = 1")).toEqual([["people", one]]);
    expect(await skippingOf("SELECT * FROM people p WHERE p.id = 1")).toEqual([["people", one]]);
    expect(await skippingOf("SELECT * FROM (SELECT *, id + 1 AS n FROM people) WHERE id = 1")).toEqual([
      ["people", one],
    ]);
    expect(await skippingOf("SELECT * FROM (SELECT id AS k FROM people) q WHERE q.k = 1")).toEqual([["people", one]]);
    expect(await skippingOf("SELECT count(*) FROM people")).toEqual([["people", undefined]]);
  });

  it("carry nothing that does not hold for the table's own rows", async () => {
    for (const sql of [
      "SELECT * FROM (SELECT id + 1 AS id FROM people) WHERE id = 1",
      "SELECT * FROM (SELECT * FROM people LIMIT 3) WHERE id = 1",
      "SELECT * FROM (SELECT id, row_number() OVER (ORDER BY id) AS r FROM people) WHERE id = 1",
      "SELECT * FROM (SELECT id, count(*) FROM people GROUP BY id) WHERE id = 1",
    ]) {
      expect(await skippingOf(sql), sql).toEqual([["people", undefined]]);
    }
    const [[, unknown] = []] = await skippingOf("SELECT * FROM people WHERE id + 1 = 2 OR name = 3");
    expect(unknown).toEqual({
      kind: "and",
      operands: [{ kind: "or", operands: [{ kind: "unknown" }, { kind: "unknown" }] }],
    });
  });

  it("carry to the sides of a join only what cannot bring filled-up rows back", async () => {
    const named = (alias: string): Relation => ({
      ...people,
      output: people.output.map((one) => ({ ...one, qualifiers: [[alias]] })),
    });
    const of = async (join: string) => {
      const where = join.includes("ANTI") ? "a.id = 3" : "a.id = 3 AND b.id = 4";
      const on = "a.id = b.id AND b.id = 1 AND a.id = 2";
      const found = await skippingOf(`SELECT 1 AS one FROM a ${join} b ON ${on} WHERE ${where}`, {
        a: named("a"),
        b: named("b"),
      });
      return found.map(([, predicate]) =>
        predicate?.kind === "and" ? predicate.operands.filter((one) => one.kind !== "unknown") : [],
      );
    };
    expect(await of("JOIN")).toEqual([
      [equal(3n), equal(2n)],
      [equal(4n), equal(1n)],
    ]);
    expect(await of("LEFT JOIN")).toEqual([[equal(3n)], [equal(1n)]]);
    expect(await of("RIGHT JOIN")).toEqual([[equal(2n)], [equal(4n)]]);
    expect(await of("FULL JOIN")).toEqual([[], []]);
    expect(await of("LEFT ANTI JOIN")).toEqual([[equal(3n)], [equal(1n)]]);
  });

  it("do not take another item's column for a field of a struct", async () => {
    const b: Relation = { sql: "people", output: [attribute("x", LONG, { qualifiers: [["b"]] })] };
    const [[, predicate] = []] = await skippingOf("SELECT 1 AS one FROM people JOIN b WHERE b.x = 1", {
      people,
      b: { ...b, sql: "(SELECT 1 AS x)" },
    });
    expect(predicate).toEqual({ kind: "and", operands: [{ kind: "unknown" }] });
  });
});

describe("WITH", () => {
  it("stands where it is read, if that is once", async () => {
    const { sql } = await compiled("WITH a AS (SELECT id FROM people) SELECT * FROM a");
    expect(sql).not.toMatch(/WITH/);
  });
  it("is given to the engine by name, if it is read more often", async () => {
    const { sql } = await compiled("WITH a AS (SELECT id FROM people) SELECT * FROM a JOIN a AS b ON a.id = b.id");
    expect(sql.match(/people/g)).toHaveLength(1);
    expect(sql).toMatch(/^WITH "cte\d+" AS \(/);
  });
  it("is computed once where it is not deterministic", async () => {
    const text =
      "WITH r AS (SELECT id, rand() AS v FROM people) SELECT count(*) FROM r a JOIN r b ON a.id = b.id AND a.v = b.v";
    expect(await rows(text)).toEqual([[5n]]);
    expect((await compiled(text)).deterministic).toBe(false);
  });
  it("may be recursive", async () => {
    const text = "WITH RECURSIVE t(n) AS (SELECT 1L UNION ALL SELECT n + 1 FROM t WHERE n < 4) SELECT sum(n) FROM t";
    expect(await rows(text)).toEqual([[10n]]);
    expect(await failure("WITH RECURSIVE t AS (SELECT 1 AS n UNION SELECT n + 1 FROM t) SELECT * FROM t")).toBe(
      "INVALID_RECURSIVE_CTE",
    );
  });
});

describe("hidden columns", () => {
  const files: Relation = {
    sql: "(SELECT *, '/f/' || grp AS __file_path, {'file_name': 'f' || grp} AS _meta FROM people)",
    fileName: "__file_path",
    output: [
      ...people.output,
      attribute("_metadata", struct([field("file_name", STRING)]), { engineName: "_meta", hidden: true }),
    ],
  };
  it("are found by name and are no part of *", async () => {
    const { output, sql } = await compiled("SELECT *, _metadata.file_name FROM people WHERE id = 1", { people: files });
    expect(output.map((one) => one.name)).toEqual(["id", "name", "grp", "file_name"]);
    expect((await replay.engine.run(sql)).rows).toEqual([[1n, "n1", 1n, "f1"]]);
  });
  it("come through subqueries, filters and joins, but not through grouping", async () => {
    expect(
      await rows(
        "SELECT id, _metadata.file_name, input_file_name() FROM (SELECT id FROM people WHERE id < 3) ORDER BY id",
        {
          people: files,
        },
      ),
    ).toEqual([
      [1n, "f1", "/f/1"],
      [2n, "f0", "/f/0"],
    ]);
    expect(await failure("SELECT _metadata FROM (SELECT id FROM people GROUP BY id)", { people: files })).toBe(
      "UNRESOLVED_COLUMN.WITH_SUGGESTION",
    );
  });
});

describe("names of DataFrames", () => {
  const frame = (id: string): Relation => ({
    ...people,
    output: people.output.map((one) => ({ ...one, qualifiers: [[id]] })),
  });
  it("reach the columns of one plan beside another with the same names, through aliases too", async () => {
    const tables = { "#1": frame("#1"), "#2": frame("#2") };
    expect(
      await rows("SELECT `#1`.id, `#2`.name FROM `#1` JOIN `#2` AS x ON `#1`.id = `#2`.id + 4 AND x.grp = 1", tables),
    ).toEqual([[5n, "n1"]]);
  });
  it("stay with the columns that a projection hands on", async () => {
    const { output } = await compiled("SELECT id, name AS n, grp + 1 AS g FROM `#1`", { "#1": frame("#1") });
    expect(output.map((one) => one.qualifiers)).toEqual([[["#1"]], [], []]);
  });
});

describe("output", () => {
  it("has unique engine names and the user's names", async () => {
    const { output, sql } = await compiled(
      "SELECT id, id AS ID, name AS `x`, grp AS `X_1`, id + 1 AS X FROM people LIMIT 1",
    );
    expect(output.map((one) => one.name)).toEqual(["id", "ID", "x", "X_1", "X"]);
    const { columns } = await replay.engine.run(sql);
    expect(columns).toEqual(output.map((one) => one.engineName));
    expect(new Set(columns.map((one) => one.toLowerCase())).size).toBe(5);
  });
  it("tells order, determinism and the schema", async () => {
    expect(await compiled("SELECT id FROM people ORDER BY id")).toMatchObject({
      ordered: true,
      deterministic: true,
      schema: struct([field("id", LONG)]),
    });
    expect(await compiled("SELECT id, rand() AS r FROM people")).toMatchObject({
      ordered: false,
      deterministic: false,
    });
  });
});

describe("constructs that Databricks has and Spark 4.0 has not", () => {
  it("QUALIFY filters by window functions and aliases", async () => {
    const latest = "SELECT id, grp, row_number() OVER (PARTITION BY grp ORDER BY id DESC) AS r FROM people";
    expect(await rows(`${latest} QUALIFY r = 1 ORDER BY id`)).toEqual([
      [4n, 0n, 1],
      [5n, 1n, 1],
    ]);
    expect(
      await rows("SELECT id FROM people QUALIFY row_number() OVER (PARTITION BY grp ORDER BY id) = 2 ORDER BY id"),
    ).toEqual([[3n], [4n]]);
  });
  it("UNION ALL BY NAME matches columns by name", async () => {
    expect(await rows("SELECT 1 AS a, 2 AS b UNION ALL BY NAME SELECT 3 AS B, 4 AS a ORDER BY a")).toEqual([
      [1, 2],
      [4, 3],
    ]);
    expect(await failure("SELECT 1 AS a UNION ALL BY NAME SELECT 2 AS b")).toBe("UNRESOLVED_COLUMN.WITH_SUGGESTION");
  });
});

describe("more of a query", () => {
  it("takes parameters as values, never as text", async () => {
    const sql = "SELECT name FROM people WHERE name = :wanted OR id = :id ORDER BY id";
    expect(await rows(sql, undefined, { wanted: "'n2'' OR true --'", id: "4" })).toEqual([["n4"]]);
    expect(await failure("SELECT :gone")).toBe("UNBOUND_SQL_PARAMETER");
  });
  it("samples", async () => {
    expect(await rows("SELECT count(*) FROM people TABLESAMPLE (2 ROWS)")).toEqual([[2n]]);
    expect(await rows("SELECT count(*) FROM people TABLESAMPLE (100 PERCENT)")).toEqual([[5n]]);
    const some = "SELECT id FROM people TABLESAMPLE (50 PERCENT) REPEATABLE (7) ORDER BY id";
    expect(await rows(some)).toEqual(await rows(some));
  });
  it("asks the resolver for table functions that it does not know", async () => {
    expect(await rows("SELECT n FROM numbers('a', 'b') AS x")).toEqual([[2]]);
    expect(await failure("SELECT * FROM nothing(1)")).toBe("UNRESOLVABLE_TABLE_VALUED_FUNCTION");
  });
  it("computes a non-deterministic value once for all that name it", async () => {
    expect(
      await rows("SELECT count(*) FROM (SELECT rand() AS r, r AS s, r + 0 AS t FROM people) WHERE r = s AND s = t"),
    ).toEqual([[5n]]);
  });
  it("computes a window function inside another, and refuses a SELECT list without columns by name", async () => {
    const nested = "SELECT sum(row_number() OVER (ORDER BY id)) OVER (ORDER BY id) FROM people ORDER BY 1 LIMIT 3";
    expect(await rows(nested)).toEqual([[1n], [3n], [6n]]);
    expect(await failure("SELECT *")).toBe("UNSUPPORTED_FEATURE.FUNCTION");
  });
  it("orders by what the SELECT list leaves out, by expressions of aliases, by constants without harm", async () => {
    expect(await rows("SELECT name AS id FROM people ORDER BY grp, people.id DESC LIMIT 2")).toEqual([["n4"], ["n2"]]);
    expect(await rows("SELECT id AS x FROM people ORDER BY x % 2, -x LIMIT 2")).toEqual([[4n], [2n]]);
    expect(await rows("SELECT id FROM people ORDER BY 'a', id DESC LIMIT 1")).toEqual([[5n]]);
  });
});
