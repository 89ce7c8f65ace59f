/** Texts of dates and timestamps in time zones, the changes of the clock among them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDays,
  canonicalDate,
  dateOfInstant,
  localTimestampText,
  timestampMicros,
  timestampText,
} from "../../../src/sql/analysis/timestamp-text.js";

const micros = (iso: string) => BigInt(Date.parse(iso)) * 1000n;

describe("dates", () => {
  it("are brought to one form", () => {
    expect(canonicalDate("2024-1-5")).toBe("2024-01-05");
    expect(canonicalDate(" 2024-02 ")).toBe("2024-02-01");
    expect(canonicalDate("2024")).toBe("2024-01-01");
    expect(canonicalDate("2024-01-05T10:00")).toBe("2024-01-05");
    for (const text of ["2024-13-01", "2023-02-29", "24-01-01", "x", "", "2024-01-05x"])
      expect(canonicalDate(text)).toBeUndefined();
    expect(canonicalDate("2000-02-29")).toBe("2000-02-29");
    expect(canonicalDate("1900-02-29")).toBeUndefined();
  });
  it("move by days", () => {
    expect(addDays("2024-02-28", 2)).toBe("2024-03-01");
    expect(addDays("2024-01-01", -1)).toBe("2023-12-31");
  });
});

describe("timestamps", () => {
  it("stand in the given zone unless they name their own", () => {
    expect(timestampMicros("2024-01-15 10:00:00", "UTC")).toBe(micros("2024-01-15T10:00:00Z"));
    expect(timestampMicros("2024-01-15 10:00:00", "Europe/Warsaw")).toBe(micros("2024-01-15T09:00:00Z"));
    expect(timestampMicros("2024-07-15T10:00:00.25", "America/New_York")).toBe(micros("2024-07-15T14:00:00.250Z"));
    expect(timestampMicros("2024-01-15 10:00:00Z", "Europe/Warsaw")).toBe(micros("2024-01-15T10:00:00Z"));
    expect(timestampMicros("2024-01-15 10:00:00+02:30", "UTC")).toBe(micros("2024-01-15T07:30:00Z"));
    expect(timestampMicros("2024-01-15 10:00:00 Asia/Tokyo", "UTC")).toBe(micros("2024-01-15T01:00:00Z"));
    expect(timestampMicros("2024-01-15 10:00:00 Asia/Tokyo", undefined)).toBe(micros("2024-01-15T10:00:00Z"));
    expect(timestampMicros("2024-01", "UTC")).toBe(micros("2024-01-01T00:00:00Z"));
    for (const text of [
      "10:00:00",
      "2024-01-15 25:00:00",
      "2024-01-15 10:61:00",
      "2024-01-15 10:00:00 Nowhere/No",
      "now",
    ]) {
      expect(timestampMicros(text, "UTC"), text).toBeUndefined();
    }
  });
  it("in the gap of a clock going forward take the offset before it", () => {
    expect(timestampMicros("2024-03-31 02:30:00", "Europe/Warsaw")).toBe(micros("2024-03-31T01:30:00Z"));
  });
  it("in the hour that comes twice are the first", () => {
    expect(timestampMicros("2024-10-27 02:30:00", "Europe/Warsaw")).toBe(micros("2024-10-27T00:30:00Z"));
  });
  it("come back as the zone's wall clock shows them", () => {
    const zones = fc.constantFrom("UTC", "Europe/Warsaw", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe");
    const instants = fc.integer({ min: -2_000_000_000, max: 4_000_000_000 });
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 999_999 }), zones, (seconds, fraction, zone) => {
        const instant = BigInt(seconds) * 1_000_000n + BigInt(fraction);
        const text = localTimestampText(instant, zone);
        const back = timestampMicros(text, zone);
        // The later of two equal wall clock times reads as the earlier one.
        const twice = back !== undefined && localTimestampText(back, zone) === text;
        expect(dateOfInstant(instant, zone)).toBe(text.slice(0, 10));
        return back === instant || twice;
      }),
    );
  });
  it("print without an empty fraction", () => {
    expect(timestampText(0n)).toBe("1970-01-01 00:00:00");
    expect(timestampText(-1n)).toBe("1969-12-31 23:59:59.999999");
    expect(timestampText(1_500_000n)).toBe("1970-01-01 00:00:01.5");
  });
});
