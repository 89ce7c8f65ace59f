/** Operands that the engine must compute before it compares them. */
import { isIntegral } from "../coercion/coercion.js";
import type { Typed } from "../typed.js";

const PLAIN_COLUMN = /^"(?:[^"]|"")*"\."(?:[^"]|"")*"$/;

/**
 * The engine solves `x + 1 > 5` and `CAST(x AS INT) = 5` for x where the other side is a constant, and so loses the overflow that Spark raises
 * and the NULL of a try_cast. It does not look into a function: `least(x)` is x, for some 1.4 ns a row.
 *
 * @param value the operand as its expression gives it
 * @param sql the operand brought to the type of the comparison: for a column a cast that loses nothing
 * @param others engine SQL of what it is compared with
 */
export function computedFirst(value: Typed, sql: string, others: readonly string[]): string {
  const isConstant = (one: string) => !one.includes('"');
  const { dataType } = value;
  if (!isIntegral(dataType) && dataType.kind !== "decimal") return sql;
  if (isConstant(sql) || PLAIN_COLUMN.test(value.sql) || !others.some(isConstant)) return sql;
  return /CAST\(|[-+*]/.test(sql) ? `least(${sql})` : sql;
}
