import { describe, expect, it } from "vitest";
import { wideStatistics } from "../../src/delta/statistics-bounds.js";

describe("wideStatistics", () => {
  it("keeps bounds to the last digit, and whatever texts they hold", () => {
    const bounds = '"minValues":{"a":12345678901234567890.10,"s":"x,{\\"y\\":1}"},"nullCount":{"tightBounds":{"n":1}}';
    expect(wideStatistics(`{"numRecords":3, ${bounds} ,"tightBounds":true}`, 3n)).toBe(
      `{"numRecords":3,${bounds},"tightBounds":false}`,
    );
  });

  it.each([undefined, "{}", '{"numRecords":1}'])("counts all rows of the file: %s", (stats) => {
    expect(wideStatistics(stats, 7n)).toBe('{"numRecords":7,"tightBounds":false}');
  });
});
