import { expect, it } from "vitest";
import { run } from "./corrupt-logs.js";

/** The long form, with thousands of damages: `npm run test:reliability`. */
it("a damaged log gives a typed error or the right rows", async () => {
  const { count, anomalies } = await run({ count: 100, seed: 1, tables: ["checkpoint and commits"] });
  expect(anomalies).toEqual([]);
  expect(count).toBeGreaterThanOrEqual(100);
});
