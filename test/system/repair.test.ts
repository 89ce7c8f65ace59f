/** `lakelet repair`, `runs resume` and `backfill` as a person uses them: real sessions, real processes, no terminal. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { RunStore } from "../../src/jobs/run/run-store.js";
import { builtPackage, lakelet } from "../support/built-package.js";
import { eventually } from "../support/eventually.js";
import { temporaryFolder, writeFiles } from "../support/temporary-folder.js";

beforeAll(() => {
  builtPackage();
}, 120_000);

const sql = (task_key: string, after: readonly string[] = [], more: object = {}) => ({
  task_key,
  depends_on: after.map((key) => ({ task_key: key })),
  sql_task: { warehouse_id: "w", query: { query_id: task_key } },
  ...more,
});

function project(tasks: readonly object[], queries: Readonly<Record<string, string>>, more: object = {}): string {
  return temporaryFolder({
    "lakelet.yml": "{}\n",
    "pipelines/daily/job.json": JSON.stringify({ name: "Daily", ...more, tasks }),
    ...Object.fromEntries(Object.entries(queries).map(([name, text]) => [`queries/${name}.sql`, text])),
  });
}

// Nine commands, one after the other.
const LIMIT = 180_000;

test("kill -9, resume, repair, backfill: what had succeeded is not run again, and the tables are right", {
  timeout: LIMIT,
}, async () => {
  const folder = project(
    [sql("load"), sql("slow", ["load"]), sql("gold", ["slow"])],
    {
      load: "CREATE TABLE IF NOT EXISTS bronze (day STRING); INSERT INTO bronze VALUES (:day)",
      // More rows than can be counted while the test waits.
      slow: "SELECT count(*) FROM range(100000000) a CROSS JOIN range(100000000) b WHERE a.id % 7 = b.id % 5",
      gold: "SELECT CAST(CASE WHEN :day = '2024-02-29' THEN 'leap' ELSE '1' END AS INT); CREATE OR REPLACE TABLE gold AS SELECT :day AS day",
    },
    { parameters: [{ name: "day", default: "{{backfill.iso_date}}" }] },
  );
  const args = ["run", "daily", "--param", "day=2024-02-29"];
  const child = spawn(process.execPath, [builtPackage().command, ...args], { cwd: folder });
  let text = "";
  child.stdout.on("data", (bytes) => {
    text += bytes;
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await eventually(() => text.includes("[slow] started"), 60_000);
  child.kill("SIGKILL");
  await ended;
  const store = new RunStore(join(folder, ".lakelet"));
  const id = store.ids()[0] ?? "";
  writeFiles(folder, { "queries/slow.sql": "SELECT 1 AS one" });

  const resumed = await lakelet(folder, ["runs", "resume", id]);
  expect(resumed.stdout).toContain("[slow] SUCCESS");
  expect(resumed.stdout).toContain(`Try again: npx lakelet repair ${id}\n`);
  expect(resumed.code).toBe(1);
  expect([...store.read(id).tasks.values()].map((task) => task.attempts.length)).toEqual([1, 2, 1]);

  const repaired = await lakelet(folder, ["repair", id, "--param", "day=2024-03-01"]);
  expect(repaired.stdout).toContain(`of run ${id}: gold\n`);
  expect(repaired.code).toBe(0);
  const second = await lakelet(folder, ["repair", id, "--rerun-tasks", "load"]);
  expect(second.stderr).toMatch(/\[INVALID_REPAIR\] .* add --latest-repair-id \d+\.$/m);
  expect(second.code).toBe(2);

  const range = ["--from", "2024-02-28", "--to", "2024-02-29"];
  const filled = await lakelet(folder, [
    "backfill",
    "daily",
    ...range,
    "--only",
    "load,gold",
    "--param",
    "by={{backfill.day}}",
  ]);
  expect(filled.code).toBe(1);
  expect(filled.stdout).toMatch(
    /✔ 2024-02-28 .*\n.*✖ 2024-02-29 +FAILED .* npx lakelet repair \d+\n\nDaily 1 of 2 runs succeeded/,
  );
  expect(store.list(1)[0]?.overrides).toEqual({ by: "29" });
  const { stdout } = await lakelet(folder, [
    "sql",
    "SELECT day FROM bronze UNION ALL SELECT 'gold ' || day FROM gold ORDER BY 1",
    "--format",
    "json",
  ]);
  expect(JSON.parse(stdout).rows.flat()).toEqual(["2024-02-28", "2024-02-29", "2024-02-29", "gold 2024-02-28"]);
});
