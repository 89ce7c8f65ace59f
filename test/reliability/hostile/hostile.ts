/** Hostile values within one process, then through a real run. */
import type { SuiteOptions, SuiteResult } from "../suite.js";
import { run as inProcess } from "./in-process.js";
import { run as realRun } from "./real-run.js";

/** `count`: values to try. */
export async function run(options: SuiteOptions): Promise<SuiteResult> {
  const [first, second] = [await inProcess(options), await realRun(options)];
  return {
    count: first.count + second.count,
    anomalies: [...first.anomalies, ...second.anomalies],
    notes: [...first.notes, ...second.notes],
  };
}
