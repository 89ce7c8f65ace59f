/** `lakelet pipeline` as a person uses it: built, real processes. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { builtPackage, lakelet } from "../support/built-package.js";
import { eventually } from "../support/eventually.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const ORDERS = `CREATE OR REFRESH STREAMING TABLE orders (
  CONSTRAINT has_id EXPECT (id IS NOT NULL) ON VIOLATION DROP ROW
) AS SELECT * FROM STREAM read_files('\${landing}', format => 'json', schema => 'id INT, customer STRING, amount INT');`;
const REVENUE = `import { pipeline, spark } from "lakelet/pipeline";
pipeline.materializedView("revenue", () => spark.sql("SELECT customer, sum(amount) AS amount FROM orders GROUP BY customer"));
`;
const SPEC = `name: shop
database: shop
configuration: { landing: data/orders }
libraries:
  - glob: { include: transformations/** }
`;
let folder = "";
beforeAll(() => {
  builtPackage();
  folder = temporaryFolder({
    "lakelet.yml": "warehouse: ./lake\n",
    "pipelines/shop/spark-pipeline.yml": SPEC,
    "pipelines/shop/transformations/orders.sql": ORDERS,
    "pipelines/shop/transformations/gold/revenue.ts": REVENUE,
    "pipelines/broken.sql":
      "CREATE MATERIALIZED VIEW a AS SELECT 1 AS id;\n\nCREATE MATERIALIZED VIEW b AS SELECT id FROM nowhere;\n",
    "pipelines/strict.sql": ORDERS.replace("DROP ROW", "FAIL UPDATE").replace(/\$.landing./, "data/orders"),
    "pipelines/nightly/job.json": JSON.stringify({
      name: "nightly",
      tasks: [
        { task_key: "shop", pipeline_task: { pipeline_id: "shop", full_refresh: true } },
        { task_key: "strict", pipeline_task: { pipeline_id: "pipelines/strict.sql" } },
      ],
    }),
    "data/orders/1.json":
      '{"id":1,"customer":"a","amount":5}\n{"id":null,"customer":"b","amount":1}\n{"id":3,"customer":"a","amount":2}\n',
  });
}, 120_000);

const sql = async (text: string): Promise<unknown> =>
  JSON.parse((await lakelet(folder, ["sql", "--format", "json", text])).stdout).rows;

describe("one pipeline, from its first update on", () => {
  test("a dry run writes nothing, not one file", async () => {
    const { code, stdout } = await lakelet(folder, ["pipeline", "dry-run", "shop"]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("Nothing was written.")]);
    expect(stdout).toMatch(/^ {2}revenue +materialized view +reads .*orders/m);
    expect(existsSync(join(folder, "lake"))).toBe(false);
    expect(existsSync(join(folder, ".lakelet"))).toBe(false);
  });

  test("the first update, the second with nothing new, a file that comes later", async () => {
    const first = await lakelet(folder, ["pipeline", "run", "shop"]);
    expect([first.code, first.stdout]).toEqual([
      0,
      expect.stringMatching(/✔ orders +\S+ s +2 rows published · 1 quarantined/),
    ]);
    const second = await lakelet(folder, ["pipeline", "run", "shop"]);
    expect(second.stdout).toMatch(/✔ orders +\S+ s +nothing new/);
    expect(second.stdout).toMatch(/✔ revenue +\S+ s +nothing new/);
    writeFileSync(join(folder, "data/orders/2.json"), '{"id":4,"customer":"b","amount":10}\n');
    const third = JSON.parse((await lakelet(folder, ["pipeline", "run", "shop", "--json"])).stdout);
    expect(third).toMatchObject({
      update: { pipeline_id: "pipelines/shop", state: "COMPLETED", cause: "USER_ACTION" },
      flows: [
        { flow_name: "orders", metrics: { num_output_rows: 1 }, data_quality: { dropped_records: 0 } },
        { flow_name: "revenue" },
      ],
    });
    expect(await sql("SELECT customer, amount FROM shop.revenue ORDER BY customer")).toEqual([
      ["a", 7],
      ["b", 10],
    ]);
  });

  test("its events, in the terminal and in SQL; what the project has", async () => {
    const events = await lakelet(folder, ["pipeline", "events", "shop", "--event-type", "flow_progress"]);
    expect(events.stdout).toMatch(/INFO {3}flow_progress +Flow 'orders' has COMPLETED\.\n/);
    expect(
      await sql(
        "SELECT count(DISTINCT origin.update_id) AS updates FROM event_log('pipelines/shop') WHERE event_type = 'create_update'",
      ),
    ).toEqual([[3]]);
    const { stdout } = await lakelet(folder, ["pipeline", "list"]);
    expect(stdout).toMatch(/^shop +pipelines\/shop +main\.shop +COMPLETED/m);
    expect(stdout).toMatch(/^strict .*never updated$/m);
  });

  test("a job's pipeline_task: a full refresh; one that fails, with file and line", async () => {
    const { code, stdout } = await lakelet(folder, ["run", "nightly"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/\[shop\] \| Flow 'orders' has COMPLETED\. 3 rows, 1 dropped/);
    expect(stdout).toMatch(/\[strict\] FAILED: pipelines\/strict\.sql:1: \[[\w.]+\] .*has_id/);
    expect(await sql("SELECT count(*) AS n FROM shop.orders")).toEqual([[3]]);
    expect(
      await sql(
        "SELECT details:create_update.cause::string AS cause FROM event_log('pipelines/shop') WHERE event_type = 'create_update' ORDER BY timestamp DESC LIMIT 1",
      ),
    ).toEqual([["JOB_TASK"]]);
  });
});

test("what is wrong with a source has its file and line, and exit code 1", async () => {
  const { code, stdout } = await lakelet(folder, ["pipeline", "run", "broken"]);
  expect([code, stdout]).toEqual([1, expect.stringMatching(/pipelines\/broken\.sql:3: \[TABLE_OR_VIEW_NOT_FOUND\]/)]);
  const unknown = await lakelet(folder, ["pipeline", "run", "shpo"]);
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("Did you mean `shop`?")]);
});

test("a continuous pipeline is updated until Ctrl-C; an update that is killed is in the log as FAILED", async () => {
  const spec = join(folder, "pipelines/shop/spark-pipeline.yml");
  rmSync(spec);
  const api = {
    name: "shop",
    id: "pipelines/shop",
    schema: "shop",
    continuous: true,
    configuration: { landing: "data/orders", "pipelines.trigger.interval": "100 ms" },
    libraries: [{ glob: { include: "transformations/**" } }],
  };
  writeFileSync(join(folder, "pipelines/shop/pipeline.json"), JSON.stringify(api));
  const start = () =>
    spawn(process.execPath, [builtPackage().command, "pipeline", "run", "shop"], { cwd: folder, stdio: "pipe" });
  const child = start();
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = new Promise((resolve) => child.on("close", resolve));
  await eventually(() => output.split("COMPLETED in").length > 6, 60_000);
  child.kill("SIGINT");
  expect(await code).toBe(130);

  const killed = start();
  const gone = new Promise((resolve) => killed.on("close", resolve));
  const logs = join(folder, ".lakelet/pipelines");
  const log = () => {
    const [name] = existsSync(logs) ? readdirSync(logs) : [];
    return name === undefined ? "" : readFileSync(join(logs, name), "utf8");
  };
  await eventually(() => log().includes("create_update"), 60_000);
  killed.kill("SIGKILL");
  await gone;
  const left = log();
  const { stdout } = await lakelet(folder, ["pipeline", "events", "shop"]);
  // It may have come to its end before the signal came.
  const end = left === "" || left.includes("is COMPLETED") ? "is COMPLETED" : "its process ended before it did";
  expect(stdout).toContain(end);
  expect(readdirSync(logs)).toEqual([]);
});
