import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run as corruption } from "./corruption/corrupt-logs.js";
import { run as failures } from "./faults/failing-calls.js";
import { FaultBench } from "./faults/fault-bench.js";
import { run as kills } from "./faults/kills.js";
import { run as power } from "./faults/power-loss.js";
import { straceMissing } from "./faults/program.js";

const missing = straceMissing();
const reason = missing === undefined ? "" : ` (skipped: ${missing})`;
const operations = ["checkpoint"];
const LIMIT = 120_000;

let bench: FaultBench;
beforeAll(async () => {
  bench = await FaultBench.open(operations);
}, LIMIT);
afterAll(() => bench.close());

/** The long form, with all operations and thousands of points: `npm run test:reliability`. */
describe("reliability in short form", () => {
  it("a damaged log gives a typed error or the right rows", { timeout: LIMIT }, async () => {
    const { count, anomalies } = await corruption({
      count: 60,
      seed: 1,
      tables: ["checkpoint and commits"],
      spark: bench.spark,
    });
    expect(anomalies).toEqual([]);
    expect(count).toBeGreaterThanOrEqual(60);
  });

  it.skipIf(missing !== undefined)(`kill -9 leaves the old or the new state${reason}`, { timeout: LIMIT }, async () => {
    const { count, anomalies } = await kills({ count: 1, seed: 5, operations, lanes: 1, bench });
    expect(anomalies).toEqual([]);
    expect(count).toBe(1);
  });

  it.skipIf(missing !== undefined)(
    `a failing call gives a typed error, and the table is as the answer says${reason}`,
    { timeout: LIMIT },
    async () => {
      const { count, anomalies } = await failures({ count: 4, seed: 1, operations, lanes: 1, bench });
      expect(anomalies).toEqual([]);
      expect(count).toBeGreaterThan(0);
    },
  );

  it.skipIf(missing !== undefined)(
    `a power failure loses no acknowledged commit${reason}`,
    { timeout: LIMIT },
    async () => {
      const { count, anomalies } = await power({ count: 20, seed: 1, bench, statements: 5 });
      expect(anomalies).toEqual([]);
      expect(count).toBe(20);
    },
  );
});
