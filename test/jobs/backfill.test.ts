import { describe, expect, test } from "vitest";
import { backfillDates, backfillParameters } from "../../src/jobs/backfill.js";

describe("the dates of a backfill", () => {
  test.each<[from: string, to: string, every: string, dates: string[]]>([
    ["2024-02-28", "2024-03-01", "day", ["2024-02-28", "2024-02-29", "2024-03-01"]],
    ["2024-01-15", "2024-01-15", "day", ["2024-01-15"]],
    ["2024-01-01", "2024-01-20", "week", ["2024-01-01", "2024-01-08", "2024-01-15"]],
    ["2024-01-01", "2024-01-06", "2 days", ["2024-01-01", "2024-01-03", "2024-01-05"]],
    ["2024-01-31", "2024-04-30", "month", ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]],
    [
      "2023-12-31T22:00",
      "2024-01-01T00:00",
      "hour",
      ["2023-12-31T22:00:00Z", "2023-12-31T23:00:00Z", "2024-01-01T00:00:00Z"],
    ],
    [
      "2024-01-01",
      "2024-01-01T12:00",
      "6 hours",
      ["2024-01-01T00:00:00Z", "2024-01-01T06:00:00Z", "2024-01-01T12:00:00Z"],
    ],
  ])("%s to %s, every %s", (from, to, every, dates) => {
    expect(backfillDates(from, to, every)).toEqual(dates);
  });

  test.each([
    ["2024-02-30", "2024-03-01", "day", "`2024-02-30` is no date."],
    ["15.01.2024", "2024-03-01", "day", "is no date."],
    ["2024-03-02", "2024-03-01", "day", "2024-03-01 is before 2024-03-02."],
    ["2024-03-01", "2024-03-02", "fortnight", "`fortnight` is no interval."],
    ["2024-03-01", "2024-03-02", "0 days", "`0 days` is no interval."],
    ["2024-01-01", "2034-01-01", "day", "more than 1000 runs"],
  ])("%s to %s, every %s: refused", (from, to, every, message) => {
    expect(() => backfillDates(from, to, every)).toThrow(message);
  });
});

test("of what is given only the backfill's references are replaced, and once", () => {
  const given = { day: "{{backfill.iso_date}}", hour: "h{{ backfill.hour }}", job: "{{job.id}}", text: "{{backfill" };
  expect(backfillParameters(given, "2024-01-15T06:00:00Z")).toEqual({
    day: "2024-01-15",
    hour: "h6",
    job: "{{job.id}}",
    text: "{{backfill",
  });
  expect(() => backfillParameters({ day: "{{backfill.iso_dat}}" }, "2024-01-15")).toThrow("iso_date");
});
