/** R10: random runs against the reference model, and real runs that are ended at random instants and then go on. */
import fc from "fast-check";
import { type Scenario, scenario } from "../../jobs/run/random-scenario.js";
import { anomaliesOf } from "../../jobs/run/run-anomalies.js";
import type { SuiteOptions, SuiteResult } from "../suite.js";
import { interruptedRuns } from "./interrupted-runs.js";

/** A real run costs as much as many of the others. */
const RANDOM_PER_REAL = 100;

export async function run(options: SuiteOptions): Promise<SuiteResult> {
  const random = randomRuns(options);
  const real = await interruptedRuns({ ...options, count: Math.ceil(options.count / RANDOM_PER_REAL) });
  return {
    count: random.count + real.count,
    anomalies: [...random.anomalies, ...real.anomalies],
    notes: [`${random.count} random runs against the model`, ...real.notes],
  };
}

/** Each of them is tried, and the first that goes wrong is made small. */
function randomRuns({ count, seed, log }: SuiteOptions): SuiteResult {
  let tried = 0;
  const property = fc.property(scenario, (one: Scenario) => {
    if (++tried % 2_000 === 0) log?.(`${tried} random runs`);
    const found = anomaliesOf(one);
    if (found.length > 0) throw new Error(found.join("; "));
  });
  const { failed, counterexample, errorInstance } = fc.check(property, { numRuns: count, seed });
  if (!failed) return { count, anomalies: [], notes: [] };
  return { count: tried, anomalies: [`${errorInstance}: ${JSON.stringify(counterexample)}`], notes: [] };
}
