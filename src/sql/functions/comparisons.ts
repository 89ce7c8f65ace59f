/** Comparisons: `= <> < <= > >= <=>` and between, with Spark's order of NaN (greatest) and of NULLs in nested values (first). */
import { BOOLEAN } from "../../schema/data-type.js";
import { comparisonType } from "../coercion/coercion.js";
import type { FunctionContext, FunctionEntry, Typed } from "../typed.js";
import { expectCount, typedFrom, values } from "./argument.js";
import { compileCast } from "./cast.js";
import { differingOperands, unorderable } from "./function-errors.js";
import { computedFirst } from "./moved-constant.js";
import { isOrderable, needsOrderKey, orderKey } from "./ordering.js";
import { unlessNull } from "./unless-null.js";

const ENGINE_OPERATORS: Readonly<Record<string, string>> = {
  "=": "=",
  "==": "=",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
  "<=>": "IS NOT DISTINCT FROM",
  equal_null: "IS NOT DISTINCT FROM",
};

/** `left operator right` as a boolean, operands brought to their common type. */
export function compare(operator: string, left: Typed, right: Typed, context: FunctionContext): Typed {
  const common = comparisonType(left, right);
  if (!common) throw differingOperands(operator, left.dataType, right.dataType);
  if (!isOrderable(common)) throw unorderable(operator, common);
  const [a, b] = [left, right].map((one) => compileCast(one, common, "ansi", context));
  if (!a || !b) throw differingOperands(operator, left.dataType, right.dataType);
  const engineOperator = ENGINE_OPERATORS[operator] ?? operator;
  const ordered = ["<", "<=", ">", ">="].includes(engineOperator);
  const [own, other] = [computedFirst(left, a.sql, [b.sql]), computedFirst(right, b.sql, [a.sql])];
  const [x, y] = [own, other].map((one) => (ordered ? orderKey(one, common) : one));
  const nullable = engineOperator === "IS NOT DISTINCT FROM" ? false : a.nullable || b.nullable;
  const sql = `(${x} ${engineOperator} ${y})`;
  // The key of a nested value that is NULL is no NULL.
  const checked = ordered && needsOrderKey(common) ? unlessNull([a, b], sql) : sql;
  return typedFrom([a, b], checked, BOOLEAN, nullable);
}

function comparison(names: string): FunctionEntry {
  return {
    kind: "scalar",
    names: names.split(" "),
    compile(args, context, name) {
      expectCount(args, name, 2);
      const [left, right] = values(args, name);
      if (!left || !right) throw differingOperands(name, BOOLEAN, BOOLEAN);
      return compare(name, left, right, context);
    },
  };
}

export const comparisonFunctions: readonly FunctionEntry[] = [
  comparison("= =="),
  comparison("<> !="),
  comparison("<"),
  comparison("<="),
  comparison(">"),
  comparison(">="),
  comparison("<=> equal_null"),
  {
    kind: "scalar",
    names: ["between"],
    compile(args, context, name) {
      expectCount(args, name, 3);
      const [value, low, high] = values(args, name);
      if (!value || !low || !high) throw differingOperands(name, BOOLEAN, BOOLEAN);
      const [from, to] = [compare(">=", value, low, context), compare("<=", value, high, context)];
      return typedFrom([from, to], `(${from.sql} AND ${to.sql})`, BOOLEAN);
    },
  },
];
