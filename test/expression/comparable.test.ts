import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comparable, compare, outward } from "../../src/expression/comparable.js";
import { decimal, LONG } from "../../src/schema/data-type.js";

function textOf(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
  const [whole, fraction] = [digits.slice(0, digits.length - scale), digits.slice(digits.length - scale)];
  return `${unscaled < 0n ? "-" : ""}${whole}${scale === 0 ? "" : `.${fraction}`}`;
}

describe("bounds of decimals that a writer has taken for doubles", () => {
  const anyDecimal = fc.integer({ min: 0, max: 38 }).chain((scale) =>
    fc.tuple(
      fc
        .bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n })
        .chain((most) => fc.constantFrom(most, most >> 64n, most >> 90n)),
      fc.constant(scale),
    ),
  );

  it("hold the value, whichever way it was rounded", () => {
    fc.assert(
      fc.property(anyDecimal, ([unscaled, scale]) => {
        const type = decimal(38, scale);
        const value = comparable(type, textOf(unscaled, scale));
        for (const double of [Number(textOf(unscaled, scale)), Number(unscaled) / 10 ** scale]) {
          const bound = comparable(type, String(double));
          const [low, high] = [outward(type, bound, "down"), outward(type, bound, "up")];
          if (value === undefined || low === undefined || high === undefined) throw new Error("not understood");
          expect(compare(low, value)).toBeLessThanOrEqual(0);
          expect(compare(high, value)).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("stay where nothing was lost", () => {
    const bound = comparable(decimal(20, 3), "-12345678901.500");
    expect(outward(decimal(20, 3), bound, "down")).toEqual(bound);
    expect(outward(LONG, 5n, "up")).toBe(5n);
  });
});
