import { beforeAll, describe, expect, test } from "vitest";
import { loadParser, parseQuery } from "../../../src/sql/parse/parse.js";
import { queryText } from "../../../src/sql/parse/sql-text.js";

beforeAll(loadParser);

function source(from: string): unknown {
  const query = parseQuery(`SELECT * FROM ${from}`);
  return query.kind === "select" ? query.from[0] : undefined;
}

describe("STREAM in FROM", () => {
  test.each([
    ["STREAM(a.b)", { kind: "table", name: ["a", "b"], streaming: true }],
    ["stream a.b x", { kind: "table", name: ["a", "b"], streaming: true, alias: "x" }],
    ["STREAM (LIVE.`a b`) AS x", { kind: "table", name: ["LIVE", "a b"], streaming: true, alias: "x" }],
    ["STREAM IDENTIFIER('a.b')", { kind: "table", name: ["a", "b"], streaming: true }],
    ["STREAM read_files('/x', format => 'csv')", { kind: "function", streaming: true, call: { name: "read_files" } }],
    ["STREAM(read_files('/x')) AS f", { kind: "function", streaming: true, alias: "f" }],
    ["STREAM(a) WATERMARK at DELAY OF INTERVAL 10 MINUTES AS x", { name: ["a"], streaming: true, alias: "x" }],
    ["STREAM a WATERMARK at DELAY OF INTERVAL '10' MINUTES", { name: ["a"], streaming: true }],
    ["STREAM(a) WITH (SKIPCHANGECOMMITS) AS x", { name: ["a"], options: { skipchangecommits: "true" }, alias: "x" }],
    [
      "STREAM a WITH ('startingVersion' = 3, ignoreDeletes => true) x",
      { name: ["a"], options: { startingversion: "3", ignoredeletes: "true" }, alias: "x" },
    ],
  ])("%s", (from, expected) => {
    expect(source(from)).toMatchObject(expected);
  });

  test.each([
    "stream",
    "stream WHERE a = 1",
    "stream AS s",
    "stream.t",
    "stream JOIN u ON true",
    "stream, u",
    "watermark",
  ])("%s is a table's name", (from) => {
    expect(JSON.stringify(source(from))).not.toContain("streaming");
  });

  test("cloud_files is STREAM read_files with its options' short names; nothing is inferred unless it is asked for", () => {
    expect(
      source("cloud_files('/x', 'json', map('cloudFiles.schemaHints', 'a INT', 'multiLine', 'true')) AS f"),
    ).toMatchObject({
      kind: "function",
      streaming: true,
      alias: "f",
      call: {
        name: "read_files",
        args: [{ value: "/x" }],
        namedArgs: [
          { name: "format", value: { value: "json" } },
          { name: "schemahints", value: { value: "a INT" } },
          { name: "multiline", value: { value: "true" } },
          { name: "infercolumntypes", value: { value: "false" } },
        ],
      },
    });
  });

  test("a query has no place in it", () => {
    expect(() => parseQuery("SELECT * FROM STREAM(SELECT 1)")).toThrow("STREAM takes a table or a table function");
  });

  test.each([
    "SELECT * FROM STREAM a JOIN STREAM(b) AS c USING (id), stream d",
    "FROM STREAM(a) |> WHERE x > 1",
    "WITH w AS (SELECT * FROM STREAM a) SELECT * FROM w, STREAM read_files('/x') f",
    "SELECT * FROM STREAM a LATERAL VIEW explode(l) e AS v",
  ])("%s is the same when it is written out", (text) => {
    const written = queryText(parseQuery(text));
    expect(queryText(parseQuery(written))).toBe(written);
    expect(written.match(/STREAM/g)).toHaveLength(text.match(/STREAM|stream/g)?.length ?? 0);
  });

  test("the words are names where they are columns and functions", () => {
    expect(queryText(parseQuery("SELECT stream, stream(a), watermark FROM t"))).toBe(
      "SELECT `stream`, stream(`a`), `watermark` FROM `t`",
    );
  });
});
