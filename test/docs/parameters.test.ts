/** docs/parameters.md names every reference and only such; the queries and alerts of docs/tasks/sql.md run. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { parseReferences } from "../../src/jobs/reference.js";
import { describeReference } from "../../src/jobs/reference-names.js";
import type { AttemptRequest } from "../../src/jobs/run/attempt.js";
import { ProjectPaths } from "../../src/tasks/project-paths.js";
import { sqlTask } from "../../src/tasks/sql/sql-task.js";
import { useSession } from "../support/session.js";
import { writeFiles } from "../support/temporary-folder.js";

const page = (name: string) => readFileSync(join(import.meta.dirname, "../../docs", name), "utf8");
const referencesIn = (text: string) =>
  parseReferences(text).flatMap((part) => (typeof part === "string" ? [] : [part]));

const parameters = page("parameters.md");
const table = parameters.slice(parameters.indexOf("| reference "), parameters.indexOf("A time takes"));

test.each(referencesIn(table))("$source is a reference of today", ({ path }) => {
  const known = describeReference(path, { inLoop: true, inBackfill: true });
  expect(known).toEqual({ kind: "known", path });
});

test("no name is missing", () => {
  const named = new Set(referencesIn(table).map(({ path }) => `${path[0]}.${path[0] === "tasks" ? path[2] : path[1]}`));
  for (const namespace of ["job", "task", "tasks", "workspace"]) {
    const path = namespace === "tasks" ? [namespace, "t", "nothing-like-it"] : [namespace, "nothing-like-it"];
    const known = describeReference(path);
    const names = known.kind === "invalid" ? (/has (.*)\.$/.exec(known.message)?.[1]?.split(", ") ?? []) : [];
    expect(names.length).toBeGreaterThan(1);
    expect(names.filter((name) => !named.has(`${namespace}.${name}`))).toEqual([]);
  }
});

test("names of old", () => {
  const text = parameters.slice(parameters.indexOf("Names of old still work"), parameters.indexOf("| written"));
  const old = referencesIn(text);
  expect(old).toHaveLength(7);
  for (const { path } of old) expect(describeReference(path)).toMatchObject({ kind: "known", warning: /deprecated/ });
});

const FENCE = /```\w+ file=(\S+)\n([\s\S]*?)```/g;
const lake = useSession();
beforeAll(async () => {
  await lake.spark.execute(
    "CREATE TABLE orders AS SELECT * FROM VALUES ('eu', 'Ann'), (\"o'hara\", NULL) AS t(region, customer)",
  );
  const files = [...page("tasks/sql.md").matchAll(FENCE)].map(([, file = "", text = ""]) => [file, text]);
  expect(files).toHaveLength(3);
  writeFiles(lake.folder, Object.fromEntries(files));
});

test.each([
  [{ query: { query_id: "region" }, parameters: { table: "orders", region: "o'hara" } }, { rows: [{ orders: 1 }] }],
  [{ query: { query_id: "old" }, parameters: { table: "orders", region: "o'hara" } }, { rows: [{ orders: 1 }] }],
  [
    { alert: { alert_id: "nulls" } },
    { alert: { state: "TRIGGERED", subject: "Orders without a customer: TRIGGERED, 1 of them", notify: true } },
  ],
])("%j of the page", async (settings, expected) => {
  const session = Object.assign(lake.spark.newSession(), { stop: async () => undefined });
  const handler = sqlTask({
    paths: new ProjectPaths({ root: lake.folder, mappings: {} }),
    queries: join(lake.folder, "queries"),
    openSession: async () => session,
  });
  const request: AttemptRequest = {
    job: { id: "1", name: "Daily", runId: "2", startTime: 0 },
    task: { key: "t", type: "sql_task", runId: "3", attempt: 0 },
    settings,
    taskValues: {},
    sparkConf: {},
  };
  expect(await handler.run(request, () => undefined)).toMatchObject({ state: "SUCCESS", ...expected });
});
