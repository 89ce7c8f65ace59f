/** The short form of the suite `specs` of the reliability programme. */
import { expect, test } from "vitest";
import { run } from "../../reliability/specs/fuzzed-specs.js";

test("500 mutated specs and bundles: read, or refused with a line", async () => {
  const { anomalies, count } = await run({ count: 500, seed: 20 });
  expect(anomalies).toEqual([]);
  expect(count).toBe(500);
});
