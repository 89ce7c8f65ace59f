/** The right-hand sides of docs/from-pyspark.md run, and so do the course's queries over system tables. */
import assert from "node:assert";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { DataFrame } from "../../src/dataframe/data-frame.js";
import { recordRuns } from "../../src/history/system-tables/record-runs.js";
import * as lakelet from "../../src/index.js";
import { RunStore } from "../../src/jobs/run/run-store.js";
import { createLocalSession } from "../../src/session/local-session.js";
import { dbutils } from "../../src/tasks/notebook/dbutils.js";
import { NotebookContext, runInContext } from "../../src/tasks/notebook/notebook-context.js";
import { ProjectPaths } from "../../src/tasks/project-paths.js";
import { badRun, goodRun, writeLog } from "../history/system-tables/run-log.js";
import { rowsOf, useSession } from "../support/session.js";

const DAY_MS = 86_400_000;

const page = readFileSync(join(import.meta.dirname, "../../docs/from-pyspark.md"), "utf8");
const course = join(import.meta.dirname, "../acceptance/course");
const lake = useSession({ onDisplay: () => undefined });
let scope: Record<string, unknown>;

beforeAll(async () => {
  cpSync(join(course, "data"), join(lake.folder, "data"), { recursive: true });
  const { spark } = lake;
  const source_path = join(lake.folder, "data/orders");
  const df = spark.read.csv(source_path, { header: true, inferSchema: true });
  await df.write.saveAsTable("orders");
  await df.limit(0).write.saveAsTable("target");
  const customers = spark.createDataFrame([["C1", "Anna"]], ["customer_id", "name"]);
  const values = { spark, dbutils, df, customers, source_path, run_date: "2024-01-15", n: 6, share: 2.5, assert };
  scope = { ...lakelet, ...values };
});

/** Rows of the page's tables whose right side is code to run: an import is only looked up. */
const rows = [...page.matchAll(/^\| (.*) \| (`.*`) \|$/gm)].map(([, pyspark = "", cell = ""]) => {
  const code = /^(`+) ?(.*?) ?\1$/.exec(cell)?.[2] ?? "";
  return { pyspark: pyspark.replaceAll("\\|", "|"), code: code.replaceAll("\\|", "|") };
});
const imports = rows.filter((one) => one.code.startsWith("import "));
const statements = rows.filter((one) => !one.code.startsWith("import "));

/** That of a notebook in a run, for dbutils. */
function context(): NotebookContext {
  const paths = new ProjectPaths({ root: lake.folder, mappings: {} });
  const rest = { parameters: {}, request: undefined, emit: () => undefined, runNotebook: async () => "" };
  return new NotebookContext({ spark: lake.spark, file: join(lake.folder, "notebook.ts"), paths, ...rest });
}

type Run = (...values: unknown[]) => Promise<unknown>;
const AsyncFunction = (async () => undefined).constructor as new (...texts: string[]) => Run;

/** An expression's value, or that of nothing for statements. */
async function run(code: string): Promise<unknown> {
  // Only those that it names: some functions of Spark's are words of JavaScript's.
  const names = Object.keys(scope).filter((name) => new RegExp(`\\b${name}\\b`).test(code));
  const text = code.replace(/;$/, "");
  const isExpression = !/^(const|let|for|if|try) |^for /.test(text) && !/[;\n]/.test(text);
  const program = new AsyncFunction(...names, isExpression ? `return (${text});` : `{ ${code}\n}`);
  return program(...names.map((name) => scope[name]));
}

describe("the page", () => {
  test("has rows, each once", () => {
    expect(statements.length).toBeGreaterThan(90);
    expect(new Set(rows.map((one) => one.pyspark)).size).toBe(rows.length);
  });

  test.each(imports)("$code", ({ code }) => {
    const named = /\{ (.*) \}/.exec(code)?.[1]?.split(", ") ?? [];
    for (const name of named) {
      const exported = name.replace(/ as \w+$/, "");
      expect([exported, exported in lakelet || exported === "spark"]).toEqual([exported, true]);
    }
  });

  test("each right side runs, and a DataFrame that it gives has rows or columns", async () => {
    const log = [vi.spyOn(console, "log"), vi.spyOn(console, "info")];
    for (const one of log) one.mockImplementation(() => undefined);
    const failures: string[] = [];
    for (const { code } of statements) {
      try {
        const value = await runInContext(context(), () => run(code));
        if (value instanceof DataFrame) await value.limit(2).collect();
      } catch (error) {
        failures.push(`${code}\n    ${(error as Error).message}`);
      }
    }
    for (const one of log) one.mockRestore();
    expect(failures.join("\n")).toBe("");
  });

  const blocks = [...page.matchAll(/```ts run\n([\s\S]*?)```\n+(?:```text\n([\s\S]*?)```)/g)];
  test("has blocks", () => expect(blocks.length).toBe(2));
  test.each(blocks.map(([, code = "", shown = ""]) => ({ code, shown })))(
    "a block shows $shown",
    async ({ code, shown }) => {
      const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
      await run(code);
      const lines = log.mock.calls.map((call) => call.join(" "));
      log.mockRestore();
      expect(lines.join("\n")).toBe(shown.trimEnd());
    },
  );
});

describe("the course's queries over system tables, as written", () => {
  const queryOf = (notebook: string): string =>
    /spark\.sql\(`([\s\S]*?)`\)/.exec(readFileSync(join(course, "notebooks", notebook), "utf8"))?.[1] ?? "";

  beforeAll(async () => {
    const stateFolder = join(lake.folder, "state");
    const warehouse = join(lake.folder, "lake");
    const yesterday = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS;
    const at = (hour: number) => yesterday + hour * 3_600_000;
    const runIds = [
      goodRun({ runId: "100", at: at(0) }, 0.75),
      goodRun({ runId: "101", at: at(1) }, 0.75),
      badRun({ runId: "102", at: at(2) }),
    ].map((events) => writeLog(stateFolder, events));
    const session = await createLocalSession({ warehouse, threads: 1, writesSystemTables: true });
    await recordRuns({ session, warehouse, stateFolder, store: new RunStore(stateFolder) }, runIds);
    await session.stop();
  });

  test("job history", async () => {
    const found = await rowsOf(lake.spark, queryOf("job_history.ts"));
    expect(found.map((row) => [row[1], row[2], row[5], row[6]])).toEqual([
      ["KION_Daily_Orders_ETL", "102", 90, "FAILED"],
      ["KION_Daily_Orders_ETL", "101", 90, "SUCCESS"],
      ["KION_Daily_Orders_ETL", "100", 90, "SUCCESS"],
    ]);
  });

  test("on-time completion", async () => {
    const found = await rowsOf(lake.spark, queryOf("sla_monitoring.ts"));
    expect(found.map((row) => row.slice(1))).toEqual([[3, 2, 1, "66.67", 1.5]]);
  });
});
