/** sum and avg with Spark's result types: bigint, double, decimal with HALF_UP digits, and intervals. */
import {
  type DataType,
  type DecimalType,
  DOUBLE,
  decimal,
  LONG,
  MAX_DECIMAL_PRECISION,
} from "../../schema/data-type.js";
import { engineType } from "../../schema/engine-type.js";
import { isIntegral } from "../coercion/coercion.js";
import type { CallModifiers, FunctionEntry, Typed } from "../typed.js";
import { aggregate, distinctText, type EngineCall } from "./aggregate-entry.js";
import { aNumber, type Expected } from "./argument.js";
import { raise } from "./function-errors.js";
import { checkedUnits, intervalOfUnits, intervalUnits } from "./interval-units.js";

const summable: Expected = {
  text: 'the "NUMERIC" or "ANSI INTERVAL" type',
  target: (type) => (type.kind === "interval" && type.family !== "calendar" ? type : aNumber.target(type)),
};

const bounded = (precision: number, scale: number): DecimalType =>
  decimal(Math.min(precision, MAX_DECIMAL_PRECISION), Math.min(scale, MAX_DECIMAL_PRECISION));

const sumOfDecimals = ({ precision, scale }: DecimalType): DecimalType => bounded(precision + 10, scale);
const averageOfDecimals = ({ precision, scale }: DecimalType): DecimalType => bounded(precision + 4, scale + 4);

function typeOfSum(type: DataType): DataType {
  if (type.kind === "decimal") return sumOfDecimals(type);
  if (isIntegral(type)) return LONG;
  return type.kind === "interval" ? type : DOUBLE;
}

function typeOfAverage(type: DataType): DataType {
  if (type.kind === "decimal") return averageOfDecimals(type);
  // Only an average may need the finer fields of its family.
  return type.kind === "interval" ? { kind: "interval", family: type.family } : DOUBLE;
}

const OVERFLOW = "Use `try_sum` or `try_avg` to tolerate overflow and return NULL instead.";
const raiseOverflow = (what: string) => raise("ARITHMETIC_OVERFLOW", "22003", `'Overflow in ${what}. ${OVERFLOW}'`);

/** True where a sum may have more digits than a decimal holds: the engine does not look. */
const mayOverflow = (type: DecimalType): boolean => type.precision + 10 > MAX_DECIMAL_PRECISION;

/** `{call}` where it has at most 38 digits. */
function checkedDecimal(type: DecimalType, result: string, otherwise: string): string {
  const digits = "9".repeat(MAX_DECIMAL_PRECISION - type.scale) || "0";
  const most = `CAST('${digits}.${"9".repeat(type.scale)}' AS ${engineType(bounded(38, type.scale))})`;
  return `(CASE WHEN {call} BETWEEN -${most} AND ${most} THEN ${result} WHEN {call} IS NOT NULL THEN ${otherwise} END)`;
}

function sumCall(value: Typed, modifiers: CallModifiers, tolerant: boolean): EngineCall {
  const { sql, dataType: type } = value;
  const distinct = distinctText(modifiers);
  if (type.kind === "decimal") {
    const call = `sum(${distinct}${sql})`;
    const result = `CAST({call} AS ${engineType(sumOfDecimals(type))})`;
    if (!mayOverflow(type)) return { call, around: result };
    return { call, around: checkedDecimal(type, result, tolerant ? "NULL" : raiseOverflow("sum of decimals")) };
  }
  if (type.kind === "interval") {
    const units = `sum(${distinct}${intervalUnits(sql, type.family)})`;
    return { call: units, around: checkedUnits("{call}", type.family, tolerant ? "null" : { tryFunction: "try_sum" }) };
  }
  if (!isIntegral(type)) return { call: `sum(${distinct}CAST(${sql} AS DOUBLE))` };
  const call = `sum(${distinct}${sql})`;
  if (type.kind !== "long") return { call, around: "CAST({call} AS BIGINT)" };
  if (tolerant) return { call, around: "TRY_CAST({call} AS BIGINT)" };
  const inside = "{call} BETWEEN -9223372036854775808 AND 9223372036854775807";
  const otherwise = `WHEN {call} IS NOT NULL THEN ${raiseOverflow("sum of bigints")} END`;
  return { call, around: `(CASE WHEN ${inside} THEN CAST({call} AS BIGINT) ${otherwise})` };
}

function averageCall(value: Typed, modifiers: CallModifiers, tolerant: boolean): EngineCall {
  const { sql, dataType: type } = value;
  const distinct = distinctText(modifiers);
  if (type.kind === "interval") {
    const average = `avg(${distinct}${intervalUnits(sql, type.family)})`;
    const total = checkedUnits("{call1}", type.family, tolerant ? "null" : { tryFunction: "try_avg" });
    return {
      call: average,
      further: [`sum(${distinct}${intervalUnits(sql, type.family)})`],
      around: `(CASE WHEN ${total} IS NOT NULL THEN ${intervalOfUnits("round({call})", type.family)} END)`,
    };
  }
  if (type.kind !== "decimal") {
    return { call: `avg(${distinct}${isIntegral(type) ? sql : `CAST(${sql} AS DOUBLE)`})` };
  }
  const to = averageOfDecimals(type);
  const shift = `${10n ** BigInt(to.scale - type.scale)}::HUGEINT`;
  const unscaled = `spark_decimal_average({call}, {call1}, ${shift})`;
  const unit = `CAST('0.${"1".padStart(to.scale, "0")}' AS DECIMAL(${to.scale}, ${to.scale}))`;
  const result = `CAST(CAST(${unscaled} AS DECIMAL(38, 0)) * ${unit} AS ${engineType(to)})`;
  return {
    call: `sum(${distinct}${sql})`,
    further: [`count(${distinct}${sql})`],
    around: mayOverflow(type)
      ? checkedDecimal(type, result, tolerant ? "NULL" : raiseOverflow("sum of decimals"))
      : result,
  };
}

const entry = (names: string, gives: (type: DataType) => DataType, make: typeof sumCall, tolerant: boolean) =>
  aggregate(names, {
    takes: [summable],
    gives: ([value]) => gives((value as Typed).dataType),
    make: ([value], modifiers) => make(value as Typed, modifiers, tolerant),
  });

export const sumFunctions: readonly FunctionEntry[] = [
  entry("sum", typeOfSum, sumCall, false),
  entry("try_sum", typeOfSum, sumCall, true),
  entry("avg mean", typeOfAverage, averageCall, false),
  entry("try_avg", typeOfAverage, averageCall, true),
];

/** The unscaled total divided by the count, `shift` (a power of ten) times finer, the last digit rounded half away from zero. */
const UNSCALED = "CAST(replace(CAST(total AS VARCHAR), '.', '') AS HUGEINT)";
const DECIMAL_AVERAGE = `CREATE OR REPLACE MACRO spark_decimal_average(total, n, shift) AS
  (${UNSCALED} // n::HUGEINT) * shift
  + (2 * (${UNSCALED} % n::HUGEINT) * shift + sign(${UNSCALED}) * n::HUGEINT) // (2 * n::HUGEINT)`;

export const sumMacros: Readonly<Record<string, string>> = { spark_decimal_average: DECIMAL_AVERAGE };
