/** Decimals: every digit of `+ - * / %` by an independent calculation on fractions of whole numbers. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, it } from "vitest";
import { createEngine } from "../../../src/duckdb/duckdb-engine.js";
import type { Engine } from "../../../src/engine/engine.js";
import { type DecimalType, decimal } from "../../../src/schema/data-type.js";
import { engineLibrary } from "../../../src/sql/functions/library.js";
import { call, column, evaluate } from "./compiled.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ library: engineLibrary, threads: 1 });
});
afterAll(() => engine.close());

const types = fc
  .tuple(fc.integer({ min: 1, max: 38 }), fc.nat(38))
  .map(([precision, scale]) => decimal(precision, Math.min(scale, precision)));

function unscaled({ precision }: DecimalType): fc.Arbitrary<bigint> {
  return fc
    .tuple(fc.integer({ min: 1, max: precision }), fc.boolean(), fc.bigInt(0n, 10n ** 38n - 1n))
    .map(([digits, negative, value]) => (negative ? -1n : 1n) * (value % 10n ** BigInt(digits)));
}

const cases = fc.tuple(types, types).chain(([left, right]) =>
  fc.record({
    left: fc.constant(left),
    right: fc.constant(right),
    pairs: fc.array(fc.tuple(unscaled(left), unscaled(right)), { minLength: 4, maxLength: 12 }),
  }),
);

function text(value: bigint, scale: number): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  const body = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return value < 0n ? `-${body}` : body;
}

/** numerator / denominator at a scale, half away from zero; undefined beyond the precision. */
function rounded(numerator: bigint, denominator: bigint, { precision, scale }: DecimalType): bigint | undefined {
  const negative = numerator < 0n !== denominator < 0n && numerator !== 0n;
  const n = (numerator < 0n ? -numerator : numerator) * 10n ** BigInt(scale);
  const d = denominator < 0n ? -denominator : denominator;
  const half = (2n * n + d) / (2n * d);
  if (half >= 10n ** BigInt(precision)) return undefined;
  return negative ? -half : half;
}

function expected(
  operator: string,
  a: bigint,
  b: bigint,
  left: DecimalType,
  right: DecimalType,
  result: DecimalType,
): string | null {
  const [p, q] = [10n ** BigInt(left.scale), 10n ** BigInt(right.scale)];
  if ((operator === "/" || operator === "%") && b === 0n) return null;
  const fraction: Record<string, readonly [bigint, bigint]> = {
    "+": [a * q + b * p, p * q],
    "-": [a * q - b * p, p * q],
    "*": [a * b, p * q],
    "/": [a * q, (b === 0n ? 1n : b) * p],
    "%": [(a * q) % (b * p === 0n ? 1n : b * p), p * q],
  };
  const value = rounded(...(fraction[operator] ?? [0n, 1n]), result);
  return value === undefined ? null : text(value, result.scale);
}

const FUNCTIONS = {
  "+": "try_add",
  "-": "try_subtract",
  "*": "try_multiply",
  "/": "try_divide",
  "%": "try_mod",
} as const;

describe("decimal arithmetic", () => {
  for (const [operator, name] of Object.entries(FUNCTIONS)) {
    it(`${operator} is exact for every precision and scale`, async () => {
      await fc.assert(
        fc.asyncProperty(cases, async ({ left, right, pairs }) => {
          const result = call(name, column("a", left), column("b", right));
          const type = result.dataType as DecimalType;
          const rows = pairs.map(([a, b]) => [text(a, left.scale), text(b, right.scale)]);
          const answers = await evaluate(engine, result, { a: left, b: right }, rows);
          pairs.forEach(([a, b], i) => {
            const should = expected(operator, a, b, left, right, type);
            const zero = (value: string | null | undefined) =>
              value?.replace(/^(-?)\./, "$10.").replace(/^-(0\.?0*)$/, "$1");
            if (zero(answers[i]) !== zero(should)) {
              throw new Error(`${rows[i]?.join(` ${operator} `)} is ${answers[i]}, not ${should}`);
            }
          });
        }),
        { numRuns: 60 },
      );
    });
  }
});
