import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { schedulerHolder, takeSchedulerLock } from "../../src/scheduler/scheduler-lock.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const SINCE = Date.parse("2026-01-15T02:00:00Z");

it("a second scheduler is told who holds the lake, and since when", () => {
  const state = temporaryFolder();
  const lock = takeSchedulerLock(state, SINCE);
  expect(() => takeSchedulerLock(state, SINCE + 1)).toThrow(
    `[SCHEDULER_ALREADY_RUNNING] Another scheduler serves this lake. Process ${process.pid} on ${hostname()} holds it since 2026-01-15 02:00:00 UTC.`,
  );
  expect(schedulerHolder(state)).toMatchObject({ pid: process.pid, since: SINCE });
  lock.release();
  expect(schedulerHolder(state)).toBeUndefined();
  takeSchedulerLock(state, SINCE + 2).release();
});

it("the place of a dead holder is taken, and its file goes", () => {
  const state = temporaryFolder({ "scheduler/none": "" });
  const { pid } = spawnSync("true");
  const dead = { pid, host: hostname(), since: SINCE };
  writeFileSync(join(state, "scheduler/holder-7.json"), JSON.stringify(dead));
  expect(schedulerHolder(state)).toBeUndefined();
  takeSchedulerLock(state, SINCE).release();
  expect(readdirSync(join(state, "scheduler")).filter((name) => name.includes("holder"))).toEqual(["holder-8.json"]);
});

it("a holder on another host cannot be asked, and keeps the place", () => {
  const state = temporaryFolder({
    "scheduler/holder-1.json": JSON.stringify({ pid: 1, host: "elsewhere", since: SINCE }),
  });
  expect(() => takeSchedulerLock(state, SINCE)).toThrow("Process 1 on elsewhere");
  expect(() => takeSchedulerLock(state, SINCE)).toThrow(/delete .*holder-1\.json\./);
});
