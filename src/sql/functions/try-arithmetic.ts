/** try_add, try_subtract, try_multiply, try_divide, try_mod: NULL where the operator raises. */
import { DOUBLE } from "../../schema/data-type.js";
import { engineType } from "../../schema/engine-type.js";
import { isIntegral } from "../coercion/coercion.js";
import type { FunctionContext, FunctionEntry, Typed } from "../typed.js";
import { expectCount, typedFrom, values } from "./argument.js";
import { compileArithmetic, numericOperands } from "./arithmetic.js";
import { compileCast } from "./cast.js";
import { isTemporalArithmetic, temporalArithmetic } from "./date-arithmetic.js";
import { decimalArithmetic } from "./decimal-arithmetic.js";
import { differingOperands } from "./function-errors.js";

type Operator = "+" | "-" | "*" | "/" | "%";

function tried(operator: Operator, left: Typed, right: Typed, context: FunctionContext): Typed {
  const [a, b] = numericOperands(operator, left, right, context);
  // NULL on the left makes a division one of doubles.
  const ofDoubles = operator === "/" && left.dataType.kind === "void";
  if (!ofDoubles && a.dataType.kind === "decimal" && b.dataType.kind === "decimal")
    return decimalArithmetic(operator, a, b, "try");
  if (operator === "/") {
    const [n, d] = [a, b].map((one) => compileCast(one, DOUBLE, "ansi", context).sql);
    return typedFrom([a, b], `(${n} / nullif(${d}, 0))`, DOUBLE, true);
  }
  if (operator === "%") return typedFrom([a, b], `(${a.sql} % nullif(${b.sql}, 0))`, a.dataType, true);
  if (!isIntegral(a.dataType)) return compileArithmetic(operator, a, b, context);
  // 128 bits hold every sum and product of two 64-bit integers.
  const wide = `(CAST(${a.sql} AS HUGEINT) ${operator} CAST(${b.sql} AS HUGEINT))`;
  return typedFrom([a, b], `TRY_CAST(${wide} AS ${engineType(a.dataType)})`, a.dataType, true);
}

function entry(name: string, operator: Operator): FunctionEntry {
  return {
    kind: "scalar",
    names: [name],
    compile(args, context) {
      expectCount(args, name, 2);
      const [left, right] = values(args, name);
      if (!left || !right) throw differingOperands(name, DOUBLE, DOUBLE);
      if (isTemporalArithmetic([left, right])) {
        const result = temporalArithmetic(operator, [left, right], { ...context, tolerant: true });
        return { ...result, nullable: true };
      }
      return tried(operator, left, right, context);
    },
  };
}

export const tryArithmeticFunctions: readonly FunctionEntry[] = [
  entry("try_add", "+"),
  entry("try_subtract", "-"),
  entry("try_multiply", "*"),
  entry("try_divide", "/"),
  entry("try_mod", "%"),
];
