import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { isLakeletError } from "../../src/errors/lakelet-error.js";
import type { PipelineDefinition } from "../../src/pipeline/definition.js";
import { queryInputs, withoutLivePrefix } from "../../src/pipeline/query-names.js";
import { sqlDefinition } from "../../src/pipeline/sql-source.js";
import { expectOrDrop, expectOrFail, expect as expectRows } from "../../src/quality/rules.js";
import { loadParser } from "../../src/sql/parse/parse.js";

beforeAll(loadParser);

function read(text: string, configuration: Readonly<Record<string, string>> = {}): PipelineDefinition {
  return sqlDefinition([{ file: "p.sql", text }], configuration);
}
function flowText(definition: PipelineDefinition, index = 0): string {
  const flow = definition.flows[index];
  const query = flow?.kind === "query" ? flow.query : flow?.kind === "auto-cdc" ? flow.source : undefined;
  return query?.kind === "sql" ? query.text : "";
}

describe("datasets in SQL", () => {
  test("a streaming table with columns, expectations and all clauses", () => {
    const { datasets, flows, notices } = read(`
-- bronze
CREATE OR REFRESH STREAMING TABLE orders (
  id BIGINT NOT NULL COMMENT 'key',
  amount DECIMAL(10, 2),
  CONSTRAINT has_id EXPECT (id IS NOT NULL) ON VIOLATION DROP ROW,
  CONSTRAINT plausible EXPECT (amount BETWEEN 0 AND 1e6),
  CONSTRAINT exact EXPECT (amount <> 0) ON VIOLATION FAIL UPDATE,
  CONSTRAINT positive CHECK (amount > 0),
  CONSTRAINT pk PRIMARY KEY (id)
)
PARTITIONED BY (day)
COMMENT 'as they come'
TBLPROPERTIES ('quality' = 'bronze', 'pipelines.reset.allowed' = false)
SCHEDULE REFRESH EVERY 1 HOUR
AS SELECT * FROM STREAM read_files('/Volumes/a', format => 'json')`);
    expect(datasets).toEqual([
      {
        kind: "streaming-table",
        name: ["orders"],
        schemaDdl: "id BIGINT NOT NULL COMMENT 'key', amount DECIMAL(10, 2)",
        expectations: [
          expectOrDrop("has_id", "id IS NOT NULL"),
          expectRows("plausible", "amount BETWEEN 0 AND 1e6"),
          expectOrFail("exact", "amount <> 0"),
        ],
        constraints: { positive: "amount > 0" },
        comment: "as they come",
        properties: { quality: "bronze", "pipelines.reset.allowed": "false" },
        partitionBy: ["day"],
        clusterBy: [],
        isPrivate: false,
        place: { file: "p.sql", line: 3 },
      },
    ]);
    expect(flows).toMatchObject([{ kind: "query", name: "orders", target: ["orders"], once: false, byName: true }]);
    expect(notices?.map((one) => one.message.split(" ").slice(0, 2).join(" "))).toEqual([
      "PRIMARY KEY",
      "SCHEDULE REFRESH",
    ]);
  });

  test.each([
    ["CREATE LIVE TABLE t AS SELECT 1 AS a", "materialized-view", false],
    ["CREATE OR REFRESH LIVE TABLE t AS SELECT 1 AS a", "materialized-view", false],
    ["CREATE TEMPORARY LIVE TABLE t AS SELECT 1 AS a", "materialized-view", true],
    ["CREATE STREAMING LIVE TABLE t AS SELECT * FROM STREAM(LIVE.s)", "streaming-table", false],
    ["CREATE OR REFRESH PRIVATE STREAMING TABLE t", "streaming-table", true],
    ["CREATE OR REPLACE MATERIALIZED VIEW t CLUSTER BY (a) AS SELECT 1 AS a", "materialized-view", false],
    ["CREATE PRIVATE MATERIALIZED VIEW t AS SELECT 1 AS a", "materialized-view", true],
    ["CREATE LIVE VIEW t AS SELECT 1 AS a", "temporary-view", true],
    ["CREATE TEMPORARY VIEW t AS SELECT 1 AS a", "temporary-view", true],
    ["CREATE TEMPORARY STREAMING LIVE VIEW t AS SELECT * FROM STREAM(s)", "temporary-view", true],
    ["CREATE TEMPORARY VIEW t (CONSTRAINT c EXPECT (a > 0)) AS SELECT 1 AS a", "temporary-view", true],
    ["CREATE VIEW t AS SELECT 1 AS a", "view", false],
  ])("%s", (text, kind, isPrivate) => {
    expect(read(text).datasets).toMatchObject([{ kind, name: ["t"], isPrivate }]);
  });

  test("names of a view's columns rename those of its query", () => {
    expect(flowText(read("CREATE TEMPORARY VIEW v (x COMMENT 'c', y) AS SELECT 1, 2"))).toBe(
      "SELECT * FROM (SELECT 1, 2\n) AS named(`x`, `y`)",
    );
    const definition = read("CREATE MATERIALIZED VIEW v (x COMMENT 'c', y) AS SELECT 1, 2");
    expect(flowText(definition)).toBe("SELECT * FROM (SELECT 1, 2\n) AS named(`x`, `y`)");
    expect(definition.notices).toMatchObject([{ dataset: "v", message: expect.stringContaining("column x") }]);
    expect(() => read("CREATE STREAMING TABLE t (a, b)")).toThrow("names and no types");
  });
});

describe("flows in SQL", () => {
  test("CREATE FLOW adds rows to a table, once or in each update", () => {
    const { flows } = read(`CREATE STREAMING TABLE t;
      CREATE FLOW a AS INSERT INTO t BY NAME SELECT * FROM STREAM x;
      CREATE FLOW b COMMENT 'old ones' AS INSERT INTO ONCE LIVE.t BY NAME SELECT * FROM y;
      CREATE STREAMING TABLE u FLOW INSERT ONCE BY NAME SELECT * FROM z`);
    expect(flows).toMatchObject([
      { name: "a", target: ["t"], once: false, place: { line: 2 } },
      { name: "b", target: ["t"], once: true, place: { line: 3 } },
      { name: "u", target: ["u"], once: true, place: { line: 4 } },
    ]);
  });

  test("AUTO CDC INTO with every clause", () => {
    const { flows } = read(`CREATE FLOW f AS AUTO CDC INTO customers FROM STREAM(feed)
      KEYS (shop, id) IGNORE NULL UPDATES ON * EXCEPT (city) APPLY AS DELETE WHEN op = 'D' SEQUENCE BY STRUCT(ts, seq)
      COLUMNS * EXCEPT (op, ts, seq) STORED AS SCD TYPE 2 TRACK HISTORY ON name, city`);
    expect(flows).toEqual([
      {
        kind: "auto-cdc",
        name: "f",
        target: ["customers"],
        place: { file: "p.sql", line: 1 },
        configuration: {},
        source: { kind: "sql", text: "SELECT * FROM STREAM(feed)" },
        keys: ["shop", "id"],
        sequenceBy: "STRUCT(ts, seq)",
        applyAsDeletes: "op = 'D'",
        ignoreNullUpdates: true,
        ignoreNullUpdatesColumns: { except: ["city"] },
        columns: { except: ["op", "ts", "seq"] },
        storedAs: 2,
        trackHistory: { only: ["name", "city"] },
        once: false,
      },
    ]);
  });

  test("APPLY CHANGES INTO is called as its target; so is FLOW AUTO CDC", () => {
    const { flows } =
      read(`APPLY CHANGES INTO LIVE.c FROM STREAM(LIVE.feed) KEYS (id) APPLY AS TRUNCATE WHEN op = 'T' SEQUENCE BY ts;
      CREATE STREAMING TABLE d FLOW AUTO CDC FROM STREAM feed KEYS (id) SEQUENCE BY (ts, n)`);
    expect(flows).toMatchObject([
      {
        name: "c",
        target: ["c"],
        source: { text: "SELECT * FROM STREAM(feed)" },
        storedAs: 1,
        applyAsTruncates: "op = 'T'",
      },
      { name: "d", target: ["d"], sequenceBy: "struct(ts, n)" },
    ]);
  });

  test.each([
    ["CREATE FLOW f AS AUTO CDC INTO t FROM STREAM x KEYS (id)", "Expected SEQUENCE BY"],
    ["APPLY CHANGES INTO t FROM STREAM x SEQUENCE BY a", "KEYS (columns) is missing"],
    ["APPLY CHANGES INTO t FROM STREAM x KEYS (a) KEYS (b) SEQUENCE BY a", "KEYS stands here twice"],
    [
      "APPLY CHANGES INTO t FROM STREAM x KEYS (a) SEQUENCE BY a TRACK HISTORY ON b",
      "TRACK HISTORY ON is for STORED AS SCD TYPE 2",
    ],
    [
      "APPLY CHANGES INTO t FROM STREAM x KEYS (a) APPLY AS TRUNCATE WHEN b SEQUENCE BY a STORED AS SCD TYPE 2",
      "APPLY AS TRUNCATE WHEN with SCD TYPE 2",
    ],
    [
      "APPLY CHANGES INTO t FROM STREAM x KEYS (a) SEQUENCE BY a STORED AS SCD TYPE 3",
      "Expected SCD TYPE 1 or SCD TYPE 2",
    ],
    ["CREATE FLOW f AS INSERT INTO t REPLACE WHERE a BY NAME SELECT 1", "A flow with REPLACE WHERE"],
    ["CREATE STREAMING TABLE t (a INT, CONSTRAINT c EXPECT (a), CONSTRAINT c EXPECT (b))", "two expectations called c"],
    ["CREATE MATERIALIZED VIEW v WITH ROW FILTER f ON (a) AS SELECT 1", "ROW FILTER"],
  ])("%s", (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});

describe("configuration, schemas and places", () => {
  test("keys of columns are notes, and leave the rest of their columns as it is", () => {
    const { datasets, notices } = read(`CREATE MATERIALIZED VIEW f (
      a BIGINT NOT NULL PRIMARY KEY COMMENT 'k',
      b INT CONSTRAINT fk FOREIGN KEY REFERENCES x.d (id),
      c MAP<STRING, DECIMAL(10, 2)> COMMENT 'm') AS SELECT 1`);
    expect(datasets[0]?.schemaDdl).toBe(
      "a BIGINT NOT NULL COMMENT 'k', b INT, c MAP<STRING, DECIMAL(10, 2)> COMMENT 'm'",
    );
    expect(notices).toHaveLength(2);
  });

  test("values of the configuration are put in as text, quoted or not; SET changes them for what is below", () => {
    const definition = read(
      `-- \${unknown} in a comment is none
CREATE MATERIALIZED VIEW \${prefix}_a AS SELECT '\${day}' AS day, \${n} AS n;
SET n = 2;
SET spark.sql.session.timeZone = Europe/Warsaw;
CREATE MATERIALIZED VIEW b AS SELECT \${n} AS n`,
      { prefix: "gold", day: "2024-01-01", n: "1" },
    );
    expect(definition.datasets.map((one) => one.name)).toEqual([["gold_a"], ["b"]]);
    expect(flowText(definition)).toBe("SELECT '2024-01-01' AS day, 1 AS n");
    expect(flowText(definition, 1)).toBe("SELECT 2 AS n");
    expect(definition.flows.map((one) => one.configuration)).toEqual([
      {},
      { n: "2", "spark.sql.session.timeZone": "Europe/Warsaw" },
    ]);
  });

  test("a key without a value is named with its line", () => {
    expect(() => read("\nCREATE MATERIALIZED VIEW a AS\nSELECT ${" + "dya}", { day: "1" })).toThrow(
      "p.sql:3: [SQL_CONF_NOT_FOUND] The configuration of the pipeline has no value for `dya`. It has `day`.",
    );
  });

  test("USE qualifies names below it, but those of temporary views and WITH", () => {
    const { datasets, flows } = read(`CREATE TEMPORARY VIEW v AS SELECT 1 AS a;
      USE SCHEMA gold;
      CREATE MATERIALIZED VIEW m AS WITH w AS (SELECT * FROM LIVE.t) SELECT t.a FROM w JOIN v JOIN silver.t JOIN csv.\`/a.csv\`;
      USE CATALOG prod;
      CREATE FLOW f AS INSERT INTO m BY NAME SELECT * FROM x JOIN silver.t`);
    expect(datasets.map((one) => one.name)).toEqual([["v"], ["gold", "m"]]);
    expect(flows.map((one) => one.target.join("."))).toEqual(["v", "gold.m", "prod.default.m"]);
    expect(flows[1]).toMatchObject({
      query: {
        text: "WITH w AS (SELECT * FROM `gold`.`t`) SELECT t.a FROM w JOIN v JOIN silver.t JOIN csv.`/a.csv`",
      },
    });
    expect(flows[2]).toMatchObject({ query: { text: "SELECT * FROM `prod`.`default`.`x` JOIN `prod`.`silver`.`t`" } });
  });

  test("cells of a notebook end statements; lines are the file's", () => {
    const text =
      "-- Databricks notebook source\nCREATE STREAMING TABLE a\n\n-- COMMAND ----------\n\nCREATE STREAMING TABLE b";
    expect(read(text).datasets.map((one) => [one.name[0], one.place.line])).toEqual([
      ["a", 2],
      ["b", 6],
    ]);
    const cell = sqlDefinition([{ file: "n.ts", text: "CREATE STREAMING TABLE c", firstLine: 40 }], {});
    expect(cell.datasets[0]?.place).toEqual({ file: "n.ts", line: 40 });
  });

  test("a mistake is told with file, line and column", () => {
    expect(() => read("CREATE STREAMING TABLE a;\n\nCREATE MATERIALIZED VIEW b AS\n  SELECT a FROM t WHERE;")).toThrow(
      /^p\.sql:4:\d+: \[PARSE_SYNTAX_ERROR\]/,
    );
  });

  test("what is refused within a statement is told with the statement's line", () => {
    expect(() => read("SET a;\n\nCREATE MATERIALIZED VIEW v LOCATION '/x' AS SELECT 1")).toThrow(
      /^p\.sql:3: \[UNSUPPORTED_FEATURE\.PIPELINE_LOCATION\]/,
    );
  });

  test.each([
    ["INSERT INTO t SELECT 1", "INSERT cannot stand", "CREATE FLOW"],
    ["SELECT 1", "A query cannot stand", "CREATE MATERIALIZED VIEW"],
    ["CREATE TABLE t (a INT)", "CREATE TABLE cannot stand", "STREAMING TABLE"],
    ["DELETE FROM t", "DELETE cannot stand", "before the pipeline"],
    ["GRANT SELECT ON t TO me", "GRANT cannot stand", "before the pipeline"],
  ])("%s is refused with its line and what to do", (text, problem, cure) => {
    expect(() => read(`CREATE STREAMING TABLE x;\n${text}`)).toThrow(
      new RegExp(`^p\\.sql:2: \\[UNSUPPORTED_FEATURE\\.STATEMENT\\] ${problem}.*${cure}`),
    );
  });
});

describe("inputs of a query", () => {
  test("tables, streams and functions, through WITH and subqueries", () => {
    const text = `WITH a AS (SELECT * FROM STREAM(LIVE.b)) SELECT * FROM a JOIN LIVE.c USING (id)
      WHERE id IN (SELECT id FROM s.d) AND EXISTS (SELECT 1 FROM STREAM read_files('/x')) AND x = (SELECT max(x) FROM c)`;
    expect(queryInputs(text)).toEqual([
      { name: ["b"], isStream: true, isFunction: false },
      { name: ["c"], isStream: false, isFunction: false },
      { name: ["s", "d"], isStream: false, isFunction: false },
      { name: ["read_files"], isStream: true, isFunction: true },
    ]);
  });

  test("LIVE is taken off tables and their columns, and nothing else", () => {
    expect(withoutLivePrefix("SELECT LIVE.t.a, o.live.t, 'LIVE.t' FROM LIVE.t JOIN o")).toBe(
      "SELECT t.a, o.live.t, 'LIVE.t' FROM t JOIN o",
    );
  });
});

test.each([
  ["CREATE OR REFRESH STREMING TABLE t AS SELECT 1 AS a", "STREMING", "STREAMING"],
  ["CREATE MATERIALISED VIEW v AS SELECT 1 AS a", "MATERIALISED", "MATERIALIZED"],
  ["CREATE OR REFERSH STREAMING TABLE t", "REFERSH", "REFRESH"],
  ["CREATE STREAMING TABLE t AS SELECT * FROM STRAEM read_files('/x', format => 'json')", "STRAEM", "STREAM"],
])("of a misspelt word it is said what was meant: %s", (text, word, meant) => {
  expect(() => read(`-- above\n${text}`)).toThrow(
    new RegExp(`p.sql:2.*PARSE_SYNTAX_ERROR.*Did you mean ${meant}`, "s"),
  );
  expect(() => read(text)).toThrow(word);
});

const WHOLE = [
  `CREATE FLOW f AS AUTO CDC INTO t FROM STREAM(x) KEYS (a, b) IGNORE NULL UPDATES ON * EXCEPT (z) APPLY AS DELETE WHEN op = 'D'
   APPLY AS TRUNCATE WHEN op = 'T' SEQUENCE BY struct(ts, id) COLUMNS * EXCEPT (op, ts) STORED AS SCD TYPE 1`,
  `CREATE OR REFRESH STREAMING TABLE t (id BIGINT NOT NULL COMMENT 'k', b INT CONSTRAINT fk FOREIGN KEY REFERENCES a.b (c), CONSTRAINT ok
   EXPECT (id IS NOT NULL) ON VIOLATION DROP ROW, CONSTRAINT c CHECK (id > 0)) PARTITIONED BY (d) TBLPROPERTIES ('q' = 'b') CLUSTER BY AUTO
   SCHEDULE REFRESH CRON '0 0 * * * ?' AT TIME ZONE 'UTC' AS SELECT * FROM STREAM read_files('/x') WATERMARK ts DELAY OF INTERVAL 1 HOUR`,
  `USE CATALOG c; USE SCHEMA s; SET a = 1; CREATE TEMPORARY VIEW v (x COMMENT 'c', y) AS SELECT LIVE.t.a FROM LIVE.t JOIN
   cloud_files('/x', 'json', map('a', 'b')); CREATE STREAMING TABLE u FLOW INSERT ONCE BY NAME SELECT 1 AS a`,
].map((text) => text.split(/(\s+|[(),;.])/).filter((one) => one !== ""));

test("whatever is missing, doubled or cut off, a source is read or refused with its line", () => {
  const change = fc.record({ at: fc.nat(200), from: fc.nat(200), kind: fc.constantFrom("remove", "double", "cut") });
  const tally = { read: 0, refused: 0 };
  fc.assert(
    fc.property(fc.constantFrom(...WHOLE), fc.array(change, { minLength: 1, maxLength: 3 }), (whole, changes) => {
      const tokens = [...whole];
      for (const { at, from, kind } of changes) {
        if (kind === "remove") tokens.splice(at % tokens.length, 1);
        else if (kind === "double") tokens.splice(at % tokens.length, 0, tokens[from % tokens.length] ?? "");
        else tokens.length = Math.max(1, at % tokens.length);
      }
      try {
        read(tokens.join(""));
        tally.read += 1;
      } catch (error) {
        if (!isLakeletError(error)) throw error;
        expect(error.location).toMatchObject({ file: "p.sql", line: expect.any(Number) });
        tally.refused += 1;
      }
    }),
    { numRuns: 200 },
  );
  expect(tally.read).toBeGreaterThan(10);
  expect(tally.refused).toBeGreaterThan(50);
});
