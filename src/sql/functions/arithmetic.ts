/** `+ - * / % div` and unary minus with Spark's result types, overflow and division-by-zero errors. */
import { type DataType, DOUBLE, LONG } from "../../schema/data-type.js";
import { commonType, isFractional, isIntegral, isNumeric } from "../coercion/coercion.js";
import { decimalOfOperand } from "../coercion/decimal-precision.js";
import type { FunctionContext, FunctionEntry, ScalarFunction, Typed } from "../typed.js";
import { expectCount, scalar, typedFrom, values } from "./argument.js";
import { guarded } from "./arithmetic-guard.js";
import { compileCast } from "./cast.js";
import { isTemporalArithmetic, temporalArithmetic } from "./date-arithmetic.js";
import { decimalArithmetic, decimalQuotientWhole, negatedDecimal } from "./decimal-arithmetic.js";
import { differingOperands, wrongOperands } from "./function-errors.js";

export type Arithmetic = "+" | "-" | "*" | "/" | "%" | "div";

/** Both operands as what the operator works on: one numeric type, or two decimals (each of its own precision). */
export function numericOperands(
  operator: string,
  left: Typed,
  right: Typed,
  context: FunctionContext,
): readonly [Typed, Typed] {
  const [l, r] = [left.dataType, right.dataType];
  if (l.kind === "decimal" || r.kind === "decimal") {
    const [one, other] = [decimalOfOperand(left), decimalOfOperand(right)];
    if (one && other) return [compileCast(left, one, "ansi", context), compileCast(right, other, "ansi", context)];
  }
  const common = l.kind === "void" && r.kind === "void" ? DOUBLE : commonType([l, r]);
  if (!common) throw differingOperands(operator, l, r);
  if (!isNumeric(common)) throw wrongOperands(operator, "numbers", common);
  return [compileCast(left, common, "ansi", context), compileCast(right, common, "ansi", context)];
}

/** `left operator right` by Spark's ANSI rules. */
export function compileArithmetic(operator: Arithmetic, left: Typed, right: Typed, context: FunctionContext): Typed {
  if (operator === "div") return wholeQuotient(left, right, context);
  // NULL on the left makes a division one of doubles, NULL on the right does not.
  if (operator === "/" && (left.dataType.kind === "void" || !hasDecimal(left, right)))
    return doubleQuotient(left, right, context);
  const [a, b] = numericOperands(operator, left, right, context);
  if (a.dataType.kind === "decimal" && b.dataType.kind === "decimal") return decimalArithmetic(operator, a, b, "ansi");
  const sql = operator === "%" ? guarded(a, b, (n, d) => remainderSql(n, d, b)) : `(${a.sql} ${operator} ${b.sql})`;
  return typedFrom([a, b], sql, a.dataType);
}

/** Of the least integer by -1 the engine has no remainder. */
function remainderSql(n: string, d: string, divisor: Typed): string {
  const text = divisor.literal?.value;
  const isPlain = !isIntegral(divisor.dataType) || (text !== undefined && text !== null && Number(text) !== -1);
  return isPlain ? `(${n} % ${d})` : `(CASE WHEN ${d} = -1 THEN 0 * ${n} ELSE ${n} % ${d} END)`;
}

function hasDecimal(left: Typed, right: Typed): boolean {
  const types = [left.dataType, right.dataType];
  if (!types.some((one) => one.kind === "decimal")) return false;
  return types.every((one) => one.kind === "decimal" || isIntegral(one) || one.kind === "void");
}

function doubleQuotient(left: Typed, right: Typed, context: FunctionContext): Typed {
  const checked = numericOperands("/", left, right, context);
  const [a, b] = checked.map((one) => compileCast(one, DOUBLE, "ansi", context));
  if (!a || !b) throw differingOperands("/", left.dataType, right.dataType);
  // Constants keep their text, so that a constant divisor is known not to be zero.
  const divisor = right.literal ? { ...b, literal: right.literal } : b;
  return typedFrom(
    [a, b],
    guarded(a, divisor, (n, d) => `(${n} / ${d})`),
    DOUBLE,
  );
}

function wholeQuotient(left: Typed, right: Typed, context: FunctionContext): Typed {
  const [a, b] = numericOperands("div", left, right, context);
  if (a.dataType.kind === "decimal" && b.dataType.kind === "decimal") return decimalQuotientWhole(a, b);
  if (isFractional(a.dataType)) throw wrongOperands("div", "integers or decimals", a.dataType);
  const [n, d] = [a, b].map((one) => ({ ...compileCast(one, LONG, "ansi", context) }));
  if (!n || !d) throw differingOperands("div", left.dataType, right.dataType);
  return typedFrom(
    [a, b],
    guarded(n, d, (x, y) => `(${x} // ${y})`),
    LONG,
  );
}

function binary(operator: Arithmetic, names: string = operator): ScalarFunction {
  return {
    kind: "scalar",
    names: names.split(" "),
    compile(args, context, name) {
      const unary = operator === "-" || operator === "+";
      expectCount(args, name, unary && args.length === 1 ? 1 : 2);
      const [left, right] = values(args, name);
      if (left && !right) {
        if (operator === "-") return negated(left, name, context);
        return left.dataType.kind === "void" ? asNumber(left, name, context) : left;
      }
      if (!left || !right) throw differingOperands(name, DOUBLE, DOUBLE);
      if (isTemporalArithmetic([left, right])) return temporalArithmetic(operator, [left, right], context);
      return compileArithmetic(operator, left, right, context);
    },
  };
}

function negatedSql(number: Typed): string {
  if (number.dataType.kind === "decimal") return negatedDecimal(number);
  return isIntegral(number.dataType) ? `(-${number.sql})` : `(${number.sql} * -1)`;
}

function negated(value: Typed, name: string, context: FunctionContext): Typed {
  if (isTemporalArithmetic([value])) return temporalArithmetic("-", [value], context);
  const number = asNumber(value, name, context);
  const text = number.literal?.value;
  const sql = negatedSql(number);
  const result = typedFrom([number], sql, number.dataType);
  if (text === undefined || text === null) return result;
  return { ...result, literal: { value: text.startsWith("-") ? text.slice(1) : `-${text}` } };
}

/** A number as it is, a string or NULL as a double. */
export function asNumber(value: Typed, name: string, context: FunctionContext): Typed {
  if (isNumeric(value.dataType)) return value;
  if (value.dataType.kind === "string" || value.dataType.kind === "void") {
    return compileCast(value, DOUBLE, "ansi", context);
  }
  throw wrongOperands(name, "numbers", value.dataType);
}

const sameNumber = (args: readonly Typed[]): DataType => args[0]?.dataType ?? DOUBLE;

export const arithmeticFunctions: readonly FunctionEntry[] = [
  binary("+"),
  binary("-"),
  binary("*"),
  binary("/"),
  binary("%", "% mod"),
  binary("div"),
  {
    kind: "scalar",
    names: ["negative"],
    compile(args, context, name) {
      expectCount(args, name, 1);
      const [value] = values(args, name);
      if (!value) throw differingOperands(name, DOUBLE, DOUBLE);
      return negated(value, name, context);
    },
  },
  scalar("positive", {
    takes: [
      {
        text: 'the ("NUMERIC" or "INTERVAL") type',
        target(type) {
          if (type.kind === "string" || type.kind === "void") return DOUBLE;
          return isNumeric(type) || type.kind === "interval" ? type : undefined;
        },
      },
    ],
    gives: sameNumber,
    sql: ([x = ""]) => x,
  }),
];
