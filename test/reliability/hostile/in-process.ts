/** Hostile values through every way that a parameter goes within one process. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomNumbers, type SuiteOptions, type SuiteResult, sample } from "../suite.js";
import { anomalyOf, HostileBench } from "./parameter-paths.js";
import { hostileValues } from "./values.js";

/** `count`: values to try; each goes every way. */
export async function run({ count, seed, log }: SuiteOptions): Promise<SuiteResult> {
  const outer = mkdtempSync(join(tmpdir(), "lakelet-hostile-"));
  const bench = await HostileBench.open(outer);
  const anomalies: string[] = [];
  const values = sample(hostileValues(), count, randomNumbers(seed));
  const paths = bench.paths();
  try {
    for (const [i, value] of values.entries()) {
      for (const path of paths) {
        const anomaly = await anomalyOf(path, value);
        if (anomaly !== undefined) anomalies.push(anomaly);
      }
      if (i % 100 === 99) log?.(`${i + 1} values`);
    }
    anomalies.push(...(await bench.writtenWrongly(values)), ...(await bench.damage()));
  } finally {
    await bench.close();
    rmSync(outer, { recursive: true, force: true });
  }
  return { count: values.length * paths.length, anomalies, notes: [`${values.length} values, ${paths.length} ways`] };
}
