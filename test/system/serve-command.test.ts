import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { builtPackage, lakelet } from "../support/built-package.js";
import { eventually } from "../support/eventually.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const tasks = [
  {
    task_key: "q",
    sql_task: { file: { path: "./q.sql" }, parameters: { from: "{{job.trigger.file_arrival.location}}" } },
  },
];

it("serve: a file arrives, its job runs; a second scheduler is refused; SIGTERM waits for the run and exits 0", {
  timeout: 120_000,
}, async () => {
  const folder = temporaryFolder({
    "lakelet.yml": "scheduler: { poll_seconds: 1 }\n",
    "landing/old.csv": "",
    "pipelines/load/job.json": JSON.stringify({ name: "load", tasks, trigger: { file_arrival: { url: "landing" } } }),
    "pipelines/load/q.sql": "CREATE TABLE arrived AS SELECT :from AS location",
    "pipelines/bad/job.json": JSON.stringify({
      name: "bad",
      tasks,
      schedule: { quartz_cron_expression: "0 2 * * *", timezone_id: "UTC" },
    }),
  });
  const child = spawn(process.execPath, [builtPackage().command, "serve"], { cwd: folder, stdio: "pipe" });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const exit = new Promise<number | null>((resolve) => child.on("close", resolve));
  await eventually(() => printed.includes("load: followed from now on (new files in landing)"), 60_000);
  expect(printed).toContain("Write `0 0 2 * * ?`.");

  const second = await lakelet(folder, ["serve"]);
  expect(second).toMatchObject({ code: 1 });
  expect(second.stderr).toContain(
    `[SCHEDULER_ALREADY_RUNNING] Another scheduler serves this lake. Process ${child.pid}`,
  );

  writeFileSync(join(folder, "landing/new.csv"), "");
  await eventually(() => /load: run \d+ started/.test(printed), 60_000);
  child.kill("SIGTERM");
  expect(await exit).toBe(0);
  expect(printed).toMatch(/load: run \d+ SUCCESS/);

  const { stdout } = await lakelet(folder, ["sql", "SELECT * FROM arrived", "--format", "json"]);
  expect(JSON.parse(stdout)).toMatchObject({ rows: [["landing"]] });
  const schedules = JSON.parse((await lakelet(folder, ["schedule", "list", "--json"])).stdout);
  expect(schedules.schedules).toMatchObject([{ job: "load", trigger: "new files in landing", lastResult: "SUCCESS" }]);
});
