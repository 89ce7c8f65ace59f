/** Hostile values in short form: `npm run test:reliability -- --only hostile` tries all of them, and real processes too. */
import { expect, test } from "vitest";
import { run } from "./in-process.js";
import { hostileValues } from "./values.js";

test("a value is only data, whichever way it goes", async () => {
  const { count, anomalies } = await run({ count: 10, seed: 3 });
  expect(anomalies).toEqual([]);
  expect(count).toBeGreaterThan(300);
});

test("there are 300 of them", () => {
  expect(hostileValues().length).toBeGreaterThanOrEqual(300);
});
