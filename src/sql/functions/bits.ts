/** Bits: & | ^ ~, shifts, bit_count, bit_get. */
import { BYTE, type DataType, INTEGER, LONG } from "../../schema/data-type.js";
import { engineType } from "../../schema/engine-type.js";
import { commonType, isIntegral } from "../coercion/coercion.js";
import type { FunctionEntry, Typed } from "../typed.js";
import { anInt, anIntegral, type Expected, expectCount, scalar, typedFrom, values } from "./argument.js";
import { compileCast } from "./cast.js";
import { differingOperands, wrongOperands } from "./function-errors.js";
import { macro, macros } from "./macro.js";

function bitwise(name: string, sql: (left: string, right: string) => string): FunctionEntry {
  return {
    kind: "scalar",
    names: [name],
    compile(args, context) {
      expectCount(args, name, 2);
      const [left, right] = values(args, name);
      const common = left && right && commonType([left.dataType, right.dataType]);
      if (!left || !right || !common) throw differingOperands(name, left?.dataType ?? LONG, right?.dataType ?? LONG);
      const mixed = left.dataType.kind === "decimal" || right.dataType.kind === "decimal";
      if (mixed && left.dataType.kind !== right.dataType.kind)
        throw differingOperands(name, left.dataType, right.dataType);
      const target = common.kind === "void" ? INTEGER : common;
      if (!isIntegral(target)) throw wrongOperands(name, '"INTEGRAL"', target);
      const typed = [left, right].map((one) => compileCast(one, target, "ansi", context));
      return typedFrom(typed, sql(typed[0]?.sql ?? "", typed[1]?.sql ?? ""), target);
    },
  };
}

/** An int or a bigint; narrower ones become int. */
const anIntOrLong: Expected = {
  text: 'the ("INT" or "BIGINT") type',
  target: (type) => (type.kind === "long" ? LONG : anInt.target(type)),
};
const BITS: Readonly<Record<string, number>> = { byte: 8, short: 16, integer: 32, long: 64 };
const first = (args: readonly Typed[]): DataType => args[0]?.dataType ?? INTEGER;

function shift(names: string, macroName: string): FunctionEntry {
  return scalar(names, {
    takes: [anIntOrLong, anInt],
    gives: first,
    sql: ([x, n], [value]) => `${macroName}_${value?.dataType.kind === "long" ? "long" : "int"}(${x}, ${n})`,
  });
}

export const bitFunctions: readonly FunctionEntry[] = [
  bitwise("&", (a, b) => `(${a} & ${b})`),
  bitwise("|", (a, b) => `(${a} | ${b})`),
  bitwise("^", (a, b) => `xor(${a}, ${b})`),
  scalar("~", {
    takes: [{ ...anIntegral, target: (type) => (type.kind === "void" ? INTEGER : anIntegral.target(type)) }],
    gives: first,
    sql: ([x]) => `(~${x})`,
  }),
  shift("shiftleft <<", "spark_shiftleft"),
  shift("shiftright >>", "spark_shiftright"),
  shift("shiftrightunsigned >>>", "spark_shiftrightunsigned"),
  scalar("bit_count", {
    takes: [{ text: anIntegral.text, target: (type) => (type.kind === "boolean" ? type : anIntegral.target(type)) }],
    gives: INTEGER,
    sql: ([x], [value]) =>
      value?.dataType.kind === "boolean" ? `CAST(${x} AS INTEGER)` : `CAST(bit_count(CAST(${x} AS BIGINT)) AS INTEGER)`,
  }),
  scalar("bit_get getbit", {
    takes: [anIntegral, anInt],
    gives: BYTE,
    sql: ([x, n], [value]) =>
      `spark_bit_get(CAST(${x} AS BIGINT), ${n}, ${BITS[value?.dataType.kind ?? "long"] ?? 64})`,
  }),
];

/** Java takes a shift's distance modulo the width, and drops what leaves it. */
function shiftMacros(kind: "int" | "long"): Readonly<Record<string, string>> {
  const [type, bits] = kind === "int" ? ["INTEGER", 32] : ["BIGINT", 64];
  const range = `${2n ** BigInt(bits)}::HUGEINT`;
  const half = `${2n ** BigInt(bits - 1)}::HUGEINT`;
  const distance = `(n & ${bits - 1})`;
  const wrapped = (value: string) => `CAST(((${value}) + ${half}) % ${range} - ${half} AS ${type})`;
  const modulo = `(((x::HUGEINT) + ${range}) % ${range})`;
  return macros(
    macro(`spark_shiftleft_${kind}`, ["x", "n"], wrapped(`(${modulo} * (1::HUGEINT << ${distance}) % ${range})`)),
    macro(`spark_shiftright_${kind}`, ["x", "n"], `x >> ${distance}`),
    macro(`spark_shiftrightunsigned_${kind}`, ["x", "n"], wrapped(`(${modulo} // (1::HUGEINT << ${distance}))`)),
  );
}

export const bitMacros: Readonly<Record<string, string>> = {
  ...shiftMacros("int"),
  ...shiftMacros("long"),
  ...macros(
    macro(
      "spark_bit_get",
      ["x", "n", "bits"],
      `CASE WHEN n >= 0 AND n < bits THEN CAST((x >> n) & 1 AS ${engineType(BYTE)}) WHEN n IS NOT NULL AND x IS NOT NULL THEN error('[lakelet:INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE|22023] The bit position ' || n || ' lies outside 0 to ' || (bits - 1) || '.') END`,
    ),
  ),
};
