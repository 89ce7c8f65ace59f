/** Which models are published, by how dbt's commands went. */
import { expect, test } from "vitest";
import type { DbtManifest, DbtNode } from "../../../src/tasks/dbt/dbt-artifacts.js";
import { type DbtStep, dbtVerdict } from "../../../src/tasks/dbt/dbt-verdict.js";

function node(id: string, dependsOn: readonly string[] = [], attachedTo?: string): DbtNode {
  const [type = "", name = ""] = id.split(".");
  const relation = { catalog: "main", schema: "default", name };
  return {
    id,
    type,
    name,
    relation,
    materialized: "table",
    dependsOn,
    attachedTo,
    file: "",
    code: "",
    partitionBy: [],
  };
}

const NODES = [
  node("source.orders"),
  node("seed.regions"),
  node("model.bronze", ["source.orders"]),
  node("model.silver", ["model.bronze", "seed.regions"]),
  node("model.gold", ["model.silver"]),
  node("model.aside"),
  node("test.unique_silver", ["model.silver"], "model.silver"),
  node("test.both", ["model.aside", "model.bronze"]),
  node("test.source", ["source.orders"], "source.orders"),
];
const manifest: DbtManifest = new Map(NODES.map((one) => [one.id, one]));

function step(subcommand: string, results: Readonly<Record<string, string>> | undefined, succeeded = true): DbtStep {
  const list =
    results && Object.entries(results).map(([id, status]) => ({ id, status, message: null, failures: 0, seconds: 0 }));
  return { subcommand, results: list, manifest: results && manifest, succeeded };
}

const ALL = {
  "seed.regions": "success",
  "model.bronze": "success",
  "model.silver": "success",
  "model.gold": "success",
  "model.aside": "success",
};
const PASSED = { "test.unique_silver": "pass", "test.both": "pass", "test.source": "warn" };

function verdict(steps: readonly DbtStep[], left: readonly string[] = []) {
  const { publish, heldBack } = dbtVerdict(steps, left);
  return { publish: publish.map(({ name }) => name), heldBack: heldBack.map(({ node: { name } }) => name) };
}

test("all that was built and passed its tests, in the order of building", () => {
  const publish = ["regions", "bronze", "silver", "gold", "aside"];
  expect(verdict([step("run", ALL), step("test", PASSED)])).toEqual({ publish, heldBack: [] });
  expect(verdict([step("build", { ...ALL, ...PASSED })]).publish).toEqual(publish);
  expect(verdict([step("run", ALL)]).publish).toEqual(publish);
});

test("a failed test holds its model back, and what is made of it", () => {
  expect(verdict([step("run", ALL), step("test", { ...PASSED, "test.unique_silver": "fail" }, false)])).toEqual({
    publish: ["regions", "bronze", "aside"],
    heldBack: ["silver", "gold"],
  });
});

test("a test of several models holds all of them back; one of a source what is made of it", () => {
  const both = step("test", { ...PASSED, "test.both": "error" }, false);
  expect(verdict([step("run", ALL), both]).publish).toEqual(["regions"]);
  const source = step("test", { ...PASSED, "test.source": "fail" }, false);
  expect(verdict([step("run", ALL), source]).publish).toEqual(["regions", "aside"]);
});

test("a model that failed, and those that were skipped for it", () => {
  const results = { ...ALL, "model.silver": "error", "model.gold": "skipped" };
  expect(verdict([step("run", results, false)])).toEqual({ publish: ["regions", "bronze", "aside"], heldBack: [] });
});

test("nothing where the tests were not come to, or could not be run", () => {
  expect(verdict([step("run", { ...ALL, "model.gold": "error" }, false)], ["test"]).publish).toEqual([]);
  expect(verdict([step("run", ALL), step("test", undefined, false)]).publish).toEqual([]);
  expect(verdict([step("run", { ...ALL, "model.gold": "error" }, false)], ["docs"]).publish).toHaveLength(4);
});

test("what is only compiled was not built", () => {
  expect(verdict([step("compile", ALL), step("docs", ALL)])).toEqual({ publish: [], heldBack: [] });
});

test("the last word on a model counts", () => {
  expect(verdict([step("run", ALL), step("run", { "model.aside": "error" }, false)]).publish).not.toContain("aside");
  expect(verdict([step("test", PASSED)]).publish).toEqual([]);
});
