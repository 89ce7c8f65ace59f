/** Engine SQL that is NULL where an operand is. */
import type { Typed } from "../typed.js";

/** The SQL, NULL where an operand is: many list functions of the engine take NULL for an empty list. */
export function unlessNull(operands: readonly Typed[], sql: string): string {
  const tests = operands.filter((one) => one.nullable).map((one) => `${one.sql} IS NULL`);
  return tests.length === 0 ? sql : `(CASE WHEN ${tests.join(" OR ")} THEN NULL ELSE ${sql} END)`;
}
