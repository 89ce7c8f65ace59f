/** Averages of decimals against exact arithmetic: four digits more than the input, the last rounded half away from zero. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createEngine } from "../../../src/duckdb/duckdb-engine.js";
import type { Engine } from "../../../src/engine/engine.js";
import { compileQuery } from "../../../src/sql/analysis/compile-query.js";
import { engineLibrary } from "../../../src/sql/functions/library.js";
import { loadParser, parseQuery } from "../../../src/sql/parse/parse.js";

const context = {
  timeZone: "UTC",
  now: 0n,
  currentCatalog: "main",
  currentSchema: "default",
  currentUser: "tester",
  seed: () => 1,
};
const resolver = {
  table: () => Promise.reject(new Error("no tables here")),
  tableFunction: () => Promise.resolve(undefined),
};

let engine: Engine;
beforeAll(async () => {
  await loadParser();
  engine = await createEngine({ library: engineLibrary, threads: 1 });
});
afterAll(() => engine.close());

/** A scaled integer as text. */
function decimalText(scaled: bigint, scale: number): string {
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(scale + 1, "0");
  const point = digits.length - scale;
  return `${scaled < 0n ? "-" : ""}${digits.slice(0, point)}${scale > 0 ? `.${digits.slice(point)}` : ""}`;
}

function halfUp(numerator: bigint, denominator: bigint): bigint {
  const magnitude = (2n * (numerator < 0n ? -numerator : numerator) + denominator) / (2n * denominator);
  return numerator < 0n ? -magnitude : magnitude;
}

const column = fc
  .record({ precision: fc.integer({ min: 1, max: 28 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ precision, share }) => ({ precision, scale: Math.floor(share * precision) }))
  .chain(({ precision, scale }) => {
    const most = 10n ** BigInt(precision) - 1n;
    return fc.record({
      precision: fc.constant(precision),
      scale: fc.constant(scale),
      values: fc.array(fc.bigInt(-most, most), { minLength: 1, maxLength: 7 }),
    });
  });

it("avg and sum of decimals are exact", async () => {
  for (const { precision, scale, values } of fc.sample(column, 60)) {
    const rows = values
      .map((one) => `(CAST('${decimalText(one, scale)}' AS DECIMAL(${precision},${scale})))`)
      .join(", ");
    const sql = `SELECT sum(x), avg(x) FROM VALUES ${rows} AS t(x)`;
    const compiled = await compileQuery(parseQuery(sql), { resolver, context });
    const answer = (await engine.run(compiled.sql)).rows[0];
    const total = values.reduce((sum, one) => sum + one, 0n);
    const average = halfUp(total * 10_000n, BigInt(values.length));
    expect([sql, ...(answer ?? [])]).toEqual([sql, decimalText(total, scale), decimalText(average, scale + 4)]);
    expect(compiled.schema.fields.map((one) => one.dataType)).toEqual([
      { kind: "decimal", precision: precision + 10, scale },
      { kind: "decimal", precision: precision + 4, scale: scale + 4 },
    ]);
  }
});
