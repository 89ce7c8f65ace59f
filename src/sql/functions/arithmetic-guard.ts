/** The error that a divisor of zero raises. */
import type { Typed } from "../typed.js";
import { raise } from "./function-errors.js";
import { once } from "./once.js";

const DIVIDE_BY_ZERO = raise(
  "DIVIDE_BY_ZERO",
  "22012",
  "'Division by zero. Use `try_divide` to tolerate a divisor of 0 and return NULL instead.'",
);

/** The divisor as it is where it surely is not zero; else with the error that zero raises, unless the dividend is NULL. */
export function guarded(dividend: Typed, divisor: Typed, build: (dividend: string, divisor: string) => string): string {
  const text = divisor.literal?.value;
  if (text !== undefined && text !== null && Number(text) !== 0) return build(dividend.sql, divisor.sql);
  return once(divisor, (d) => {
    if (!dividend.nullable) return build(dividend.sql, `CASE WHEN ${d} = 0 THEN ${DIVIDE_BY_ZERO} ELSE ${d} END`);
    return once(dividend, (n) =>
      build(n, `CASE WHEN ${d} = 0 AND ${n} IS NOT NULL THEN ${DIVIDE_BY_ZERO} ELSE ${d} END`),
    );
  });
}
