/** Every recorded answer of PySpark (cases/<family>.json), asked again of lakelet's DataFrames through the cases of <family>.ts. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { DataFrame, type DataType, isLakeletError } from "../../../src/index.js";
import { typeText } from "../../../src/schema/type-text.js";
import { useSession } from "../../support/session.js";
import { encode, sameFamily, sameValue } from "../replay.js";
import type { Cases, Tables } from "./cases/case.js";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));

type Column = { readonly name: string; readonly type: string };
type Recorded = { readonly name: string; readonly ordered?: true } & (
  | { readonly schema: readonly Column[]; readonly rows: readonly (readonly unknown[])[] }
  | { readonly value: unknown }
  | { readonly printed: string }
  | { readonly error: string }
);
type Answer =
  | { readonly schema: readonly Column[]; readonly rows: readonly (readonly unknown[])[] }
  | { readonly value: unknown }
  | { readonly printed: string }
  | { readonly failed: unknown };

/** Where lakelet's answer is another one by design, and why. */
const differences: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(join(FOLDER, "differences.json"), "utf8"),
);
const tables: Readonly<Record<string, string>> = JSON.parse(readFileSync(join(FOLDER, "tables.json"), "utf8"));
const families = readdirSync(join(FOLDER, "cases"))
  .filter((file) => file.endsWith(".py"))
  .map((file) => basename(file, ".py"));

const usesViews = /TempView/;

const lake = useSession();

describe("DataFrames answer as PySpark does", () => {
  for (const family of families) {
    const recorded: readonly Recorded[] = JSON.parse(readFileSync(join(FOLDER, "cases", `${family}.json`), "utf8"));
    it(`${family}: ${recorded.length} cases`, async () => {
      const { cases } = (await import(`./cases/${family}.ts`)) as { readonly cases: Cases };
      expect(Object.keys(cases).sort()).toEqual(recorded.map((one) => one.name).sort());
      const t = await lakeTables();
      const failures: string[] = [];
      for (const one of recorded) {
        const answer = await answerOf(cases[one.name], t);
        const problem = differing(one, answer);
        const known = differences[`${family}.${one.name}`] !== undefined;
        if (problem !== undefined && !known) failures.push(`${family}.${one.name}\n${problem}`);
        if (problem === undefined && known) failures.push(`${family}.${one.name}\n    is no difference any more`);
      }
      expect(failures.join("\n"), `${failures.length} of ${recorded.length} cases differ`).toBe("");
    });
  }
});

/** DataFrames do not change, so that all cases can share them. */
async function lakeTables(): Promise<Tables> {
  const frames = await Promise.all(
    Object.entries(tables).map(async ([name, text]) => [name, await lake.spark.sql(text)] as const),
  );
  return { spark: lake.spark, ...Object.fromEntries(frames) } as Tables;
}

async function answerOf(run: Cases[string] | undefined, t: Tables): Promise<Answer> {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    const result = await run?.(t);
    if (log.mock.calls.length > 0) return { printed: log.mock.calls.map(([text]) => `${text}\n`).join("") };
    return result instanceof DataFrame ? await rowsOf(result) : { value: plain(result) };
  } catch (failed) {
    return { failed };
  } finally {
    log.mockRestore();
    if (usesViews.test(String(run))) for (const view of ["v", "w"]) await lake.spark.sql(`DROP VIEW IF EXISTS ${view}`);
  }
}

async function rowsOf(frame: DataFrame): Promise<Answer> {
  const { schema, rows } = await frame.executor.collect(frame.plan);
  return {
    schema: schema.fields.map(({ name, dataType }) => ({ name, type: typeText(dataType) })),
    rows: rows.map((row) => schema.fields.map(({ dataType }, i) => byKey(encode(row[i] ?? null, dataType), dataType))),
  };
}

/** Maps have no order: their entries stand by their keys, as the recorder writes them. */
function byKey(value: unknown, type: DataType): unknown {
  if (value === null) return null;
  switch (type.kind) {
    case "array":
      return (value as readonly unknown[]).map((one) => byKey(one, type.elementType));
    case "map":
      return (value as readonly (readonly [unknown, unknown])[])
        .map(([key, one]) => [key, byKey(one, type.valueType)] as const)
        .sort(([one], [other]) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
    case "struct": {
      const fields = value as Readonly<Record<string, unknown>>;
      return Object.fromEntries(type.fields.map((one) => [one.name, byKey(fields[one.name] ?? null, one.dataType)]));
    }
    default:
      return value;
  }
}

/** A value of a row as JSON has it. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (value === undefined || value === null) return null;
  if (value instanceof Map) return [...value].map(([key, one]) => [plain(key), plain(one)]);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}

/** Undefined where the answers agree; else what differs, in words. */
function differing(recorded: Recorded, answer: Answer): string | undefined {
  if ("error" in recorded) {
    const agrees =
      "failed" in answer &&
      (isLakeletError(answer.failed, recorded.error) || sameFamily(answer.failed, recorded.error));
    return agrees ? undefined : `    Spark: ${recorded.error}\n    lakelet: ${shown(answer)}`;
  }
  if ("failed" in answer) return `    lakelet: ${shown(answer)}`;
  if ("printed" in recorded) {
    return "printed" in answer && answer.printed === recorded.printed
      ? undefined
      : `    Spark:\n${recorded.printed}\n    lakelet:\n${"printed" in answer ? answer.printed : shown(answer)}`;
  }
  if ("value" in recorded) {
    return "value" in answer && sameValue(recorded.value, answer.value)
      ? undefined
      : `    Spark: ${JSON.stringify(recorded.value)}\n    lakelet: ${shown(answer)}`;
  }
  if (!("rows" in answer)) return `    lakelet: ${shown(answer)}`;
  const same =
    JSON.stringify(recorded.schema) === JSON.stringify(answer.schema) &&
    sameRows(recorded.rows, answer.rows, recorded.ordered === true);
  return same
    ? undefined
    : `    Spark:   ${columns(recorded.schema)}\n    lakelet: ${columns(answer.schema)}\n    Spark:   ${JSON.stringify(recorded.rows)}\n    lakelet: ${JSON.stringify(answer.rows)}`;
}

function sameRows(spark: readonly (readonly unknown[])[], own: readonly (readonly unknown[])[], ordered: boolean) {
  if (spark.length !== own.length) return false;
  if (ordered) return spark.every((row, i) => sameValue(row, own[i]));
  const left = [...own];
  return spark.every((row) => {
    const at = left.findIndex((one) => sameValue(row, one));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function columns(schema: readonly Column[]): string {
  return schema.map(({ name, type }) => `${name} ${type}`).join(", ");
}

function shown(answer: Answer): string {
  if ("failed" in answer) return String(answer.failed instanceof Error ? answer.failed.message : answer.failed);
  return JSON.stringify("rows" in answer ? answer.rows : answer);
}
