import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run as failures } from "./failing-calls.js";
import { FaultBench } from "./fault-bench.js";
import { run as kills } from "./kills.js";
import { run as power } from "./power-loss.js";
import { straceMissing } from "./program.js";

const missing = straceMissing();
const reason = missing === undefined ? "" : ` (skipped: ${missing})`;

/** The long form, with all operations and thousands of points: `npm run test:reliability`. */
describe.skipIf(missing !== undefined)(`faults in short form${reason}`, () => {
  const operations = ["checkpoint"];
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(operations);
  }, 120_000);
  afterAll(() => bench.close());

  it("kill -9 leaves the old or the new state", async () => {
    const { count, anomalies } = await kills({ count: 1, seed: 5, operations, lanes: 1, bench });
    expect(anomalies).toEqual([]);
    expect(count).toBe(1);
  }, 120_000);

  it("a failing call gives a typed error, and the table is as the answer says", async () => {
    const { count, anomalies } = await failures({ count: 6, seed: 1, operations, lanes: 1, bench });
    expect(anomalies).toEqual([]);
    expect(count).toBeGreaterThan(0);
  }, 120_000);

  it("a power failure loses no acknowledged commit", async () => {
    const { count, anomalies } = await power({ count: 20, seed: 1, bench });
    expect(anomalies).toEqual([]);
    expect(count).toBe(20);
  }, 120_000);
});
