import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import type { DataFile, Engine, ScanDataFiles, Value, WrittenFile } from "../../src/engine/engine.js";
import {
  array,
  BOOLEAN,
  DATE,
  DOUBLE,
  decimal,
  field,
  INTEGER,
  LONG,
  map,
  STRING,
  type StructType,
  struct,
  TIMESTAMP,
  TIMESTAMP_NTZ,
} from "../../src/schema/data-type.js";

let engine: Engine;
let folder: string;
beforeAll(async () => {
  engine = await createEngine({ threads: 2 });
});
afterAll(() => engine.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lakelet-data-files-"));
});
afterEach(() => rm(folder, { recursive: true }));

const rowsOf = async (sql: string) => (await engine.run(sql)).rows;
const asDataFiles = (files: readonly WrittenFile[]): DataFile[] =>
  files.map(({ path, partition }) => ({ path, partition }));

async function write(sql: string, options: { partitionBy?: string[]; targetFileSize?: number } = {}) {
  const schema = await engine.describe(sql);
  return engine.writeDataFiles({ sql, schema, folder, partitionBy: [], ...options });
}

async function scan(files: readonly DataFile[], schema: StructType, options: Partial<ScanDataFiles> = {}) {
  return engine.scan({ files, schema, partitionColumns: [], ...options });
}

describe("writeDataFiles", () => {
  it("tells rows, bytes and statistics of what it wrote", async () => {
    const files = await write(
      `SELECT * FROM (VALUES (1::BIGINT, 1.5::DECIMAL(10,2), 'b', {'c': DATE '2024-01-01'}, [1], 'nan'::DOUBLE),
        (2, NULL, 'a', NULL, [2], 1.0)) AS t(id, amount, "q""q", st, li, x)`,
    );
    const [file] = files;
    expect(files).toHaveLength(1);
    expect(file?.path).toMatch(/\/part-[0-9a-f]{12}-[0-9a-f-]{36}\.c000\.snappy\.parquet$/);
    expect(file?.rowCount).toBe(2);
    expect(file?.size).toBe((await stat(file?.path ?? "")).size);
    const byPath = Object.fromEntries((file?.statistics ?? []).map(({ path, ...rest }) => [path.join("/"), rest]));
    expect(byPath).toEqual({
      id: { nullCount: 0n, min: "1", max: "2" },
      amount: { nullCount: 1n, min: "1.50", max: "1.50" },
      'q"q': { nullCount: 0n, min: "a", max: "b" },
      "st/c": { nullCount: 1n, min: "2024-01-01", max: "2024-01-01" },
      x: { nullCount: 0n, min: "1.0", max: "1.0", hasNaN: true },
    });
  });

  it("writes no file for no rows", async () => {
    expect(await write("SELECT 1 AS a WHERE false")).toEqual([]);
    expect(await write("SELECT 1 AS a, 2 AS b WHERE false", { partitionBy: ["b"] })).toEqual([]);
    expect(await write("SELECT 1 AS a WHERE false ORDER BY a")).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it("begins another file at the target size", async () => {
    const files = await write("SELECT hash(i) AS h FROM range(500000) AS t(i)", { targetFileSize: 1_000_000 });
    expect(files.length).toBeGreaterThan(2);
    expect(files.reduce((sum, file) => sum + file.rowCount, 0)).toBe(500_000);
  });

  it("keeps the order of an ordered query, and of one over it", async () => {
    for (const sql of [
      "SELECT hash(i) AS h FROM range(300000) AS t(i) ORDER BY h",
      "SELECT h + 0 AS h FROM (SELECT hash(i) AS h FROM range(300000) AS t(i) ORDER BY h) WHERE h % 2 = 0",
    ]) {
      const files = await write(sql, { targetFileSize: 1_000_000 });
      const relation = await scan(asDataFiles(files), await engine.describe(sql), { withPosition: true });
      const misplaced = await rowsOf(
        `SELECT count(*) FROM (SELECT h, lag(h) OVER (PARTITION BY __file_index ORDER BY __row_number) AS before FROM ${relation}) WHERE before > h`,
      );
      expect(misplaced).toEqual([[0n]]);
    }
  });

  it("leaves the partition columns out of the files and tells their values", async () => {
    const files = await write(
      `SELECT i AS id, CASE WHEN i < 3 THEN ['x=/%', '', NULL][i + 1] ELSE '__HIVE_DEFAULT_PARTITION__' END AS p FROM range(4) AS t(i)`,
      { partitionBy: ["p"] },
    );
    expect(files.map((file) => file.partition.p ?? null).sort()).toEqual(
      ["", "__HIVE_DEFAULT_PARTITION__", "x=/%", null].sort(),
    );
    const columns = await rowsOf(`DESCRIBE SELECT * FROM read_parquet('${files[0]?.path}')`);
    expect(columns.map(([name]) => name)).toEqual(["id"]);
    expect((await readdir(folder)).every((name) => name.endsWith(".parquet"))).toBe(true);
  });

  it("gives timestamp partitions in UTC whatever the session time zone", async () => {
    const warsaw = await createEngine({ timeZone: "Europe/Warsaw" });
    const sql = "SELECT 1 AS id, TIMESTAMPTZ '2024-01-01 00:00:00.5Z' AS t";
    const [file] = await warsaw.writeDataFiles({ sql, schema: await warsaw.describe(sql), folder, partitionBy: ["t"] });
    expect(file?.partition.t).toBe("2024-01-01 00:00:00.5+00");
    await warsaw.close();
  });

  it("does not burst into small files when many partitions come unsorted", async () => {
    const files = await write("SELECT i, i * 7919 % 300 AS p FROM range(1200000) AS t(i)", { partitionBy: ["p"] });
    expect(files.length).toBeLessThan(350);
    expect(files.reduce((sum, file) => sum + file.rowCount, 0)).toBe(1_200_000);
    expect(await readdir(folder)).toHaveLength(files.length);
  });

  it("removes its files, and only those, when the query fails or is stopped", async () => {
    await writeFile(join(folder, "part-other.parquet"), "x");
    const failing =
      "SELECT hash(i) AS h, CASE WHEN i = 2999999 THEN error('late') END AS e FROM range(3000000) AS t(i)";
    await expect(write(failing, { targetFileSize: 100_000 })).rejects.toThrow("late");
    const endless = write("SELECT hash(i) AS h FROM range(100000000000) AS t(i)", { targetFileSize: 100_000 });
    const outcome = endless.catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 300));
    engine.interrupt();
    expect(await outcome).toMatchObject({ condition: "OPERATION_CANCELED" });
    expect(await readdir(folder)).toEqual(["part-other.parquet"]);
  });
});

describe("scan", () => {
  it("gives no rows of the schema where there is no file", async () => {
    const schema = struct([field("id", LONG), field("d", decimal(5, 2))]);
    expect(
      await rowsOf(`SELECT count(*), count(__file_path) FROM ${await scan([], schema, { withPosition: true })}`),
    ).toEqual([[0n, 0n]]);
    expect((await engine.describe(`FROM ${await scan([], schema)}`)).fields.map((one) => one.dataType)).toEqual([
      LONG,
      decimal(5, 2),
    ]);
  });

  it("refuses to tell the places of rows whose columns have these names", async () => {
    const files = asDataFiles(await write('SELECT 1::BIGINT AS "__File_Index"'));
    const schema = struct([field("__File_Index", LONG)]);
    await expect(scan(files, schema, { withPosition: true })).rejects.toMatchObject({
      condition: "COLUMN_ALREADY_EXISTS",
    });
    expect(await rowsOf(`FROM ${await scan(files, schema)}`)).toEqual([[1n]]);
  });

  it("reads files of older and other schemas as the table's", async () => {
    const files = [
      ...(await write(`SELECT 1::INTEGER AS "ID", {'x': 1::INTEGER} AS s, 1.5::DECIMAL(4,1) AS d, [{'p': 1}] AS l`)),
      ...(await write(
        "SELECT 2::BIGINT AS id, {'y': 'v', 'x': 2::BIGINT} AS s, 2.25::DECIMAL(10,2) AS d, 'more' AS extra, true AS late",
      )),
      ...(await write("SELECT 'none of them' AS other")),
    ];
    const schema = struct([
      field("id", LONG),
      field("late", BOOLEAN),
      field("s", struct([field("x", LONG), field("y", STRING)])),
      field("d", decimal(10, 2)),
      field("l", array(struct([field("p", INTEGER), field("q", STRING)]))),
      field("m", map(STRING, INTEGER)),
    ]);
    const { rows, columns } = await engine.run(`SELECT * FROM ${await scan(asDataFiles(files), schema)} ORDER BY id`);
    expect(columns).toEqual(["id", "late", "s", "d", "l", "m"]);
    expect(rows).toEqual([
      [null, null, null, null, null, null],
      [1n, null, { x: 1n, y: null }, "1.50", [{ p: 1, q: null }], null],
      [2n, true, { x: 2n, y: "v" }, "2.25", null, null],
    ]);
  });

  it("reads partition values that hold the character NUL", async () => {
    const [one] = await write("SELECT 1 AS id");
    const schema = struct([field("id", INTEGER), field("b", STRING)]);
    const files = ["a\0b", "\0", "it's"].map((b) => ({ path: one?.path ?? "", partition: { b } }));
    const relation = await scan(files, schema, { partitionColumns: ["b"] });
    expect(await rowsOf(`SELECT b FROM ${relation} ORDER BY b`)).toEqual([["\0"], ["a\0b"], ["it's"]]);
  });

  it.each([[3], [1500]])("puts partition values in their place (%i files)", async (count) => {
    const [one] = await write("SELECT 1 AS id");
    const schema = struct([
      field("day", DATE),
      field("id", INTEGER),
      field("n", LONG),
      field("b", STRING),
      field("same", DOUBLE),
    ]);
    const files = Array.from({ length: count }, (_, i) => ({
      path: one?.path ?? "",
      partition: { day: i === 0 ? null : "2024-01-31", N: i === 1 ? "" : String(i), b: `it's ${i}`, same: "1e3" },
    }));
    const relation = await scan(files, schema, { partitionColumns: ["DAY", "n", "b", "same"], withPosition: true });
    const rows = await rowsOf(`SELECT * EXCLUDE (__file_path) FROM ${relation} ORDER BY __file_index LIMIT 3`);
    expect(rows).toEqual([
      [null, 1, 0n, "it's 0", 1000, 0n, 0n],
      ["2024-01-31", 1, null, "it's 1", 1000, 1n, 0n],
      ["2024-01-31", 1, 2n, "it's 2", 1000, 2n, 0n],
    ]);
    expect(await rowsOf(`SELECT count(*) FROM ${relation} WHERE n = 2`)).toEqual([[1n]]);
  });

  it("reads partition values of each type from the protocol's texts", async () => {
    const warsaw = await createEngine({ timeZone: "Europe/Warsaw" });
    const [one] = await write("SELECT 1 AS id");
    const types = {
      t1: TIMESTAMP,
      t2: TIMESTAMP,
      ntz: TIMESTAMP_NTZ,
      b: BOOLEAN,
      d: decimal(38, 3),
      bin: { kind: "binary" } as const,
    };
    const partition = {
      t1: "2024-07-01 02:00:00.5",
      t2: "2024-07-01T00:00:00.500000Z",
      ntz: "2024-07-01 02:00:00",
      b: "true",
      d: "12345678901234567890123456789012345.678",
      bin: "\u0001ż",
    };
    const names = Object.keys(types);
    const schema = struct([field("id", INTEGER), ...Object.entries(types).map(([name, type]) => field(name, type))]);
    const files = [
      { path: one?.path ?? "", partition },
      { path: one?.path ?? "", partition: {} },
    ];
    const relation = await warsaw.scan({ files, schema, partitionColumns: names });
    const { rows } = await warsaw.run(`SELECT * EXCLUDE (id) FROM ${relation}`);
    expect(rows[0]).toEqual([
      "2024-07-01T00:00:00.500000Z",
      "2024-07-01T00:00:00.500000Z",
      "2024-07-01T02:00:00.000000",
      true,
      "12345678901234567890123456789012345.678",
      Uint8Array.from([1, 0xc5, 0xbc]),
    ]);
    expect(rows[1]).toEqual(names.map(() => null));
    await warsaw.close();
  });

  it("tells the position of rows, in columns of any name and folders of any", async () => {
    const odd = await mkdtemp(join(folder, "[a]*?'b "));
    const sql = `SELECT i AS file_index, 'f' AS filename, i AS "file_row_number" FROM range(5) AS t(i)`;
    const schema = await engine.describe(sql);
    const written = await engine.writeDataFiles({ sql, schema, folder: odd, partitionBy: [] });
    const other = await engine.writeDataFiles({ sql, schema, folder: odd, partitionBy: [] });
    const relation = await scan(asDataFiles([...written, ...other]), schema, { withPosition: true });
    const rows = await rowsOf(`SELECT * FROM ${relation} WHERE file_index > 3 ORDER BY __file_index`);
    expect(rows).toEqual([
      [4n, "f", 4n, written[0]?.path ?? "", 0n, 4n],
      [4n, "f", 4n, other[0]?.path ?? "", 1n, 4n],
    ]);
  });

  it("gives the rows of one file of several row groups in their order, each with its place", async () => {
    const files = await write("SELECT range AS id FROM range(300000) ORDER BY id");
    expect(files).toHaveLength(1);
    const known = files.map(({ path, rowCount }) => ({ path, partition: {}, rowCount }));
    const relation = await scan(known, struct([field("id", LONG)]), { withPosition: true });
    expect(
      await rowsOf(
        `SELECT count(*), count(DISTINCT __file_path), max(__file_index), count(*) FILTER (WHERE id <> __row_number) FROM ${relation}`,
      ),
    ).toEqual([[300_000n, 1n, 0n, 0n]]);
    const ids = (await rowsOf(`SELECT id FROM ${relation}`)).map(([id]) => Number(id));
    expect(ids.every((id, i) => id === i)).toBe(true);
  });

  it("takes timestamps without a zone as UTC instants in any session time zone", async () => {
    const warsaw = await createEngine({ timeZone: "Europe/Warsaw" });
    const type =
      "{'t': TIMESTAMP '2024-07-01 12:00:00', 'm': MAP {'k': TIMESTAMP '2024-07-01 12:00:00'}, 'n': NULL::TIMESTAMP}";
    const local = await write(
      `SELECT 1 AS id, TIMESTAMP '2024-07-01 12:00:00' AS t, [${type}] AS l, NULL::STRUCT(t TIMESTAMP) AS s, TIMESTAMP '2024-07-01 12:00:00' AS ntz`,
    );
    const instants = await write(
      "SELECT 2 AS id, TIMESTAMPTZ '2024-07-01 12:00:00Z' AS t, TIMESTAMP '2024-07-01 12:00:00' AS ntz",
    );
    const nested = struct([field("t", TIMESTAMP), field("m", map(STRING, TIMESTAMP)), field("n", TIMESTAMP)]);
    const schema = struct([
      field("id", INTEGER),
      field("t", TIMESTAMP),
      field("l", array(nested)),
      field("s", struct([field("t", TIMESTAMP)])),
      field("ntz", TIMESTAMP_NTZ),
    ]);
    const request = {
      files: asDataFiles([...local, ...instants, ...local]),
      schema,
      partitionColumns: [],
      withPosition: true,
    };
    const instant = "2024-07-01T12:00:00.000000Z";
    for (const one of [engine, warsaw]) {
      const { rows } = await one.run(
        `SELECT * EXCLUDE (__file_path) FROM ${await one.scan(request)} ORDER BY __file_index`,
      );
      const first: Value[] = [
        1,
        instant,
        [{ t: instant, m: new Map([["k", instant]]), n: null }],
        null,
        "2024-07-01T12:00:00.000000",
      ];
      expect(rows).toEqual([
        [...first, 0n, 0n],
        [2, instant, null, null, "2024-07-01T12:00:00.000000", 1n, 0n],
        [...first, 2n, 0n],
      ]);
    }
    await warsaw.close();
  });

  it("lets filters and projections reach the files", async () => {
    const files = await write("SELECT i AS id, i % 7 AS w, 'x' AS p FROM range(10) AS t(i)", { partitionBy: ["p"] });
    const schema = struct([field("id", LONG), field("w", LONG), field("p", STRING)]);
    const relation = await scan(asDataFiles(files), schema, { partitionColumns: ["p"] });
    const [row] = await rowsOf(`EXPLAIN (FORMAT json) SELECT w FROM ${relation} WHERE id > 5 AND p = 'x'`);
    const plan = JSON.stringify(JSON.parse(String(row?.[1])));
    expect(plan).toMatch(/"name":"READ_PARQUET\s*"/);
    expect(plan).toMatch(/"Filters":"id>5"/);
    expect(plan).not.toMatch(/"name":"FILTER/);
  });
});

it("writeParquet writes one file and tells its size", async () => {
  const path = join(folder, "checkpoint.parquet");
  const size = await engine.writeParquet("SELECT i AS a, {'b': [i]} AS s FROM range(3) AS t(i) ORDER BY i DESC", path);
  expect(size).toBe((await stat(path)).size);
  expect(await rowsOf(`SELECT a FROM read_parquet('${path}')`)).toEqual([[2n], [1n], [0n]]);
  await expect(engine.writeParquet("SELECT error('no')", join(folder, "bad.parquet"))).rejects.toThrow();
  expect(await readdir(folder)).toEqual(["checkpoint.parquet"]);
});
