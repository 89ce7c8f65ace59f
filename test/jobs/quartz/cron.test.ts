import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nextTime, readCron, timesBetween } from "../../../src/jobs/quartz/cron.js";
import { javaTimeZone, timeZoneCure } from "../../../src/jobs/quartz/java-time-zone.js";

function read(text: string) {
  const reading = readCron(text);
  if (reading.kind === "invalid") throw new Error(reading.message);
  return reading.cron;
}

function zoneOf(id: string) {
  const zone = javaTimeZone(id);
  if (!zone) throw new Error(`no zone ${id}`);
  return zone;
}

function times(text: string, zone: string, from: string, count: number): readonly string[] {
  const found = timesBetween(read(text), zoneOf(zone), Date.parse(from), Number.POSITIVE_INFINITY, count);
  return found.map((time) => new Date(time).toISOString().slice(0, 19));
}

function refusal(text: string): string {
  const reading = readCron(text);
  return reading.kind === "invalid" ? reading.message : "read";
}

it("occurrences that Quartz itself gave, around the clock changes of 30 zones", () => {
  const lines = readFileSync(join(import.meta.dirname, "occurrences.tsv"), "utf8")
    .trimEnd()
    .split("\n");
  expect(lines.length).toBeGreaterThan(1000);
  const different = lines.filter((line) => {
    const [text = "", zone = "", after, until, expected] = line.split("\t");
    const found = timesBetween(read(text), zoneOf(zone), Number(after) * 1000, Number(until) * 1000, 1e6);
    return found.map((time) => time / 1000).join(" ") !== expected;
  });
  expect(different).toEqual([]);
});

describe("clock changes", () => {
  it("a time that the clock skips does not occur", () => {
    expect(times("0 30 2 * * ?", "Europe/Warsaw", "2026-03-27T12:00:00Z", 2)).toEqual([
      "2026-03-28T01:30:00",
      "2026-03-30T00:30:00",
    ]);
  });

  it("a time that the clock shows twice occurs once, the second time", () => {
    expect(times("0 30 2 * * ?", "Europe/Warsaw", "2026-10-24T12:00:00Z", 2)).toEqual([
      "2026-10-25T01:30:00",
      "2026-10-26T01:30:00",
    ]);
  });
});

it("a next time there is none of any more", () => {
  expect(nextTime(read("0 0 0 1 1 ? 2025"), zoneOf("UTC"), Date.UTC(2026, 0, 1))).toBeUndefined();
  expect(nextTime(read("0 0 0 30 2 ?"), zoneOf("UTC"), Date.UTC(2026, 0, 1))).toBeUndefined();
});

describe("mistakes", () => {
  it("a Unix expression is told what to write", () => {
    expect(refusal("0 2 * * *")).toContain("Unix cron expression with 5 fields");
    expect(refusal("0 2 * * *")).toContain("Write `0 0 2 * * ?`.");
    // Unix counts days of the week from 0 = Sunday.
    expect(refusal("30 4 * * 1")).toContain("Write `0 30 4 ? * 2`.");
    expect(refusal("0 2 1 * 1")).not.toContain("Write");
  });

  it("exactly one day field is `?`", () => {
    expect(refusal("0 0 2 * * *")).toContain("Write `*` and `?`.");
    expect(refusal("0 0 2 ? * ?")).toContain("Both day fields are `?`");
    expect(refusal("0 0 2 * * MON")).toContain("Write `?` and `MON`.");
  });

  it.each([
    ["0 0 0 ? * 0", "1 = SUN"],
    ["0 0 24 * * ?", "a hour is 0 to 23"],
    ["0 */60 * * * ?", "at most 59"],
    ["0 */0 * * * ?", "a step of 0 never moves on"],
    ["0 0 0 L,15 * ?", "L and W stand alone"],
    ["0 0 0 ? * 6#6", "1 to 5"],
    ["0 0 0 ? * MON,6L", "L and # stand alone"],
    ["0 1,,2 * * * ?", "not a minute"],
    ["0 0 0 ? JANUARY 1", "JAN to DEC"],
    ["0 0 0 * * ? 2027-2025", "end before they begin"],
    ["0 0 0 * * ? 2027 x", "has 8"],
    ["", "has 0"],
  ])("%s", (text, words) => {
    expect(refusal(text)).toContain(words);
  });
});

describe("time zones", () => {
  it("Java's short names and offsets", () => {
    const at = Date.UTC(2026, 6, 1);
    const hours = (id: string) => (zoneOf(id).wallOf(at) - at) / 3_600_000;
    expect(["PST", "EST", "IST", "BST", "GMT-3", "GMT+05:30", "UTC"].map(hours)).toEqual([-7, -5, 5.5, 6, -3, 5.5, 0]);
  });

  it("a name that Java would take as GMT is refused, with the one that was meant", () => {
    for (const id of ["europe/warsaw", "Europe/Warsow", "CEST", "+02:00", "GMT+25", ""]) {
      expect(javaTimeZone(id)).toBeUndefined();
    }
    expect(timeZoneCure("europe/warsaw")).toBe("Did you mean Europe/Warsaw?");
    expect(timeZoneCure("Europe/Warsow")).toBe("Did you mean Europe/Warsaw?");
  });
});
