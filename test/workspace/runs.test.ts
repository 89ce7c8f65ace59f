/** Which runs `lakelet runs list` shows, and the end of one whose runner was killed. */
import { beforeAll, expect, test } from "vitest";
import { thisProcess } from "../../src/jobs/run/process-identity.js";
import type { ProcessIdentity } from "../../src/jobs/run/run-event.js";
import { RunStore } from "../../src/jobs/run/run-store.js";
import { projectWithoutFile } from "../../src/workspace/project-defaults.js";
import { closeRun } from "../../src/workspace/repair-run.js";
import { listRuns, type RunFilter, shownState } from "../../src/workspace/runs.js";
import { parseJob } from "../jobs/run/scenario.js";
import { simulateScenario } from "../jobs/run/simulated-scenario.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const project = projectWithoutFile(temporaryFolder());
const store = new RunStore(project.state);

/** A run of a job of that name; without its end where `events` says so. */
function writeRun(name: string, job: string, runner: ProcessIdentity, events?: number): void {
  const [created, ...rest] = simulateScenario(parseJob(job), []).log;
  if (created?.type !== "run-created") throw new Error("a log begins with run-created");
  const { log } = store.create((runId) => ({
    ...created,
    runId,
    runner,
    job: { ...created.job, name, id: `7${name}` },
  }));
  log.append(rest.slice(0, events));
  log.close();
}

beforeAll(() => {
  writeRun("daily", "a", thisProcess());
  writeRun("daily", "a =F", thisProcess());
  writeRun("hourly", "a; b<a", thisProcess(), 3);
  writeRun("daily", "a; b<a", { ...thisProcess(), startMark: "another" }, 3);
});

test.each<[filter: RunFilter, limit: number, states: string[]]>([
  [{}, 9, ["KILLED", "RUNNING", "FAILED", "SUCCESS"]],
  [{}, 2, ["KILLED", "RUNNING"]],
  [{ job: "daily" }, 9, ["KILLED", "FAILED", "SUCCESS"]],
  [{ job: "daily" }, 1, ["KILLED"]],
  [{ job: "7hourly" }, 9, ["RUNNING"]],
  [{ state: "FAILED" }, 9, ["FAILED"]],
  [{ active: true }, 9, ["RUNNING"]],
  [{ job: "daily", active: true }, 9, []],
])("%j, at most %i", (filter, limit, states) => {
  expect(listRuns(project, limit, filter).map(shownState)).toEqual(states);
});

test("a killed run is ended; one that is going is not", async () => {
  const [killed, going] = listRuns(project, 2);
  expect((await closeRun(project, killed?.created.runId ?? "")).resultState).toBe("CANCELED");
  expect(listRuns(project, 1).map(shownState)).toEqual(["CANCELED"]);
  await expect(closeRun(project, going?.created.runId ?? "")).rejects.toMatchObject({
    condition: "RUN_NOT_TERMINATED",
  });
});
