/** The event log: rows as Databricks shapes them, each update once in its table, also one whose process was killed. */
import { existsSync, readdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventLogOf } from "../../../src/catalog/pipeline-event-logs.js";
import { LakeletError } from "../../../src/errors/lakelet-error.js";
import { publishEventLogs } from "../../../src/pipeline/event-log/publish-event-log.js";
import { writeUpdateLog } from "../../../src/pipeline/event-log/update-log.js";
import type { PipelineEvent } from "../../../src/pipeline/update.js";
import { createLocalSession, type LocalSession } from "../../../src/session/local-session.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const warehouse = temporaryFolder({});
const folder = join(temporaryFolder({}), "pipelines");
const eventLog = { catalog: "main", schema: "shop", name: "event_log_orders" };
let session: LocalSession;

beforeAll(async () => {
  session = await createLocalSession({ warehouse });
});
afterAll(() => session.stop());

const log = (updateId: string, process: unknown = "gone") =>
  writeUpdateLog(folder, { settings: { id: "orders", name: "Orders" }, updateId, userName: "ann", eventLog, process });
const publish = (alive = false) => publishEventLogs({ session, warehouse, folder, isAtWork: () => alive });
const rows = async (query: string) => (await (await session.sql(query)).collect()).map((row) => ({ ...row }));

const at = Date.UTC(2026, 0, 2, 3, 4, 5);
const selection = { refresh: [], fullRefresh: [], resetCheckpoint: [], fullRefreshAll: false };
const place = { file: "orders.sql", line: 3 };
const BEGIN: readonly PipelineEvent[] = [
  { kind: "create-update", at, cause: "USER_ACTION", selection, dryRun: false },
  { kind: "update-progress", at, state: "RUNNING" },
  {
    kind: "dataset-definition",
    at,
    dataset: "main.shop.orders",
    datasetKind: "streaming-table",
    schema: "id INT",
    place,
  },
  { kind: "flow-progress", at, flow: "orders", target: "main.shop.orders", status: "RUNNING" },
];
const DONE: PipelineEvent = {
  kind: "flow-progress",
  at: at + 2000,
  flow: "orders",
  target: "main.shop.orders",
  status: "COMPLETED",
  seconds: 1.5,
  outputRows: 90n,
  droppedRecords: 10n,
  expectations: [{ name: "has_id", dataset: "orders", passed: 90n, failed: 10n }],
  account: {
    sources: [{ name: "/in", rows: 100n }],
    isRowByRow: true,
    read: 100n,
    malformed: 1n,
    filtered: 0n,
    published: 90n,
    quarantined: 10n,
  },
};

describe("an update that ended", () => {
  test("is in the table once, however often it is published", async () => {
    const tell = log("11111111-a");
    for (const event of [...BEGIN, DONE]) tell(event);
    tell({ kind: "update-progress", at: at + 3000, state: "COMPLETED" });
    await publish();
    await publish();
    expect(readdirSync(folder)).toEqual([]);
    expect(eventLogOf(warehouse, "orders")).toEqual(eventLog);
    expect(
      await rows(
        "SELECT event_type, level, message FROM main.shop.event_log_orders ORDER BY sequence.data_plane_id.seq_no",
      ),
    ).toEqual([
      { event_type: "user_action", level: "INFO", message: "User ann started an update." },
      { event_type: "create_update", level: "INFO", message: "Update 111111 started by USER_ACTION." },
      { event_type: "update_progress", level: "INFO", message: "Update 111111 is RUNNING." },
      {
        event_type: "dataset_definition",
        level: "INFO",
        message: "Dataset 'main.shop.orders' defined as STREAMING_TABLE.",
      },
      { event_type: "flow_progress", level: "INFO", message: "Flow 'orders' is RUNNING." },
      { event_type: "flow_progress", level: "INFO", message: "Flow 'orders' has COMPLETED." },
      { event_type: "update_progress", level: "INFO", message: "Update 111111 is COMPLETED." },
    ]);
  });

  test("is not there twice where two processes publish it", async () => {
    const tell = log("11111111-a");
    for (const event of BEGIN) tell(event);
    tell({ kind: "update-progress", at: at + 3000, state: "COMPLETED" });
    await publish();
    expect(readdirSync(folder)).toEqual([]);
    expect(await rows("SELECT count(*) AS n FROM main.shop.event_log_orders")).toEqual([{ n: 7n }]);
  });

  test("answers the query that the documentation gives for data quality", async () => {
    const found = await rows(`
      WITH latest_update AS (
        SELECT origin.update_id AS id FROM main.shop.event_log_orders
        WHERE event_type = 'create_update' ORDER BY timestamp DESC LIMIT 1)
      SELECT row_expectations.dataset AS dataset, row_expectations.name AS expectation,
        SUM(row_expectations.passed_records) AS passing_records, SUM(row_expectations.failed_records) AS failing_records
      FROM (
        SELECT explode(from_json(details:flow_progress:data_quality:expectations,
          "array<struct<name: string, dataset: string, passed_records: int, failed_records: int>>")) AS row_expectations
        FROM main.shop.event_log_orders, latest_update
        WHERE event_type = 'flow_progress' AND origin.update_id = latest_update.id)
      GROUP BY row_expectations.dataset, row_expectations.name`);
    expect(found).toEqual([{ dataset: "orders", expectation: "has_id", passing_records: 90n, failing_records: 10n }]);
    expect(
      await rows(`SELECT details:flow_progress.metrics.num_output_rows::int AS output,
        details:flow_progress.row_account.read::int AS read, timestamp FROM main.shop.event_log_orders
        WHERE message LIKE '%has COMPLETED%'`),
    ).toMatchObject([{ output: 90, read: 100 }]);
  });
});

describe("event_log in SQL", () => {
  test("by the pipeline's id, and by one of its tables", async () => {
    await session.execute("CREATE TABLE main.shop.orders (id INT) TBLPROPERTIES ('pipelines.pipelineId' = 'orders')");
    const count = (log: string) => rows(`SELECT count(*) AS n FROM ${log} AS e WHERE e.event_type = 'create_update'`);
    expect(await count("event_log('orders')")).toEqual([{ n: 1n }]);
    expect(await count("event_log(TABLE(main.shop.orders))")).toEqual([{ n: 1n }]);
  });

  test("what has none is named", async () => {
    await session.execute("CREATE TABLE main.shop.plain (id INT)");
    const failure = (log: string) => session.sql(`SELECT * FROM ${log}`).then((one) => one.collect());
    await expect(failure("event_log('other')")).rejects.toThrow(
      "[EVENT_LOG_UNAVAILABLE] There is no event log of a pipeline `other`",
    );
    await expect(failure("event_log(TABLE(main.shop.plain))")).rejects.toThrow("[EVENT_LOG_REQUIRES_PIPELINE_TABLE]");
    await expect(failure("event_log()")).rejects.toThrow("[WRONG_NUM_ARGS");
  });
});

describe("an update whose process was killed", () => {
  test("is left to it while it is at work, and then ended by the next one", async () => {
    const tell = log("22222222-b");
    for (const event of BEGIN) tell(event);
    await publish(true);
    expect(readdirSync(folder)).toHaveLength(1);
    await publish();
    expect(
      await rows(
        "SELECT event_type, level, message FROM main.shop.event_log_orders WHERE origin.update_id = '22222222-b' ORDER BY sequence.data_plane_id.seq_no DESC LIMIT 1",
      ),
    ).toMatchObject([
      { event_type: "update_progress", level: "ERROR", message: expect.stringContaining("its process ended") },
    ]);
  });

  test("half a line at the end, and a file without its first line, keep nothing from being published", async () => {
    const tell = log("33333333-c");
    for (const event of BEGIN) tell(event);
    log("44444444-d");
    const file = join(folder, "33333333-c.ndjson");
    const { size } = await import("node:fs").then((fs) => fs.statSync(file));
    truncateSync(file, size - 20);
    truncateSync(join(folder, "44444444-d.ndjson"), 10);
    await publish();
    expect(existsSync(file)).toBe(false);
    expect(
      await rows("SELECT count(*) AS n FROM main.shop.event_log_orders WHERE origin.update_id = '33333333-c'"),
    ).toEqual([{ n: 5n }]);
  });
});

test("a failed flow has its condition and causes", () => {
  const tell = log("55555555-e");
  const error = new LakeletError({ condition: "EXPECTATION_VIOLATION", problem: "No.", cause: new Error("deeper") });
  const [row] = tell({ kind: "flow-progress", at, flow: "f", target: "t", status: "FAILED", error });
  expect(row).toMatchObject({
    level: "ERROR",
    message: "Flow 'f' has FAILED.",
    error: {
      fatal: false,
      exceptions: [{ class_name: "EXPECTATION_VIOLATION" }, { class_name: "Error", message: "deeper" }],
    },
  });
});
