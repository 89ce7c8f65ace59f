/** A small project whose job can be run any number of times with the same result, and what its tables hold then. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const after = (...keys: readonly string[]) => ({ depends_on: keys.map((task_key) => ({ task_key })) });
const sql = (task_key: string, more: object = {}) => ({
  task_key,
  sql_task: { query: { query_id: task_key } },
  ...more,
});

const JOB = {
  name: "Interrupted",
  tasks: [
    sql("bronze"),
    sql("counts", after("bronze")),
    sql("totals", after("bronze")),
    {
      task_key: "parts",
      ...after("bronze"),
      for_each_task: {
        inputs: "[1, 2, 3]",
        task: { task_key: "part", sql_task: { query: { query_id: "part" }, parameters: { part: "{{input}}" } } },
      },
    },
    { task_key: "full", ...after("counts", "totals"), condition_task: { op: "EQUAL_TO", left: "1", right: "1" } },
    sql("gold", { depends_on: [{ task_key: "full", outcome: "true" }, { task_key: "parts" }] }),
  ],
};

const QUERIES: Readonly<Record<string, string>> = {
  bronze: "CREATE OR REPLACE TABLE bronze AS SELECT id, id % 7 AS k FROM range(20000)",
  counts: "CREATE OR REPLACE TABLE counts AS SELECT k, count(*) AS n FROM bronze GROUP BY k",
  totals: `CREATE TABLE IF NOT EXISTS totals (k BIGINT, total BIGINT);
    MERGE INTO totals t USING (SELECT k, sum(id) AS total FROM bronze GROUP BY k) s ON t.k = s.k
    WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *`,
  part: `CREATE TABLE IF NOT EXISTS parts (part STRING);
    MERGE INTO parts t USING (SELECT :part AS part) s ON t.part = s.part WHEN NOT MATCHED THEN INSERT *`,
  gold: `CREATE OR REPLACE TABLE gold AS SELECT c.k, c.n, t.total, (SELECT count(*) FROM parts) AS parts
    FROM counts c JOIN totals t ON c.k = t.k`,
};

/** What the tables hold after a run that succeeded, however often it was interrupted. */
export const CHECK = `SELECT (SELECT count(*) FROM bronze), (SELECT count(*) FROM parts), (SELECT count(*) FROM totals),
  count(*), sum(n), sum(total), max(parts) FROM gold`;
export const EXPECTED = [20_000, 3, 7, 7, 20_000, 199_990_000, 3];

export function interruptedProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "lakelet-runs-"));
  const files: Readonly<Record<string, string>> = {
    "lakelet.yml": "memory_limit: 2GB\n",
    "pipelines/job/job.json": JSON.stringify(JOB),
    ...Object.fromEntries(Object.entries(QUERIES).map(([name, text]) => [`queries/${name}.sql`, text])),
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}
