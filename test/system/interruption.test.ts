import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { isAlive } from "../../src/jobs/run/process-identity.js";
import { builtPackage, lakelet } from "../support/built-package.js";
import { eventually } from "../support/eventually.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const dataFiles = (table: string) => readdirSync(table).filter((name) => name.endsWith(".parquet"));

it("SIGTERM in the middle of a write: nothing committed, nothing left behind, exit code 143", async () => {
  const folder = temporaryFolder({ "lakelet.yml": "warehouse: ./lake\n" });
  const table = join(folder, "lake/main/default/t");
  await lakelet(folder, ["sql", "CREATE TABLE t AS SELECT 1L AS id"]);
  const before = dataFiles(table);

  const endless = "INSERT INTO t SELECT a.id * 7 + b.id FROM range(1000000) AS a CROSS JOIN range(100000) AS b";
  const child = spawn(process.execPath, [builtPackage().command, "sql", endless], { cwd: folder, stdio: "pipe" });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const code = new Promise((resolve) => child.on("close", resolve));
  await eventually(() => dataFiles(table).length > before.length, 60_000);
  child.kill("SIGTERM");

  expect(await code).toBe(143);
  expect(errors).toContain("OPERATION_CANCELED");
  expect(dataFiles(table)).toEqual(before);
  expect(readdirSync(join(table, "_delta_log")).filter((name) => name.endsWith(".json"))).toHaveLength(1);
});

it.skipIf(process.platform !== "linux").each([
  ["SIGHUP", 129],
  ["SIGKILL", null],
] as const)(
  "%s while a notebook spins (on Linux: its processes are found there): nothing goes on",
  async (signal, exit) => {
    const folder = temporaryFolder({
      "lakelet.yml": "warehouse: ./lake\n",
      "spin.json": JSON.stringify({
        name: "spin",
        tasks: [{ task_key: "t", notebook_task: { notebook_path: "./spin" } }],
      }),
      "spin.ts": `
      import { spawn } from "node:child_process";
      import { renameSync, writeFileSync } from "node:fs";
      const child = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
      writeFileSync("staged", process.pid + " " + child.pid);
      renameSync("staged", "pids");
      for (;;);
    `,
    });
    const runner = spawn(process.execPath, [builtPackage().command, "run", "spin.json"], {
      cwd: folder,
      stdio: "pipe",
    });
    // A terminal that is closed takes no more lines.
    if (signal === "SIGHUP") runner.stdout.destroy();
    const code = new Promise((resolve) => runner.on("close", resolve));
    const pids = join(folder, "pids");
    await eventually(() => existsSync(pids), 60_000);
    const processes = readFileSync(pids, "utf8").split(" ").map(Number);
    expect(processes).toHaveLength(2);
    runner.kill(signal);

    expect(await code).toBe(exit);
    for (const pid of processes) await eventually(() => !isAlive({ pid, host: hostname(), startMark: undefined }));
    const { stdout } = await lakelet(folder, ["runs", "list", "--json"]);
    expect(stdout.includes('"CANCELED"')).toBe(signal === "SIGHUP");
  },
  90_000,
);
