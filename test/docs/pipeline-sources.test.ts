import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DeclaredDataset } from "../../src/pipeline/declare.js";
import type { PipelineDefinition } from "../../src/pipeline/definition.js";
import { pipeline } from "../../src/pipeline.js";
import { loadPipelineSources } from "../../src/tasks/pipeline/pipeline-sources.js";
import { useSession } from "../support/session.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const page = readFileSync(join(import.meta.dirname, "../../docs/pipeline-sources.md"), "utf8");
const lake = useSession({ configuration: { landing: "/landing" } });

function load(kind: "sql" | "ts"): Promise<PipelineDefinition> {
  const [, text = ""] = new RegExp(`\`\`\`${kind}\n([\\s\\S]+?)\`\`\``).exec(page) ?? [];
  const file = join(temporaryFolder({ [`page.${kind}`]: text }), `page.${kind}`);
  return loadPipelineSources({ files: [file], configuration: { landing: "/landing" }, session: lake.spark });
}

test("the SQL of the page declares what it shows", async () => {
  const { datasets, flows } = await load("sql");
  expect(datasets.map((one) => [one.name[0], one.kind])).toEqual([
    ["orders", "streaming-table"],
    ["paid", "temporary-view"],
    ["orders_per_day", "materialized-view"],
  ]);
  expect(datasets[0]?.expectations.map((one) => one.onViolation)).toEqual(["drop", "warn"]);
  expect(flows.map((one) => one.name)).toEqual(["orders", "orders_of_before", "paid", "orders_per_day"]);
  expect(flows[0]).toMatchObject({ query: { text: expect.stringContaining("'/landing/orders'") } });
});

test("the TypeScript of the page declares the same, and more", async () => {
  const { datasets, flows } = await load("ts");
  expect(datasets.map((one) => [one.name[0], one.kind])).toEqual([
    ["orders", "streaming-table"],
    ["paid", "temporary-view"],
    ["orders_per_day", "materialized-view"],
    ["customers", "streaming-table"],
  ]);
  expect(flows.map((one) => one.kind)).toEqual(["query", "query", "query", "query", "auto-cdc"]);
});

test("the calls of the page are there, all of them", () => {
  const called = [...page.matchAll(/`pipeline\.(\w+)\(/g)].map(([, name]) => name ?? "");
  expect([...new Set([...called, "temporaryView"])].sort()).toEqual(Object.keys(pipeline).sort());
  const methods = [...page.matchAll(/`\.(expect\w*)`/g)].map(([, name]) => name ?? "");
  const own = Object.getOwnPropertyNames(DeclaredDataset.prototype).filter((one) => one !== "constructor");
  expect([...new Set(methods)].sort()).toEqual(own.sort());
});
