/** How an update of a pipeline is told, event by event and at its end. */
import { expect, test } from "vitest";
import { pipelineJson } from "../../../src/cli/progress/pipeline-json.js";
import { PlainPipelineView } from "../../../src/cli/progress/pipeline-view.js";
import type { Flow } from "../../../src/pipeline/definition.js";
import { eventRows } from "../../../src/pipeline/event-log/event-row.js";
import type { PipelineEvent } from "../../../src/pipeline/update.js";
import type { LoadedPipeline } from "../../../src/workspace/pipelines/load-pipeline.js";

const at = 1000;
const place = { file: "a.sql", line: 1 };
const selection = { refresh: [], fullRefresh: [], resetCheckpoint: [], fullRefreshAll: false };
const flow = (name: string): Flow => ({
  kind: "query",
  name,
  target: [name],
  place,
  configuration: {},
  query: { kind: "sql", text: "SELECT 1" },
  once: false,
  byName: false,
});
const defined = (name: string, inputs: readonly string[]): PipelineEvent => ({
  kind: "flow-definition",
  at,
  flow: flow(name),
  target: name,
  inputs,
  isStreaming: false,
});
const progress = (name: string, more: Partial<Extract<PipelineEvent, { kind: "flow-progress" }>>): PipelineEvent => ({
  kind: "flow-progress",
  at,
  flow: name,
  target: name,
  status: "COMPLETED",
  ...more,
});
const BEGIN: readonly PipelineEvent[] = [
  { kind: "create-update", at, cause: "USER_ACTION", selection, dryRun: false },
  { kind: "dataset-definition", at, dataset: "orders", datasetKind: "STREAMING TABLE", schema: "id INT", place },
  { kind: "dataset-definition", at, dataset: "paid", datasetKind: "temporary view", schema: "id INT", place },
  // A temporary view has no rows of its own: nothing is said of it at the end.
  ...["orders", "gold", "late", "other", "paid"].map((name) => defined(name, [])),
  { kind: "warning", at, message: "old is no longer defined by the pipeline." },
];
const EVENTS: readonly PipelineEvent[] = [
  ...BEGIN,
  progress("orders", { status: "QUEUED" }),
  progress("orders", { status: "RUNNING" }),
  progress("orders", {
    seconds: 1.25,
    outputRows: 1500n,
    droppedRecords: 3n,
    files: ["/in/1.json", "/in/2.json"],
    version: 4,
    expectations: [{ name: "has_id", dataset: "orders", passed: 1500n, failed: 3n }],
    account: {
      sources: [{ name: "/in", rows: 1510n }],
      isRowByRow: true,
      read: 1510n,
      malformed: 1n,
      filtered: 7n,
      published: 1500n,
      quarantined: 3n,
    },
  }),
  {
    kind: "planning-information",
    at,
    flow: "gold",
    target: "gold",
    technique: "COMPLETE_RECOMPUTE",
    reason: "it calls rand()",
  },
  progress("gold", { status: "FAILED", error: new Error("a.sql:9: [DIVIDE_BY_ZERO] Division by zero.") }),
  progress("late", { status: "SKIPPED", reason: "Flow 'late' was skipped because upstream flow 'gold' FAILED." }),
  { kind: "update-progress", at: at + 2000, state: "FAILED" },
];
const pipeline = {
  settings: { id: "shop", name: "Shop" },
  reference: "pipelines/shop",
  notices: [],
} as unknown as LoadedPipeline;
const result = { updateId: "0a1b2c3d", state: "FAILED" } as const;

function plain(
  events: readonly PipelineEvent[],
  end: { updateId: string; state: "FAILED" | "COMPLETED" },
): readonly string[] {
  const lines: string[] = [];
  const view = new PlainPipelineView((line) => lines.push(line));
  view.loaded(pipeline);
  for (const event of events) view.event(event);
  view.finish(end);
  return lines;
}

test("plain lines, then each flow with where its rows went, its checks and its error", () => {
  expect(plain(EVENTS, result)).toEqual([
    "warning: old is no longer defined by the pipeline.",
    "[orders] RUNNING",
    "[orders] COMPLETED in 1.3 s: 1,500 rows published · 3 quarantined · 7 filtered · 1 malformed line · 1,510 read from 2 files\n  has_id: 3 of 1,503 rows failed",
    "[gold] FAILED: a.sql:9: [DIVIDE_BY_ZERO] Division by zero.",
    "[late] SKIPPED: Flow 'late' was skipped because upstream flow 'gold' FAILED.",
    "update FAILED",
    "",
    "Shop  FAILED in 2.0 s  update 0a1b2c3d",
    "",
    "  ✔ orders  1.3 s     1,500 rows published · 3 quarantined · 7 filtered · 1 malformed line · 1,510 read from 2 files",
    "                      has_id: 3 of 1,503 rows failed",
    "  ✖ gold              FAILED",
    "      a.sql:9: [DIVIDE_BY_ZERO] Division by zero.",
    "  ⊘ late              SKIPPED: upstream flow 'gold' FAILED.",
    "  not run: other",
    "",
    "Its events: lakelet pipeline events pipelines/shop",
  ]);
});

test("a dry run shows what is declared and what it reads", () => {
  const dryRun: PipelineEvent = { kind: "create-update", at, cause: "USER_ACTION", selection, dryRun: true };
  const events = [dryRun, ...BEGIN.slice(1, 2), defined("orders", ["main.raw.orders"])];
  expect(plain(events, { updateId: "ff", state: "COMPLETED" })).toEqual([
    "",
    "Shop  COMPLETED  dry run ff",
    "",
    "  orders  streaming table    reads main.raw.orders",
    "",
    "All datasets and flows are right. Nothing was written.",
  ]);
});

test("text that a terminal would act on is shown, not acted on", () => {
  const lines = plain(
    [...BEGIN, progress("orders", { status: "FAILED", error: new Error("\u001b]0;evil\u0007") })],
    result,
  );
  expect(lines.join("\n")).toContain("\\u001b]0;evil\\u0007");
});

test("as JSON: the update as the API has it, each flow's last state", () => {
  const printed: string[] = [];
  const view = pipelineJson((text) => printed.push(text));
  const rows = eventRows({ settings: pipeline.settings, updateId: result.updateId, userName: "ann" });
  view.loaded(pipeline);
  for (const event of EVENTS) view.event(event, rows(event));
  view.finish(result);
  expect(JSON.parse(printed.join(""))).toMatchObject({
    update: { pipeline_id: "shop", update_id: "0a1b2c3d", cause: "USER_ACTION", state: "FAILED", validate_only: false },
    flows: [
      {
        flow_name: "orders",
        status: "COMPLETED",
        metrics: { num_output_rows: 1500, execution_time_ms: 1250 },
        data_quality: {
          dropped_records: 3,
          expectations: [{ name: "has_id", passed_records: 1500, failed_records: 3 }],
        },
        row_account: { read: 1510, filtered: 7, quarantined: 3 },
      },
      {
        flow_name: "gold",
        status: "FAILED",
        error: { exceptions: [{ message: expect.stringContaining("DIVIDE_BY_ZERO") }] },
      },
      { flow_name: "late", status: "SKIPPED" },
    ],
    warnings: ["old is no longer defined by the pipeline."],
  });
});
