/** `+ - * /` and unary minus where dates, timestamps or intervals are operands. */
import {
  DATE,
  DAY_TIME_INTERVAL,
  type DataType,
  INTEGER,
  type IntervalType,
  isSameFamily,
  LONG,
  STRING,
  spanningInterval,
  TIMESTAMP,
  TIMESTAMP_NTZ,
} from "../../schema/data-type.js";
import { isDatetime, isIntegral, isNumeric } from "../coercion/coercion.js";
import type { FunctionContext, Typed } from "../typed.js";
import { typedFrom } from "./argument.js";
import { guarded } from "./arithmetic-guard.js";
import { compileCast } from "./cast.js";
import { decimalArithmetic } from "./decimal-arithmetic.js";
import { differingOperands, raise, unsupportedFeature, wrongOperands } from "./function-errors.js";
import { checkedUnits, intervalUnits, type Overflow } from "./interval-units.js";
import { isUtc, toInstant, toLocal } from "./time-zone.js";

/** `tolerant`: intervals without room, and a divisor of zero, give NULL. */
export type ArithmeticContext = FunctionContext & { readonly tolerant?: boolean };

const isInterval = (one: Typed): one is Typed & { dataType: IntervalType } => one.dataType.kind === "interval";
const isTemporal = (one: Typed): boolean => isInterval(one) || isDatetime(one.dataType);

/** True where {@link temporalArithmetic} is the one that compiles `left operator right`. */
export function isTemporalArithmetic(operands: readonly Typed[]): boolean {
  return operands.some(isTemporal);
}

/**
 * `left + right`, `left - right`, `interval * number`, `interval / number`, and with one operand its negation, by Spark's rules:
 * date ± int and date ± days are dates, date - date a day interval, timestamp - timestamp a day-time interval.
 * Throws DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES where the operands do not go together.
 */
export function temporalArithmetic(operator: string, operands: readonly Typed[], context: ArithmeticContext): Typed {
  const [left, right] = operands as readonly [Typed, Typed | undefined];
  if (!right) return negated(left);
  if (operator === "+") {
    const swapped = isInterval(left) ? !isInterval(right) : !isTemporal(left) && !isInterval(right);
    return swapped ? added(right, left, 1, context) : added(left, right, 1, context);
  }
  if (operator === "-") return subtracted(left, right, context);
  if (operator === "*" && isInterval(left)) return scaled(left, right, "*", context);
  if (operator === "*" && isInterval(right)) return scaled(right, left, "*", context);
  if (operator === "/" && isInterval(left)) return scaled(left, right, "/", context);
  if (operator === "div" && isInterval(left)) {
    const divisor = right.dataType.kind === "void" ? compileCast(right, left.dataType, "ansi", context) : right;
    if (isInterval(divisor)) return wholeQuotient(left, divisor);
  }
  throw differingOperands(operator, left.dataType, right.dataType);
}

function negated(value: Typed): Typed {
  if (!isInterval(value)) throw wrongOperands("-", '"NUMERIC" or "INTERVAL"', value.dataType);
  const { family } = value.dataType;
  if (family === "calendar") return typedFrom([value], `(-${value.sql})`, value.dataType);
  const units = `-CAST(${intervalUnits(value.sql, family)} AS HUGEINT)`;
  return typedFrom([value], checkedUnits(units, family, "error"), value.dataType);
}

/** `left ± right` where left is a date, a timestamp or, beside another one, an interval. */
function added(left: Typed, right: Typed, sign: 1 | -1, context: ArithmeticContext): Typed {
  const operator = sign === 1 ? "+" : "-";
  if (isInterval(right) && left.dataType.kind === "void") {
    return added(compileCast(left, right.dataType, "ansi", context), right, sign, context);
  }
  if (isInterval(left) && right.dataType.kind === "void") {
    return added(left, compileCast(right, left.dataType, "ansi", context), sign, context);
  }
  if (isInterval(left) && isInterval(right)) return combined(left, right, sign, context);
  if (isInterval(right)) return shifted(left, right, sign, context);
  if (left.dataType.kind === "date") {
    const days = isIntegral(right.dataType) || right.dataType.kind === "void";
    if (days && right.dataType.kind !== "long") {
      return addDays(left, compileCast(right, INTEGER, "ansi", context), sign);
    }
  }
  throw differingOperands(operator, left.dataType, right.dataType);
}

/** A date some days on. */
export function addDays(date: Typed, days: Typed, sign: 1 | -1): Typed {
  return typedFrom([date, days], `(${date.sql} ${sign === 1 ? "+" : "-"} ${days.sql})`, DATE);
}

function combined(
  left: Typed & { dataType: IntervalType },
  right: Typed & { dataType: IntervalType },
  sign: 1 | -1,
  context: ArithmeticContext,
): Typed {
  const { family } = left.dataType;
  const operator = sign === 1 ? "+" : "-";
  if (!isSameFamily(left.dataType, right.dataType)) throw differingOperands(operator, left.dataType, right.dataType);
  if (family === "calendar") return typedFrom([left, right], `(${left.sql} ${operator} ${right.sql})`, left.dataType);
  const [one, other] = [intervalUnits(left.sql, family), intervalUnits(right.sql, family)];
  const tryFunction = sign === 1 ? "try_add" : "try_subtract";
  const units = `CAST(${one} AS HUGEINT) ${operator} ${other}`;
  const checked = checkedUnits(units, family, context.tolerant ? "null" : { tryFunction });
  return typedFrom([left, right], checked, spanningInterval(left.dataType, right.dataType));
}

/** How many times the right interval goes into the left one. */
function wholeQuotient(left: Typed & { dataType: IntervalType }, right: Typed & { dataType: IntervalType }): Typed {
  const { family } = left.dataType;
  if (!isSameFamily(left.dataType, right.dataType) || family === "calendar") {
    throw differingOperands("div", left.dataType, right.dataType);
  }
  const [one, other] = [left, right].map(({ literal: _, ...operand }) => ({
    ...operand,
    sql: intervalUnits(operand.sql, family),
  }));
  if (!one || !other) throw differingOperands("div", left.dataType, right.dataType);
  return typedFrom(
    [left, right],
    guarded(one, other, (n, d) => `CAST(${n} // ${d} AS BIGINT)`),
    LONG,
  );
}

/** A date, timestamp or text of one, moved by an interval. */
function shifted(
  value: Typed,
  interval: Typed & { dataType: IntervalType },
  sign: 1 | -1,
  context: FunctionContext,
): Typed {
  const { family, fields } = interval.dataType;
  if (family === "calendar" && isDatetime(value.dataType)) return movedByCalendar(value, interval, sign, context);
  const units = `${sign === 1 ? "" : "-"}${intervalUnits(interval.sql, family)}`;
  const amount: Typed = { ...interval, sql: `(${units})` };
  switch (value.dataType.kind) {
    case "string": {
      const moved = shifted(compileCast(value, TIMESTAMP, "ansi", context), interval, sign, context);
      return compileCast(moved, STRING, "ansi", context);
    }
    case "date": {
      if (family === "year-month") return addMonths(value, amount, DATE, context);
      if (fields?.[1] === "day") {
        return typedFrom([value, interval], `(${value.sql} + CAST(${amount.sql} // 86400000000 AS INTEGER))`, DATE);
      }
      return addMicros(compileCast(value, TIMESTAMP, "ansi", context), amount, true, context);
    }
    case "timestamp":
    case "timestamp_ntz":
      return family === "year-month"
        ? addMonths(value, amount, value.dataType, context)
        : addMicros(value, amount, true, context);
    default:
      throw differingOperands(sign === 1 ? "+" : "-", value.dataType, interval.dataType);
  }
}

/** Months first, then days, then the rest: a date takes no rest. */
function movedByCalendar(value: Typed, interval: Typed, sign: 1 | -1, context: FunctionContext): Typed {
  const part = (sql: string): Typed => ({ ...interval, sql: `(${sign === 1 ? "" : "-"}(${sql}))` });
  const x = interval.sql;
  const months = part(intervalUnits(x, "year-month"));
  const days = `datepart('day', ${x})`;
  const time = `(datepart('hour', ${x}) * 3600000000 + datepart('minute', ${x}) * 60000000 + datepart('microsecond', ${x}))`;
  const moved = addMonths(value, months, value.dataType, context);
  if (value.dataType.kind === "date") {
    const failure = raise(
      "INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION",
      "22006",
      "'Cannot add an interval to a date because its microseconds part is not 0. Cast the date to a timestamp.'",
    );
    const checked = `CASE WHEN ${time} <> 0 THEN CAST(${failure} AS INTEGER) ELSE CAST(${part(days).sql} AS INTEGER) END`;
    return typedFrom([value, interval], `(${moved.sql} + ${checked})`, DATE);
  }
  const onDay = addMicros(moved, part(`${days} * 86400000000`), true, context);
  return addMicros(onDay, part(time), false, context);
}

/** A date or timestamp some months on, its day cut to the last of the month. `months` is a whole number in engine SQL. */
export function addMonths(value: Typed, months: Typed, type: DataType, context: FunctionContext): Typed {
  const interval = `to_months(CAST(${months.sql} AS INTEGER))`;
  const operands = [value, months];
  if (type.kind === "date") return typedFrom(operands, `CAST(${value.sql} + ${interval} AS DATE)`, DATE);
  if (type.kind === "timestamp_ntz") return typedFrom(operands, `(${value.sql} + ${interval})`, TIMESTAMP_NTZ);
  const local = `(${toLocal(value.sql, context.timeZone)} + ${interval})`;
  return typedFrom(operands, toInstant(local, context.timeZone), TIMESTAMP);
}

/** A timestamp some microseconds on; whole days of them are days of the calendar where `calendarDays`. */
export function addMicros(value: Typed, micros: Typed, calendarDays: boolean, context: FunctionContext): Typed {
  const operands = [value, micros];
  if (value.dataType.kind === "timestamp_ntz") {
    return typedFrom(operands, `make_timestamp(epoch_us(${value.sql}) + ${micros.sql})`, TIMESTAMP_NTZ);
  }
  if (!calendarDays || isUtc(context.timeZone)) {
    return typedFrom(operands, `make_timestamptz(epoch_us(${value.sql}) + ${micros.sql})`, TIMESTAMP);
  }
  const local = toLocal(value.sql, context.timeZone);
  const days = `to_days(CAST(${micros.sql} // 86400000000 AS INTEGER))`;
  const moved = `CASE WHEN abs(${micros.sql}) < 86400000000 THEN ${value.sql} ELSE ${toInstant(`(${local} + ${days})`, context.timeZone)} END`;
  return typedFrom(operands, `make_timestamptz(epoch_us(${moved}) + ${micros.sql} % 86400000000)`, TIMESTAMP);
}

function subtracted(left: Typed, right: Typed, context: ArithmeticContext): Typed {
  if (!isDatetime(right.dataType)) return added(left, right, -1, context);
  if (!isDatetime(left.dataType) && left.dataType.kind !== "string") {
    throw differingOperands("-", left.dataType, right.dataType);
  }
  const bothDates = [left, right].every((one) => one.dataType.kind === "date" || one.dataType.kind === "string");
  if (bothDates) {
    const [from, to] = [left, right].map((one) => compileCast(one, DATE, "ansi", context).sql);
    const type: IntervalType = { ...DAY_TIME_INTERVAL, fields: ["day", "day"] };
    return typedFrom([left, right], `to_microseconds((${from} - ${to}) * 86400000000)`, type);
  }
  const [one, other] = [left, right].map((operand) => localMicros(operand, [left, right], context));
  return typedFrom([left, right], `to_microseconds(${one} - ${other})`, DAY_TIME_INTERVAL);
}

/** Microseconds of the local time of an operand beside others: Spark subtracts wall clocks, not instants. */
function localMicros(operand: Typed, all: readonly Typed[], context: FunctionContext): string {
  const common = all.some((one) => one.dataType.kind === "timestamp") ? TIMESTAMP : TIMESTAMP_NTZ;
  const { sql } = compileCast(operand, common, "ansi", context);
  if (common === TIMESTAMP_NTZ || isUtc(context.timeZone)) return `epoch_us(${sql})`;
  return `epoch_us(${toLocal(sql, context.timeZone)})`;
}

function scaled(
  interval: Typed & { dataType: IntervalType },
  by: Typed,
  operator: "*" | "/",
  context: ArithmeticContext,
): Typed {
  const { family } = interval.dataType;
  if (family === "calendar") {
    throw unsupportedFeature(
      "Intervals of make_interval are not multiplied or divided.",
      "Use make_ym_interval or make_dt_interval.",
    );
  }
  if (by.dataType.kind === "decimal") return scaledByDecimal(interval, by, operator, context);
  if (!isNumeric(by.dataType) && by.dataType.kind !== "string" && by.dataType.kind !== "void") {
    throw differingOperands(operator, interval.dataType, by.dataType);
  }
  const type: IntervalType = { kind: "interval", family };
  const tryFunction = operator === "*" ? "try_multiply" : "try_divide";
  const overflow: Overflow = context.tolerant ? "null" : { tryFunction };
  const units = intervalUnits(interval.sql, family);
  const operands = [interval, by];
  if (operator === "*" && isIntegral(by.dataType)) {
    return typedFrom(operands, checkedUnits(`CAST(${units} AS HUGEINT) * ${by.sql}`, family, overflow), type);
  }
  const factor = compileCast(by, { kind: "double" }, "ansi", context).sql;
  if (operator === "*") return typedFrom(operands, checkedUnits(`round(${units} * ${factor})`, family, overflow), type);
  const error = raise("INTERVAL_DIVIDED_BY_ZERO", "22012", "'Division by zero. Use `try_divide` to tolerate it.'");
  const zero = context.tolerant ? "NULL" : error;
  if (isIntegral(by.dataType)) {
    const [n, d] = [`CAST(${units} AS HUGEINT)`, `CAST(${by.sql} AS HUGEINT)`];
    const nearest = `(2 * abs(${n}) + abs(${d})) // (2 * abs(${d})) * CASE WHEN (${n} < 0) <> (${d} < 0) THEN -1 ELSE 1 END`;
    return typedFrom(
      operands,
      checkedUnits(
        `CASE WHEN ${interval.sql} IS NULL THEN NULL WHEN ${d} = 0 THEN ${zero} ELSE ${nearest} END`,
        family,
        overflow,
      ),
      type,
    );
  }
  const quotient = `CASE WHEN ${interval.sql} IS NULL THEN NULL WHEN ${factor} = 0 THEN ${zero} ELSE round(${units} / ${factor}) END`;
  return typedFrom(operands, checkedUnits(quotient, family, overflow), type);
}

/** Exact to the unit, rounded half up. */
function scaledByDecimal(
  interval: Typed & { dataType: IntervalType },
  by: Typed,
  operator: "*" | "/",
  context: ArithmeticContext,
): Typed {
  const { family } = interval.dataType;
  const tryFunction = operator === "*" ? "try_multiply" : "try_divide";
  const error = raise("INTERVAL_DIVIDED_BY_ZERO", "22012", "'Division by zero. Use `try_divide` to tolerate it.'");
  const whole: Typed = {
    ...interval,
    sql: `CAST(${intervalUnits(interval.sql, family)} AS DECIMAL(19,0))`,
    dataType: { kind: "decimal", precision: 19, scale: 0 },
  };
  const result = decimalArithmetic(operator, whole, by, operator === "/" || context.tolerant ? "try" : "ansi");
  const checked = checkedUnits(
    `CAST(round(${result.sql}, 0) AS HUGEINT)`,
    family,
    context.tolerant ? "null" : { tryFunction },
  );
  const isZero =
    operator === "/" && !context.tolerant
      ? `CASE WHEN ${by.sql} = 0 AND ${interval.sql} IS NOT NULL THEN ${error} ELSE ${checked} END`
      : checked;
  return typedFrom(
    [interval, by],
    isZero,
    { kind: "interval", family },
    interval.nullable || by.nullable || context.tolerant === true,
  );
}
