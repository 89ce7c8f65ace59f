/** R12: schedulers that are killed at random, simulated ones at each step and real ones by kill -9; no occurrence is lost or doubled. */
import { killedSchedule } from "../../scheduler/killed-schedules.js";
import { randomNumbers, type SuiteOptions, type SuiteResult } from "../suite.js";
import { killedServe } from "./killed-serve.js";

/** A real scheduler costs as much as many of the others. */
const SIMULATED_PER_REAL = 500;

export async function run({ count, seed, log }: SuiteOptions): Promise<SuiteResult> {
  const anomalies: string[] = [];
  const note = async (name: string, attempt: () => Promise<void>) => {
    try {
      await attempt();
    } catch (error) {
      anomalies.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  for (let i = 0; i < count; i++) {
    await note(`seed ${seed + i}`, () => killedSchedule(randomNumbers(seed + i)));
    if ((i + 1) % 1_000 === 0) log?.(`${i + 1} simulated schedulers`);
  }
  const real = Math.ceil(count / SIMULATED_PER_REAL);
  let [kills, runs, missed] = [0, 0, 0];
  for (let i = 0; i < real; i++) {
    await note(`real, seed ${seed + i}`, async () => {
      const found = await killedServe(randomNumbers(seed + i));
      kills += found.kills;
      runs += found.runs;
      missed += found.missed;
    });
    log?.(`${i + 1} of ${real} real schedulers`);
  }
  const notes = [`${count} simulated; ${real} real, killed ${kills} times: ${runs} occurrences run, ${missed} missed`];
  return { count: count + real, anomalies, notes };
}
