import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomNumbers } from "../reliability/suite.js";
import { killedSchedule } from "./killed-schedules.js";
import { SimulatedWorld } from "./simulated-world.js";

const hourly = { schedule: { quartz_cron_expression: "0 0 * * * ?", timezone_id: "UTC" } };

describe("schedules", () => {
  it("occurrences from when the job is first seen are run, once each", async () => {
    const world = new SimulatedWorld("2026-01-01T00:30:00Z");
    world.job("orders", { schedule: { quartz_cron_expression: "0 0/10 * * * ?", timezone_id: "UTC" } });
    await world.pass(1800, 20);
    expect(world.occurrences()).toEqual(["00:40:00", "00:50:00", "01:00:00"]);
    expect(world.runs[0]?.trigger.type).toBe("PERIODIC");
  });

  it.each([
    ["skip", [], 3],
    ["run_once", ["03:00:00"], 2],
    ["run_all", ["01:00:00", "02:00:00", "03:00:00"], 0],
  ] as const)("missed occurrences, policy %s", async (policy, run, missed) => {
    const world = new SimulatedWorld("2026-01-01T00:30:00Z");
    world.policy = policy;
    world.job("orders", hourly);
    await world.tick();
    world.kill();
    world.now = Date.parse("2026-01-01T03:30:00Z");
    for (let i = 0; i < 5; i++) {
      await world.tick();
      // One after the other, so that max_concurrent_runs is kept.
      expect(world.runs.filter(({ result }) => result === undefined).length).toBeLessThanOrEqual(1);
      await world.end(world.runs.at(-1)?.runId);
    }
    expect(world.occurrences()).toEqual(run);
    const recorded = world.journal("orders").flatMap((event) => (event.type === "missed" ? event.count : []));
    expect(recorded.reduce((sum, count) => sum + count, 0)).toBe(missed);
  });

  it("up to a minute late is on time", async () => {
    const world = new SimulatedWorld("2026-01-01T00:30:00Z");
    world.policy = "skip";
    world.job("orders", hourly);
    await world.tick();
    world.now = Date.parse("2026-01-01T01:00:59Z");
    await world.tick();
    expect(world.occurrences()).toEqual(["01:00:00"]);
  });

  it("killed between the decision and the run, and between the run and its record: one run", async () => {
    for (const steps of [1, 2]) {
      const world = new SimulatedWorld("2026-01-01T00:59:00Z");
      world.job("orders", hourly);
      await world.tick();
      world.now = Date.parse("2026-01-01T01:00:01Z");
      expect(await world.tick(steps)).toBe(false);
      expect(world.runs.length).toBe(steps - 1);
      world.now += 600_000;
      await world.tick();
      expect(world.occurrences()).toEqual(["01:00:00"]);
    }
  });

  it("what is paused does not count, and is not missed", async () => {
    const world = new SimulatedWorld("2026-01-01T00:30:00Z");
    world.job("orders", hourly);
    await world.tick();
    world.job("orders", { schedule: { ...hourly.schedule, pause_status: "PAUSED" } });
    await world.pass(7200, 600);
    world.job("orders", hourly);
    await world.pass(3600, 60);
    expect(world.occurrences()).toEqual(["03:00:00"]);
    expect(world.journal("orders").some(({ type }) => type === "missed")).toBe(false);
  });

  it("a changed schedule counts from when the change is seen", async () => {
    const world = new SimulatedWorld("2026-01-01T00:30:00Z");
    world.job("orders", hourly);
    await world.tick();
    world.kill();
    world.now = Date.parse("2026-01-01T05:30:00Z");
    world.job("orders", { schedule: { quartz_cron_expression: "0 45 * * * ?", timezone_id: "UTC" } });
    await world.pass(1200, 60);
    expect(world.occurrences()).toEqual(["05:45:00"]);
  });

  it("a spec that cannot be run any more: the occurrence is recorded with the reason, the next one is tried", async () => {
    const world = new SimulatedWorld("2026-01-01T00:59:00Z");
    world.job("orders", hourly);
    world.refuse = "[INVALID_JOB_SPEC] no tasks";
    await world.pass(120, 10);
    expect(world.journal("orders").at(-1)).toMatchObject({ type: "refused", message: "[INVALID_JOB_SPEC] no tasks" });
    world.refuse = undefined;
    await world.pass(3600, 30);
    expect(world.occurrences()).toEqual(["02:00:00"]);
  });

  it("two schedules of one job that meet start one run", async () => {
    const world = new SimulatedWorld("2026-01-01T00:30:00Z");
    const every = (quartz_cron_expression: string) => ({ schedule: { quartz_cron_expression, timezone_id: "UTC" } });
    world.job("orders", { triggers: [every("0 0 * * * ?"), every("0 0/20 * * * ?")] });
    await world.pass(3600, 30);
    expect(world.occurrences()).toEqual(["00:40:00", "01:00:00", "01:20:00"]);
  });

  it("periodic: an interval after it is first seen, whoever schedules", async () => {
    const world = new SimulatedWorld("2026-01-01T00:07:00Z");
    world.job("orders", { trigger: { periodic: { interval: 2, unit: "HOURS" } } });
    await world.tick();
    world.kill();
    await world.pass(5 * 3600, 30);
    expect(world.occurrences()).toEqual(["02:07:00", "04:07:00"]);
  });

  it("killed at random, away for random times: each occurrence is run once, or recorded as missed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => killedSchedule(randomNumbers(seed))),
      { numRuns: 30 },
    );
  });
});

describe("continuous", () => {
  const continuous = { continuous: { pause_status: "UNPAUSED" as const } };

  it("one run at a time, the next one right after it", async () => {
    const world = new SimulatedWorld("2026-01-01T00:00:00Z");
    world.job("stream", continuous);
    await world.pass(60);
    expect(world.runs.length).toBe(1);
    expect(world.runs[0]).toMatchObject({ trigger: { type: "CONTINUOUS" }, retriesTasks: false });
    await world.end("1");
    await world.pass(2);
    expect(world.runs.length).toBe(2);
  });

  it("after failures it waits twice as long each time, and a good run sets it back", async () => {
    const world = new SimulatedWorld("2026-01-01T00:00:00Z");
    world.job("stream", continuous);
    await world.tick();
    const waits: number[] = [];
    for (const result of ["FAILED", "FAILED", "TIMEDOUT", "SUCCESS"]) {
      const ended = world.now;
      const last = world.runs.at(-1)?.runId;
      await world.end(last, result);
      while (world.runs.at(-1)?.runId === last) await world.pass(1);
      waits.push((world.now - ended) / 1000);
    }
    expect(waits).toEqual([10, 20, 40, 1]);
  });

  it("task_retry_mode ON_FAILURE lets tasks retry", async () => {
    const world = new SimulatedWorld("2026-01-01T00:00:00Z");
    world.job("stream", { continuous: { task_retry_mode: "ON_FAILURE" } });
    await world.tick();
    expect(world.runs[0]?.retriesTasks).toBe(true);
  });
});

describe("file arrival", () => {
  const url = "/Volumes/main/default/landing";
  const arrival = { trigger: { file_arrival: { url } } };

  it("new files start a run; files there before, overwritten ones and old ones after a restart do not", async () => {
    const world = new SimulatedWorld("2026-01-01T00:00:00Z");
    world.files = ["old.csv"];
    world.job("load", arrival);
    await world.pass(30, 10);
    expect(world.runs).toEqual([]);
    world.files = ["new.csv", "old.csv"];
    await world.pass(30, 10);
    world.kill();
    await world.pass(30, 10);
    expect(world.runs.map(({ trigger }) => trigger.fileArrival)).toEqual([{ location: url }]);
  });

  it("a file that was moved away and comes again is new", async () => {
    const world = new SimulatedWorld("2026-01-01T00:00:00Z");
    world.files = ["orders.csv"];
    world.job("load", arrival);
    await world.pass(10, 10);
    world.files = [];
    await world.pass(10, 10);
    world.files = ["orders.csv"];
    await world.pass(30, 10);
    expect(world.runs.length).toBe(1);
  });

  it("waits until no more files come, and keeps runs apart", async () => {
    const world = new SimulatedWorld("2026-01-01T00:00:00Z");
    const settings = { url, wait_after_last_change_seconds: 60, min_time_between_triggers_seconds: 300 };
    world.job("load", { trigger: { file_arrival: settings } });
    await world.tick();
    world.files = ["a"];
    await world.pass(40, 10);
    world.files = ["a", "b"];
    await world.pass(60, 10);
    expect(world.runs).toEqual([]);
    await world.pass(10, 10);
    expect(world.occurrences()).toEqual(["00:01:50"]);
    world.files = ["a", "b", "c"];
    await world.pass(290, 10);
    expect(world.runs.length).toBe(1);
    await world.pass(10, 10);
    expect(world.occurrences()).toEqual(["00:01:50", "00:06:50"]);
  });

  it("a location that is not there is told once, and followed once it is", async () => {
    const world = new SimulatedWorld("2026-01-01T00:00:00Z");
    world.files = undefined;
    world.job("load", arrival);
    await world.pass(60, 10);
    expect(world.news.filter(({ kind }) => kind === "problem").length).toBe(1);
    world.files = [];
    await world.pass(10, 10);
    world.files = ["a"];
    await world.pass(10, 10);
    expect(world.runs.length).toBe(1);
  });
});

describe("jobs beside each other", () => {
  const url = "/Volumes/main/default/landing";

  it("a slow listing of files delays no other job", async () => {
    const world = new SimulatedWorld("2026-01-01T00:00:00Z");
    world.listing = new Promise(() => undefined);
    world.job("load", { trigger: { file_arrival: { url } } });
    world.job("orders", { schedule: { quartz_cron_expression: "0 * * * * ?", timezone_id: "UTC" } });
    await world.pass(130, 10);
    expect(world.occurrences()).toEqual(["00:01:00", "00:02:00"]);
  });

  it("a trigger that cannot be followed keeps the others of its job from nothing", async () => {
    const world = new SimulatedWorld("2026-01-01T00:00:00Z");
    world.files = undefined;
    const schedule = { quartz_cron_expression: "0 * * * * ?", timezone_id: "UTC" };
    world.job("load", { triggers: [{ file_arrival: { url } }, { schedule }] });
    await world.pass(130, 10);
    expect(world.occurrences()).toEqual(["00:01:00", "00:02:00"]);
    expect(world.news.filter(({ kind }) => kind === "problem").length).toBe(1);
  });

  it("folders are not listed more often because another job runs every second", async () => {
    const world = new SimulatedWorld("2026-01-01T00:00:00Z");
    world.job("load", { trigger: { file_arrival: { url } } });
    world.job("orders", { schedule: { quartz_cron_expression: "* * * * * ?", timezone_id: "UTC" } });
    await world.pass(60, 1);
    expect(world.listings).toBeLessThanOrEqual(8);
  });
});

describe("table update", () => {
  const update = (name: string, version: number) => ({ name, version, timestamp: 1000 * version });
  const tables = (condition: "ANY_UPDATED" | "ALL_UPDATED") => ({
    trigger: { table_update: { table_names: ["a", "b"], condition } },
  });

  it("any: a new version of one table starts a run that says which", async () => {
    const world = new SimulatedWorld("2026-01-01T00:00:00Z");
    world.tables = [update("a", 3)];
    world.job("gold", tables("ANY_UPDATED"));
    await world.pass(20, 10);
    expect(world.runs).toEqual([]);
    world.tables = [update("a", 3), update("b", 0)];
    await world.pass(20, 10);
    // Dropped, and made anew.
    world.tables = [update("a", 0), update("b", 0)];
    await world.pass(20, 10);
    expect(world.runs.map(({ trigger }) => trigger.tableUpdate?.tables)).toEqual([[update("b", 0)], [update("a", 0)]]);
  });

  it("all: each of them has a new version since the last run", async () => {
    const world = new SimulatedWorld("2026-01-01T00:00:00Z");
    world.tables = [update("a", 1), update("b", 1)];
    world.job("gold", tables("ALL_UPDATED"));
    await world.tick();
    world.tables = [update("a", 5), update("b", 1)];
    await world.pass(60, 10);
    expect(world.runs).toEqual([]);
    world.tables = [update("a", 6), update("b", 2)];
    await world.pass(60, 10);
    expect(world.runs.length).toBe(1);
    expect(world.runs[0]?.trigger).toMatchObject({
      type: "TABLE",
      tableUpdate: { tables: [{ version: 6 }, { version: 2 }] },
    });
  });
});
