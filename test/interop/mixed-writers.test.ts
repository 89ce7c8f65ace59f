import { expect, test } from "vitest";
import { run } from "../reliability/mixed/mixed-writers.js";
import { peers } from "./peers.js";

/** The long form: `npm run test:reliability -- --only mixed`. */
test("lakelet, Spark and delta-rs change tables in turn, and all read what a model has", {
  timeout: 300_000,
}, async () => {
  const { anomalies, count } = await run({
    count: 30,
    seed: 6,
    tables: ["partitioned", "vectors and changes", "row ids and in-commit timestamps"],
    peers: peers(),
  });
  expect(anomalies).toEqual([]);
  expect(count).toBeGreaterThanOrEqual(30);
});
