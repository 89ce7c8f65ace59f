/** Files that `df.write` makes: byte for byte what Spark 4.0.1 wrote for the same rows and options. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { DataFrame } from "../../src/index.js";
import { useSession } from "../support/session.js";

const lake = useSession();
let folders = 0;

const ROWS =
  "SELECT * FROM VALUES (1, 'a', 'x y', 1.5D, true, DATE '2024-01-05', TIMESTAMP '2024-01-05 10:00:00.123', CAST(1.10 AS DECIMAL(5,2))), (2, '', '  pad ', NULL, false, NULL, NULL, NULL), (NULL, NULL, 'q\"uo,te', DOUBLE('NaN'), NULL, DATE '0001-01-01', TIMESTAMP '1969-12-31 23:59:59.999999', 0) AS v(i, s, t, d, b, dt, ts, dec)";
const ODD =
  "SELECT * FROM VALUES ('a\\nb'), ('a\\rb'), ('back\\\\slash'), ('#c'), ('\"start'), ('a\"'), ('\\\\\"'), ('a\\\\,b'), (','), (' ') AS v(x)";

async function written(
  frame: DataFrame,
  format: string,
  options: Readonly<Record<string, string | boolean>> = {},
): Promise<string> {
  const folder = join(lake.folder, `written-${folders++}`);
  await frame.write.format(format).options(options).save(folder);
  const [file = ""] = readdirSync(folder).filter((name) => name.startsWith("part-"));
  const bytes = readFileSync(join(folder, file));
  expect(readdirSync(folder)).toContain("_SUCCESS");
  return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
}

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

describe("df.write", () => {
  it("writes CSV", async () => {
    const rows = await lake.spark.sql(ROWS);
    expect(await written(rows, "csv")).toBe(
      '1,a,x y,1.5,true,2024-01-05,2024-01-05T10:00:00.123Z,1.10\n2,"",pad,,false,,,\n,,"q\\"uo,te",NaN,,0001-01-01,1969-12-31T23:59:59.999Z,0.00\n',
    );
    const options = { header: true, sep: ";", nullValue: "NULL", dateFormat: "dd/MM/yyyy", timestampFormat: "yyyy HH" };
    expect(await written(rows, "csv", options)).toBe(
      'i;s;t;d;b;dt;ts;dec\n1;a;x y;1.5;true;05/01/2024;2024 10;1.10\n2;"";pad;NULL;false;NULL;NULL;NULL\nNULL;NULL;"q\\"uo,te";NaN;NULL;01/01/0001;1969 23;0.00\n',
    );
    expect(await written(rows.select("i", "s", "t"), "csv", { quoteAll: true })).toBe(
      '"1","a","x y"\n"2","","pad"\n"","","q\\"uo,te"\n',
    );
    expect(await written(rows.select("i", "t"), "csv", { ignoreLeadingWhiteSpace: false, lineSep: "|" })).toBe(
      '1,x y|2,  pad|,"q\\"uo,te"|',
    );
    expect(await written(rows.select("i", "s"), "csv", { emptyValue: "EMPTY", compression: "gzip" })).toBe(
      "1,a\n2,EMPTY\n,\n",
    );
  });

  it("quotes what would be taken for something else", async () => {
    const odd = await lake.spark.sql(ODD);
    expect(await written(odd, "csv")).toBe(
      '"a\nb"\n"a\rb"\nback\\slash\n"#c"\n"\\"start"\n"a\\""\n"\\\\\\""\n"a\\\\,b"\n","\n""\n',
    );
    expect(await written(odd, "csv", { escape: '"' })).toBe(
      '"a\nb"\n"a\rb"\nback\\slash\n"#c"\n"""start"\n"a"""\n"\\"""\n"a\\,b"\n","\n""\n',
    );
  });

  it("writes JSON without the fields that are null, and text", async () => {
    const rows = await lake.spark.sql(ROWS);
    expect(await written(rows, "json")).toBe(
      '{"i":1,"s":"a","t":"x y","d":1.5,"b":true,"dt":"2024-01-05","ts":"2024-01-05T10:00:00.123Z","dec":1.10}\n{"i":2,"s":"","t":"  pad ","b":false}\n{"t":"q\\"uo,te","d":"NaN","dt":"0001-01-01","ts":"1969-12-31T23:59:59.999Z","dec":0.00}\n',
    );
    const options = { ignoreNullFields: false, dateFormat: "dd/MM/yyyy" };
    expect(await written(rows.select("i", "dt"), "json", options)).toBe(
      '{"i":1,"dt":"05/01/2024"}\n{"i":2,"dt":null}\n{"i":null,"dt":"01/01/0001"}\n',
    );
    expect(await written(rows.select("t"), "text")).toBe('x y\n  pad \nq"uo,te\n');
  });

  it("parts rows by columns", async () => {
    const rows = await lake.spark.sql(ROWS);
    const folder = join(lake.folder, "parted");
    await rows.write.partitionBy("t", "b").json(folder);
    const names = files(folder)
      .map((path) => relative(folder, path).replace(/\/?[^/]*$/, ""))
      .filter((name) => name !== "");
    expect(names.sort()).toEqual(["t=  pad /b=false", "t=q%22uo,te/b=__HIVE_DEFAULT_PARTITION__", "t=x y/b=true"]);
    const back = lake.spark.read.json(folder);
    expect((await back.columns()).slice(-2)).toEqual(["t", "b"]);
    expect(await back.select("i", "t", "b").orderBy("i").collect()).toEqual([
      { i: null, t: 'q"uo,te', b: null },
      { i: 1n, t: "x y", b: "true" },
      { i: 2n, t: "  pad ", b: "false" },
    ]);
  });

  it.each([
    ["csv", { headr: true }, "UNSUPPORTED_OPTION"],
    ["csv", { compression: "nope" }, "CODEC_NOT_AVAILABLE"],
    ["text", {}, "UNSUPPORTED_FEATURE.TEXT_OF_SEVERAL_COLUMNS"],
    ["orc", {}, "UNSUPPORTED_FEATURE.WRITE_FORMAT"],
  ])("refuses %s with %o", async (format, options, condition) => {
    const rows = await lake.spark.sql("SELECT 1 AS a, 2 AS b");
    await expect(written(rows, format, options)).rejects.toMatchObject({
      condition: expect.stringContaining(condition),
    });
  });
});
