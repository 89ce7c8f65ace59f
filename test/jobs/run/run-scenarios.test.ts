/** Random jobs, faults, kills and repairs against the reference model, and against what must hold whatever happens. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { scenario } from "./random-scenario.js";
import { anomaliesOf } from "./run-anomalies.js";

/** 10,000 in the suite `runs` of `npm run test:reliability`. */
test("500 random runs end as the model says, and their logs hold", () => {
  fc.assert(
    fc.property(scenario, (one) => {
      expect(anomaliesOf(one)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
