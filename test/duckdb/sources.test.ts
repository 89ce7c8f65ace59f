import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import type { Engine, FileSource, OpenedFiles, Value } from "../../src/engine/engine.js";
import {
  array,
  BYTE,
  DATE,
  DOUBLE,
  decimal,
  field,
  INTEGER,
  LONG,
  map,
  STRING,
  struct,
  TIMESTAMP,
} from "../../src/schema/data-type.js";
import { typeText } from "../../src/schema/type-text.js";

let engine: Engine;
let folder: string;
beforeAll(async () => {
  engine = await createEngine({ threads: 2 });
});
afterAll(() => engine.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lakelet-sources-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

function open(
  format: FileSource["format"],
  paths: readonly string[],
  rest: Partial<FileSource> = {},
): Promise<OpenedFiles> {
  return engine.openFiles({ format, paths, options: {}, timeZone: "UTC", ...rest });
}

/** The rows once they are final, without the file's path; and how often the query ran. */
async function read(
  opened: OpenedFiles,
  select = "* EXCLUDE (__file_path)",
): Promise<{ rows: readonly (readonly Value[])[]; runs: number }> {
  for (let runs = 1; ; runs++) {
    const { rows } = await engine.run(`SELECT ${select} FROM ${opened.sql()}`);
    if ((await opened.settle()) === "final") return { rows, runs };
  }
}

const PEOPLE = struct([field("id", INTEGER), field("name", STRING), field("_corrupt_record", STRING)]);

describe("csv", () => {
  it("reads clean files in one run, by the path that it was given", async () => {
    const paths = [await file("b.csv", "id,name\n2,y\n"), await file("a.csv", "id,name\n1,x\n")];
    const opened = await open("csv", [folder], { options: { header: "true" }, schema: PEOPLE });
    expect(opened.files.map((one) => [one.path, one.size])).toEqual([
      [paths[1], 12],
      [paths[0], 12],
    ]);
    const { rows, runs } = await read(opened, "*");
    expect(runs).toBe(1);
    expect(rows).toEqual([
      [1, "x", null, paths[1]],
      [2, "y", null, paths[0]],
    ]);
    expect(await opened.malformed()).toEqual([]);
    await opened.close();
  });

  it("keeps every malformed line with its file, line, text and reason", async () => {
    const clean = await file("clean.csv", "id,name\n1,x\n");
    const dirty = await file("dirty.csv", "id,name\n2,y\n\nthree,z\n4\n5,v,w\n6,u\n");
    const opened = await open("csv", [clean, dirty], { options: { header: "true" }, schema: PEOPLE });
    const { rows, runs } = await read(opened, "*");
    expect(runs).toBe(2);
    expect(rows).toEqual([
      [1, "x", null, clean],
      [2, "y", null, dirty],
      [null, "z", "three,z", dirty],
      [4, null, "4", dirty],
      [5, "v", "5,v,w", dirty],
      [6, "u", null, dirty],
    ]);
    expect(await opened.malformed()).toEqual([
      { file: dirty, line: 4, text: "three,z", reason: "The value 'three' of the column `id` is no int." },
      { file: dirty, line: 5, text: "4", reason: "The line has 1 values, the schema has 2 columns." },
      { file: dirty, line: 6, text: "5,v,w", reason: "The line has 3 values, the schema has 2 columns." },
    ]);
    await opened.close();
    expect((await engine.run("SELECT count(*) FROM duckdb_tables()")).rows).toEqual([[0n]]);
  });

  it("finds malformed lines whichever columns are asked for, through COPY and stream too", async () => {
    const path = await file("dirty.csv", "1,x\ntwo,y\n3,z\n");
    const schema = struct([field("id", INTEGER), field("name", STRING)]);
    const opened = await open("csv", [path], { schema, options: { mode: "DROPMALFORMED" } });
    const sql = () => `SELECT name FROM ${opened.sql()}`;
    const rows: Value[][] = [];
    do {
      rows.length = 0;
      for await (const batch of engine.stream(sql())) rows.push(...batch.rows.map((row) => [...row]));
    } while ((await opened.settle()) === "again");
    expect(rows).toEqual([["x"], ["z"]]);
    await opened.close();
    const again = await open("csv", [path], { schema });
    const write = () =>
      engine.writeDataFiles({
        sql: `SELECT name FROM ${again.sql()}`,
        schema: struct([field("name", STRING)]),
        folder,
        partitionBy: [],
      });
    await write();
    expect(await again.settle()).toBe("again");
    expect((await write()).map((one) => one.rowCount)).toEqual([3]);
    expect(await again.settle()).toBe("final");
    expect(await again.malformed()).toHaveLength(1);
    await again.close();
  });

  it("sees a text in doubt in a row that the query leaves out for what the engine took it for", async () => {
    const path = await file("blank.csv", "id,name\n1,x\n 2,y\n,z\n");
    const opened = await open("csv", [path], { schema: PEOPLE, options: { header: "true" } });
    const asked = async () =>
      (await engine.run(`SELECT name FROM ${opened.sql()} WHERE id IS NULL ORDER BY name`)).rows;
    expect(await asked()).toEqual([["z"]]);
    expect(await opened.settle()).toBe("again");
    expect(await asked()).toEqual([["y"], ["z"]]);
    await opened.close();
    const failing = await open("csv", [path], { schema: PEOPLE, options: { header: "true", mode: "FAILFAST" } });
    await engine.run(`SELECT name FROM ${failing.sql()} WHERE name = 'x'`);
    await expect(failing.settle()).rejects.toMatchObject({ location: { file: path, line: 3 } });
    await failing.close();
  });

  it("fails fast with the file and the line", async () => {
    const path = await file("dirty.csv", "id,name\n1,x\n2,y,z\n");
    const opened = await open("csv", [path], { schema: PEOPLE, options: { header: "true", mode: "FAILFAST" } });
    await expect(read(opened)).rejects.toMatchObject({
      condition: "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
      location: { file: path, line: 3 },
    });
    await opened.close();
  });

  it("reads the rest by the exact parser where the engine's reader gives up", async () => {
    const path = await file("mixed.csv", `id,name\n1,x\r\n2,y\r3,"z\r\n4,w\n`);
    const opened = await open("csv", [path], { schema: PEOPLE, options: { header: "true" } });
    const { rows } = await read(opened);
    expect(rows.map(([id]) => id)).toEqual([1, 2, 3, 4]);
    expect(rows[2]).toEqual([3, "z", null]);
    await opened.close();
  });

  it("takes encodings that the engine lacks", async () => {
    const path = await file(
      "pl.csv",
      Buffer.from([0x69, 0x64, 0x2c, 0x6e, 0x0a, 0x31, 0x2c, 0xbf, 0xf3, 0xb3, 0xe6, 0x0a]),
    );
    const opened = await open("csv", [path], { options: { header: "true", encoding: "windows-1250" } });
    expect((await read(opened, "*")).rows).toEqual([["1", "żółć", path]]);
    await opened.close();
    await expect(open("csv", [path], { options: { encoding: "klingon" } })).rejects.toMatchObject({
      condition: "INVALID_PARAMETER_VALUE.CHARSET",
    });
  });

  it("names the first file and line whose header differs from the first one's", async () => {
    await file("1.csv", "id,name\n1,x\n");
    const second = await file("2.csv", "\nname,id\ny,2\n");
    await expect(open("csv", [folder], { options: { header: "true" } })).rejects.toMatchObject({
      condition: "CSV_HEADER_DOES_NOT_CONFORM",
      location: { file: second, line: 2 },
    });
  });

  it("infers types over all rows, the malformed ones' too", async () => {
    const rows = Array.from(
      { length: 3000 },
      (_, i) => `${i},${i / 4},2024-01-01,2024-01-01T10:00:00Z,true,${i},x\n`,
    ).join("");
    const path = await file("big.csv", `a,b,c,d,e,f,g\n${rows}1,2,2024-01-02,2024-01-02,false,late,x\n`);
    const opened = await open("csv", [path], { options: { header: "true", inferschema: "true" } });
    expect(opened.schema.fields.map((one) => typeText(one.dataType))).toEqual([
      "int",
      "double",
      "date",
      "timestamp",
      "boolean",
      "string",
      "string",
    ]);
    expect((await read(opened, "count(*), sum(a)")).rows).toEqual([[3001n, "4498501"]]);
    await opened.close();
  });

  it("finds files by glob, filter and recursion, hidden ones left out", async () => {
    await mkdir(join(folder, "sub"));
    for (const name of ["a1.csv", "a2.csv", "b1.txt", "_hidden.csv", ".hidden.csv", "sub/c1.csv"])
      await file(name, "x,y\n");
    const names = async (paths: string[], options: Record<string, string> = {}) => {
      const opened = await open(
        "csv",
        paths.map((one) => join(folder, one)),
        { options },
      );
      await opened.close();
      return opened.files.map((one) => one.path.slice(folder.length + 1));
    };
    expect(await names(["."])).toEqual(["a1.csv", "a2.csv", "b1.txt"]);
    expect(await names(["a*.csv"])).toEqual(["a1.csv", "a2.csv"]);
    expect(await names(["{a,b}[1-1].*"])).toEqual(["a1.csv", "b1.txt"]);
    expect(await names(["*/c?.csv"])).toEqual(["sub/c1.csv"]);
    expect(await names(["."], { recursivefilelookup: "true", pathglobfilter: "*.csv" })).toEqual([
      "a1.csv",
      "a2.csv",
      "sub/c1.csv",
    ]);
    await expect(open("csv", [join(folder, "none*.csv")])).rejects.toMatchObject({ condition: "PATH_NOT_FOUND" });
  });

  it("refuses options that it does not know or cannot do, and types that CSV has not", async () => {
    const path = await file("a.csv", "1,2\n");
    await expect(open("csv", [path], { options: { haeder: "true" } })).rejects.toMatchObject({
      condition: "UNSUPPORTED_OPTION",
      cure: "Did you mean `header`?",
    });
    await expect(open("csv", [path], { options: { header: "yes" } })).rejects.toMatchObject({
      condition: "INVALID_OPTION_VALUE",
    });
    await expect(open("csv", [path], { options: { mode: "LAX" } })).rejects.toMatchObject({
      condition: "INVALID_OPTION_VALUE",
    });
    await expect(open("csv", [path], { options: { dateformat: "QQQ" } })).rejects.toMatchObject({
      condition: "INVALID_DATETIME_PATTERN.WITH_SUGGESTION",
    });
    const opened = open("csv", [path], { schema: struct([field("a", array(LONG)), field("b", LONG)]) });
    await expect(opened.then((one) => one.sql())).rejects.toMatchObject({
      condition: "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE",
    });
    await expect(open("csv", [await file("empty.csv", "")])).rejects.toMatchObject({
      condition: "UNABLE_TO_INFER_SCHEMA",
    });
  });
});

describe("json", () => {
  const schema = struct([
    field("a", INTEGER),
    field("d", decimal(5, 2)),
    field("day", DATE),
    field("t", TIMESTAMP),
    field("l", array(struct([field("x", DOUBLE)]))),
    field("m", map(STRING, BYTE)),
    field("_corrupt_record", STRING),
  ]);

  it("keeps the good line after a truncated one, and fields that fit beside one that does not", async () => {
    const lines = [
      '{"a":1,"d":1.555,"day":"2024-1-5","t":"2024-01-05T10:00:00Z","l":[{"x":1},null],"m":{"k\\"q":1}}',
      '{"a":2,"d":',
      '{"a":3,"d":"2.5"}',
      '{"a":"4","d":4}',
      '{"a":5.0,"l":[{"x":"no"}],"m":{"k":300}}',
      "",
      '[{"a":6},{"a":7}]',
      "null",
    ];
    const path = await file("a.json", `${lines.join("\n")}\n`);
    const opened = await open("json", [path], { schema });
    const { rows } = await read(opened);
    const nothing = [null, null, null, null, null];
    expect(rows).toEqual([
      [1, "1.56", "2024-01-05", "2024-01-05T10:00:00.000000Z", [{ x: 1 }, null], new Map([['k"q', 1]]), null],
      [null, ...nothing, lines[1]],
      [3, "2.50", null, null, null, null, null],
      [null, "4.00", null, null, null, null, lines[3]],
      [null, ...nothing, lines[4]],
      [6, ...nothing, null],
      [7, ...nothing, null],
      [null, ...nothing, lines[7]],
    ]);
    expect((await opened.malformed()).map((one) => [one.file, one.line, one.text])).toEqual(
      [2, 4, 5, 8].map((line) => [path, line, lines[line - 1]]),
    );
    await opened.close();
  });

  it("drops or fails where it is told to", async () => {
    const path = await file("a.json", '{"a":1}\nbad\n{"a":2}\n');
    const only = struct([field("a", INTEGER)]);
    const dropping = await open("json", [path], { schema: only, options: { mode: "DROPMALFORMED" } });
    expect((await read(dropping)).rows).toEqual([[1], [2]]);
    const failing = await open("json", [path], { schema: only, options: { mode: "FAILFAST" } });
    await expect(read(failing)).rejects.toMatchObject({ location: { file: path, line: 2 } });
    await dropping.close();
    await failing.close();
    const asking = await open("json", [path], { schema: only, options: { mode: "FAILFAST" } });
    await engine.run(`SELECT a FROM ${asking.sql()} WHERE a IS NOT NULL`);
    await expect(asking.settle()).rejects.toMatchObject({ location: { file: path, line: 2 } });
    await asking.close();
  });

  it("infers the schema of all records, fields sorted", async () => {
    const path = await file("a.json", '{"b":1,"a":{"y":true}}\n{"b":1.5,"a":{"x":[1,2]},"c":null}\n{"d":[1,"x"]}\n');
    const opened = await open("json", [path]);
    expect(typeText(opened.schema)).toBe(
      "struct<a:struct<x:array<bigint>,y:boolean>,b:double,c:string,d:array<string>>",
    );
    expect((await read(opened)).rows).toEqual([
      [{ x: null, y: true }, 1, null, null],
      [{ x: [1n, 2n], y: null }, 1.5, null, null],
      [null, null, null, ["1", "x"]],
    ]);
    await opened.close();
    const broken = await open("json", [await file("b.json", '{"a":1}\nno\n')]);
    expect(typeText(broken.schema)).toBe("struct<_corrupt_record:string,a:bigint>");
    await broken.close();
  });

  it("reads a file as one text with multiLine", async () => {
    const path = await file("a.json", '[{"a":1},\n {"a":2}]\n');
    const opened = await open("json", [path], { options: { multiline: "true" } });
    expect((await read(opened, "*")).rows).toEqual([
      [1n, path],
      [2n, path],
    ]);
    await opened.close();
  });
});

describe("parquet and text", () => {
  it("reads columns by name over files of different columns", async () => {
    await engine.writeParquet("SELECT 1 AS a, 'x' AS b", join(folder, "1.parquet"));
    await engine.writeParquet("SELECT 2::BIGINT AS a, true AS c", join(folder, "2.parquet"));
    const first = await open("parquet", [folder]);
    expect((await read(first)).rows).toEqual([
      [1, "x"],
      [2, null],
    ]);
    const merged = await open("parquet", [folder], { options: { mergeschema: "true" } });
    expect(typeText(merged.schema)).toBe("struct<a:bigint,b:string,c:boolean>");
    expect((await read(merged, "*")).rows).toEqual([
      [1n, "x", null, join(folder, "1.parquet")],
      [2n, null, true, join(folder, "2.parquet")],
    ]);
    const typed = await open("parquet", [folder], { schema: struct([field("A", STRING)]) });
    expect((await read(typed)).rows).toEqual([["1"], ["2"]]);
  });

  it("reads lines of mixed ends, empty ones too, or whole files", async () => {
    const path = await file("a.txt", 'line 1\n\nline, "3"\r\nline 4');
    const lines = await open("text", [path]);
    expect((await read(lines, "*")).rows).toEqual(
      [["line 1"], [""], ['line, "3"'], ["line 4"]].map(([text]) => [text, path]),
    );
    const whole = await open("text", [path], { options: { wholetext: "true" } });
    expect((await read(whole)).rows).toEqual([['line 1\n\nline, "3"\r\nline 4']]);
    const old = await open("text", [await file("b.txt", "a\rb\r")]);
    expect((await read(old)).rows).toEqual([["a"], ["b"]]);
  });
});
