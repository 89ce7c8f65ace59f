/** Answers of Spark 4.0.1 (UTC) to CSV files of all kinds of trouble; `golden/spark-csv.json` holds files, options and Spark's rows. */
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import type { Engine, Value } from "../../src/engine/engine.js";
import {
  type DataType,
  decimal,
  field,
  type PrimitiveKind,
  type StructType,
  struct,
} from "../../src/schema/data-type.js";
import { typeText } from "../../src/schema/type-text.js";

interface GoldenCase {
  readonly name: string;
  readonly options: Record<string, string>;
  readonly content: string;
  readonly bytes?: "latin1";
  readonly schema?: string;
  readonly fails?: true;
  readonly types?: readonly string[];
  readonly kinds?: readonly string[];
  readonly rows?: readonly (readonly (string | null)[])[];
}

const cases: readonly GoldenCase[] = JSON.parse(
  readFileSync(fileURLToPath(new URL("./golden/spark-csv.json", import.meta.url)), "utf8"),
);

const KINDS: Readonly<Record<string, PrimitiveKind>> = { INT: "integer", LONG: "long" };

function schemaOf(text: string): StructType {
  return struct(
    [...text.matchAll(/(\w+) (\w+)(?:\((\d+),(\d+)\))?/g)].map(([, name = "", type = "", precision, scale]) => {
      const kind = KINDS[type] ?? (type.toLowerCase() as PrimitiveKind);
      const dataType: DataType = type === "DECIMAL" ? decimal(Number(precision), Number(scale)) : { kind };
      return field(name, dataType);
    }),
  );
}

/** Our value in the form of Spark's cast to a string. */
function sparkText(value: Value, kind: string): string | null {
  if (value === null) return null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("latin1");
  if (kind.startsWith("timestamp"))
    return String(value)
      .replace("T", " ")
      .replace(/Z$/, "")
      .replace(/\.0{6}$/, "");
  return String(value);
}

const asNumber = (kind: string) => kind === "double" || kind === "float";

let engine: Engine;
let folder: string;
beforeAll(async () => {
  engine = await createEngine({ threads: 2 });
  folder = await mkdtemp(join(tmpdir(), "lakelet-spark-csv-"));
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

it.each(cases)("$name $options", async ({ options, content, bytes, schema, fails, types, kinds = [], rows }) => {
  const path = join(folder, "case.csv");
  await writeFile(path, Buffer.from(content, bytes ?? "utf8"));
  const read = async () => {
    const source = {
      format: "csv",
      paths: [path],
      options,
      timeZone: "UTC",
      ...(schema ? { schema: schemaOf(schema) } : {}),
    } as const;
    const opened = await engine.openFiles(source);
    let result = await engine.run(`SELECT * EXCLUDE (__file_path) FROM ${opened.sql()}`);
    while ((await opened.settle()) === "again")
      result = await engine.run(`SELECT * EXCLUDE (__file_path) FROM ${opened.sql()}`);
    await opened.close();
    return { schema: opened.schema, rows: result.rows };
  };
  if (fails) return void (await expect(read()).rejects.toMatchObject({ name: "LakeletError" }));
  const found = await read();
  if (types) expect(found.schema.fields.map((one) => `${one.name} ${typeText(one.dataType)}`)).toEqual(types);
  const texts = found.rows.map((row) => row.map((value, i) => sparkText(value, kinds[i] ?? "")));
  const comparable = (all: readonly (readonly (string | null)[])[] = []) =>
    all.map((row) => row.map((text, i) => (text !== null && asNumber(kinds[i] ?? "") ? Number(text) : text)));
  expect(comparable(texts)).toEqual(comparable(rows));
});
