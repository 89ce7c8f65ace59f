/** `runs show` as a person reads it. */
import { expect, test } from "vitest";
import { runDetailLines } from "../../../src/cli/progress/run-detail.js";
import { runListLines } from "../../../src/cli/progress/run-list.js";
import type { RunEvent } from "../../../src/jobs/run/run-event.js";
import { replay } from "../../../src/jobs/run/run-state.js";
import { repairedRun, runOfAllKinds } from "../../history/sample-runs.js";
import { goodRun } from "../../history/system-tables/run-log.js";

const stateOf = (events: readonly RunEvent[]) => {
  const state = replay(events);
  if (!state) throw new Error("the log has no beginning");
  return state;
};
const shown = async (events: readonly RunEvent[]) => (await runDetailLines(stateOf(events), undefined)).join("\n");

test("conditions, loops, child runs, and why what did not run did not", async () => {
  expect(await shown(runOfAllKinds())).toBe(
    `\
all_kinds FAILED: loop, lost failed
run 102 of job 281474976710657 (pipelines/daily/job.json)
2024-01-15 09:30:00 UTC by the task run_it of run 50, took 9.0 s, 5.0 s of it in the queue
parameters run_date="2024-01-15"

✔   check  SUCCESS (false)  0.0 s  ▕█                       ▏
│     2024-01-15 == x: false
⊘   then   EXCLUDED                ▕                        ▏  if check is true
      did not run: check is false
  ✖ loop   FAILED (1 of 2)         ▕░░░░░░░░░░░░░           ▏
      2 iterations, 1 failed
      ✖ [1] FAILED 2.0 s "b" no such table
      ✔ [0] SUCCESS 1.0 s "a"
✔   child  SUCCESS          3.0 s  ▕███████████████████     ▏
      ran run 2000: npx lakelet runs show 2000
  ✖ lost   FAILED                  ▕░░░░░░░░░░░░░░░░░░░░░░░░▏

✖ loop
  1 iteration failed

  Try again: npx lakelet repair 102

✖ lost
  The process of the task was ended by SIGKILL.

  Try again: npx lakelet repair 102

Output   npx lakelet runs show 102 --output`,
  );
});

test("repairs", async () => {
  const text = await shown(repairedRun());
  expect(text).toContain("first 2024-01-15 09:30:00 UTC FAILED in 1 min 30 s\n");
  expect(text).toContain("repair 1 (7) 2024-01-15 09:40:00 UTC SUCCESS in 2 min 00 s: a, b again\n");
});

test("a run whose runner was killed says how to go on", async () => {
  const text = await shown(goodRun({ runId: "103", at: 0 }).slice(0, 7));
  expect(text.split("\n")[0]).toBe("KION_Daily_Orders_ETL KILLED");
  expect(text).toContain("Go on    npx lakelet runs resume 103");
});

test("a thousand tasks side by side are listed without rails", async () => {
  const keys = Array.from({ length: 1000 }, (_, i) => `t${i}`);
  const [created, ...rest] = goodRun({ runId: "104", at: 0 });
  if (created?.type !== "run-created") throw new Error("not the beginning");
  const [plan] = created.tasks;
  if (!plan) throw new Error("no task");
  const tasks = [...keys.map((key) => ({ ...plan, key })), { ...plan, key: "end", dependsOn: keys }];
  const text = await shown([{ ...created, tasks }, ...rest]);
  expect(text).toContain("after t0, t1, t2, t3, t4, t5, t6, t7 and 992 more");
});

test("the list", () => {
  expect(runListLines([stateOf(repairedRun()), stateOf(runOfAllKinds())])).toEqual([
    "   run  job                    result                 tasks  took         started (UTC)        by",
    "✔  101  KION_Daily_Orders_ETL  SUCCESS (1× repaired)  2/2    12 min 00 s  2024-01-15 09:30:00  user",
    "✖  102  all_kinds              FAILED                 2/5    9.0 s        2024-01-15 09:30:00  run 50",
  ]);
});
