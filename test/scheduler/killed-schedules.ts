/** Schedules whose scheduler is killed at random steps and is away for random times: each occurrence is run once, or recorded as missed. */
import { readCron, timesBetween } from "../../src/jobs/quartz/cron.js";
import { javaTimeZone } from "../../src/jobs/quartz/java-time-zone.js";
import type { MissedPolicy } from "../../src/scheduler/due-times.js";
import { SimulatedWorld } from "./simulated-world.js";

const EXPRESSIONS = ["0 * * * * ?", "0 0/7 * * * ?", "0 0 * * * ?", "0 30 2 * * ?"];
const ZONES = ["UTC", "Europe/Warsaw", "America/New_York", "Australia/Lord_Howe"];
const POLICIES: readonly MissedPolicy[] = ["skip", "run_once", "run_all"];

type Random = () => number;

/** Throws what was run twice, run and missed, or neither. @param random between 0 and 1 */
export async function killedSchedule(random: Random): Promise<void> {
  const expression = pick(EXPRESSIONS, random);
  const zone = pick(ZONES, random);
  const world = new SimulatedWorld("2026-03-28T20:00:00Z");
  world.policy = pick(POLICIES, random);
  const schedule = { quartz_cron_expression: expression, timezone_id: zone };
  world.job("job", { schedule });
  for (let turn = 0; turn < 25; turn++) {
    world.now += Math.ceil(random() * random() * 3_600_000);
    const killed = random() < 0.5;
    if (killed) await world.tick(Math.floor(random() * 6));
    else await world.tick();
    for (const run of world.runs) {
      if (run.result === undefined && random() < 0.6) await world.end(run.runId, random() < 0.8 ? "SUCCESS" : "FAILED");
    }
  }
  // What is due runs one after the other: it is over when nothing happens any more.
  for (let idle = 0; idle < 3; ) {
    const before = world.journal("job").length;
    for (const run of world.runs) if (run.result === undefined) await world.end(run.runId);
    await world.tick();
    idle = world.journal("job").length === before ? idle + 1 : 0;
  }
  check(world, expression, zone);
}

function check(world: SimulatedWorld, expression: string, id: string): void {
  const reading = readCron(expression);
  const zone = javaTimeZone(id);
  if (reading.kind === "invalid" || !zone) throw new Error(`${expression} ${id}`);
  const between = (after: number, until: number) => timesBetween(reading.cron, zone, after, until, 1e6);
  const journal = world.journal("job");
  const first = journal.find((event) => event.type === "watched");
  if (first?.type !== "watched") throw new Error("never watched");
  const seen = new Map<number, number>();
  const count = (time: number) => seen.set(time, (seen.get(time) ?? 0) + 1);
  for (const { trigger } of world.runs) count(trigger.at);
  for (const event of journal) {
    if (event.type !== "missed") continue;
    const missed = between(event.first - 1, event.last);
    if (missed.length !== event.count) throw new Error(`${event.count} are said to be missed, not ${missed.length}`);
    for (const time of missed) count(time);
  }
  const expected = between(first.cursor, world.now);
  const wrong = expected
    .filter((time) => seen.get(time) !== 1)
    .map((time) => `${new Date(time).toISOString()}: ${seen.get(time) ?? 0} times`);
  const extra = [...seen.keys()].filter((time) => !expected.includes(time));
  if (wrong.length === 0 && extra.length === 0) return;
  const facts = JSON.stringify({ expression, id, policy: world.policy, wrong: wrong.slice(0, 3), extra });
  throw new Error(`An occurrence was not run or recorded exactly once: ${facts}`);
}

function pick<T>(values: readonly T[], random: Random): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error("nothing to pick from");
  return value;
}
