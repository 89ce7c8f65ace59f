/** Small combinators that make an entry of the registry one or two lines: expected types, implicit casts, the result. */
import {
  array,
  BINARY,
  BOOLEAN,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  INTEGER,
  LONG,
  map,
  STRING,
  TIMESTAMP,
} from "../../schema/data-type.js";
import { canImplicitlyCast, commonType, isDatetime, isIntegral, isNumeric } from "../coercion/coercion.js";
import { decimalOfOperand } from "../coercion/decimal-precision.js";
import { type Argument, type FunctionContext, isLambda, type ScalarFunction, type Typed } from "../typed.js";
import { compileCast } from "./cast.js";
import { differingArguments, notConstant, unexpectedInputType, wrongArgumentCount } from "./function-errors.js";

/** What an argument may be: the type to cast it to implicitly, or undefined where it does not fit. */
export interface Expected {
  /** As Spark names it in errors, e.g. `"STRING"`. */
  readonly text: string;
  target(type: DataType): DataType | undefined;
}

function exactly(text: string, to: DataType): Expected {
  return { text: `the ${text} type`, target: (type) => (canImplicitlyCast(type, to) ? to : undefined) };
}

export const aBoolean = exactly('"BOOLEAN"', BOOLEAN);
export const anInt = exactly('"INT"', INTEGER);
export const aLong = exactly('"BIGINT"', LONG);
export const aDouble = exactly('"DOUBLE"', DOUBLE);
export const aString = exactly('"STRING"', STRING);
/** A string as it is, and no other type. */
export const aTextAsItIs: Expected = {
  text: 'the "STRING" type',
  target: (type) => (type.kind === "string" || type.kind === "void" ? STRING : undefined),
};
export const aDate = exactly('"DATE"', DATE);
export const aTimestamp = exactly('"TIMESTAMP"', TIMESTAMP);
export const aBinary = exactly('"BINARY"', BINARY);

/** Any type as it is. */
export const anything: Expected = { text: "any type", target: (type) => type };

/** Fits the first that it is; else the first that it casts to, in the given order. */
export function oneOf(...choices: readonly Expected[]): Expected {
  return {
    text: choices.map((one) => one.text).join(" or "),
    target(type) {
      const same = choices.find((one) => one.target(type)?.kind === type.kind);
      if (same) return same.target(type);
      for (const choice of choices) {
        const to = choice.target(type);
        if (to) return to;
      }
      return undefined;
    },
  };
}

/** Any numeric type as it is; a string becomes a double, NULL a double. */
export const aNumber: Expected = {
  text: 'the "NUMERIC" type',
  target: (type) => (isNumeric(type) ? type : type.kind === "string" || type.kind === "void" ? DOUBLE : undefined),
};

/** Any integral type as it is, NULL a bigint. */
export const anIntegral: Expected = {
  text: 'the "INTEGRAL" type',
  target: (type) => (isIntegral(type) ? type : type.kind === "void" ? LONG : undefined),
};

/** Any decimal as it is, integrals as the decimal that holds them; a string becomes Spark's default decimal. */
export const aDecimal: Expected = {
  text: 'the "DECIMAL" type',
  target: (type) =>
    decimalOfOperand({ sql: "", dataType: type, nullable: true }) ??
    (type.kind === "float" ? decimal(14, 7) : type.kind === "double" ? decimal(30, 15) : undefined) ??
    (type.kind === "string" ? decimal(38, 18) : undefined),
};

/** A year-month or day-time interval as it is. */
export const anAnsiInterval: Expected = {
  text: 'the "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH" type',
  target: (type) => (type.kind === "interval" && type.family !== "calendar" ? type : undefined),
};

/** A string or binary as it is, anything else atomic as a string. */
export const aStringOrBinary: Expected = {
  text: 'the ("STRING" or "BINARY") type',
  target: (type) => (type.kind === "binary" ? type : canImplicitlyCast(type, STRING) ? STRING : undefined),
};

/** A date or a timestamp as it is; a string becomes a timestamp. */
export const aDatetime: Expected = {
  text: 'the ("DATE" or "TIMESTAMP") type',
  target: (type) => (isDatetime(type) ? type : type.kind === "string" || type.kind === "void" ? TIMESTAMP : undefined),
};

export const anArray: Expected = {
  text: 'the "ARRAY" type',
  target: (type) => (type.kind === "array" ? type : type.kind === "void" ? array(type) : undefined),
};

export const aMap: Expected = {
  text: 'the "MAP" type',
  target: (type) => (type.kind === "map" ? type : type.kind === "void" ? map(type, type) : undefined),
};

export const aStruct: Expected = {
  text: 'the "STRUCT" type',
  target: (type) => (type.kind === "struct" ? type : undefined),
};

/** The argument as a value of the expected type; lambdas and types that do not fit are DATATYPE_MISMATCH. */
export function accept(
  argument: Argument,
  expected: Expected,
  name: string,
  index: number,
  context: FunctionContext,
): Typed {
  if (isLambda(argument)) throw unexpectedInputType(name, index, expected.text, STRING);
  const to = expected.target(argument.dataType);
  if (!to) throw unexpectedInputType(name, index, expected.text, argument.dataType);
  return compileCast(argument, to, "ansi", context);
}

/** All arguments as values, none of them a lambda. */
export function values(args: readonly Argument[], name: string): readonly Typed[] {
  return args.map((argument, index) => {
    if (isLambda(argument)) throw unexpectedInputType(name, index, "a value", STRING);
    return argument;
  });
}

/** Throws WRONG_NUM_ARGS unless `least <= actual <= most`. */
export function expectCount(args: readonly Argument[], name: string, least: number, most = least): void {
  if (args.length >= least && args.length <= most) return;
  const expected =
    least === most
      ? String(least)
      : most === Number.POSITIVE_INFINITY
        ? `> ${least - 1}`
        : `[${Array.from({ length: most - least + 1 }, (_, i) => least + i).join(", ")}]`;
  throw wrongArgumentCount(name, expected, args.length);
}

/** All arguments cast to their common type, as coalesce, greatest and array want it. */
export function toCommonType(args: readonly Typed[], name: string, context: FunctionContext): readonly Typed[] {
  const common = commonType(args.map((one) => one.dataType));
  if (!common) {
    throw differingArguments(
      name,
      args.map((one) => one.dataType),
    );
  }
  return args.map((one) => compileCast(one, common, "ansi", context));
}

/** The text of a constant argument, null for NULL; DATATYPE_MISMATCH.NON_FOLDABLE_INPUT where it is no literal. */
export function constant(argument: Typed, name: string, argumentName: string): string | null {
  if (!argument.literal) throw notConstant(name, argumentName);
  return argument.literal.value;
}

/** An expression over operands: an aggregate or non-deterministic where one of them is; nullable where one is, unless said otherwise. */
export function typedFrom(
  operands: readonly Typed[],
  sql: string,
  dataType: DataType,
  nullable: boolean = operands.some((one) => one.nullable),
): Typed {
  return {
    sql,
    dataType,
    nullable,
    ...(operands.some((one) => one.aggregate) ? { aggregate: true } : {}),
    ...(operands.every((one) => one.deterministic !== false) ? {} : { deterministic: false }),
  };
}

/** How a function with fixed argument types is made; see {@link scalar}. */
export interface Signature {
  readonly takes: readonly Expected[];
  /** How many of `takes`, counted from the last, may be left out. */
  readonly optional?: number;
  /** What any further arguments are. */
  readonly rest?: Expected;
  readonly gives: DataType | ((args: readonly Typed[]) => DataType);
  /** Where absent: nullable if an argument is. */
  readonly nullable?: boolean;
  /** Engine SQL from that of the arguments, which have been cast. Self-delimiting. */
  sql(args: readonly string[], typed: readonly Typed[], context: FunctionContext, name: string): string;
}

/**
 * An entry of the registry from its names (separated by spaces) and its signature.
 * @example scalar("upper ucase", { takes: [aString], gives: STRING, sql: ([x]) => `upper(${x})` })
 */
export function scalar(names: string, signature: Signature): ScalarFunction {
  const { takes, optional = 0, rest, gives, nullable } = signature;
  return {
    kind: "scalar",
    names: names.split(" "),
    compile(args, context, name) {
      expectCount(args, name, takes.length - optional, rest ? Number.POSITIVE_INFINITY : takes.length);
      const typed = args.map((one, i) => accept(one, takes[i] ?? rest ?? anything, name, i, context));
      const sql = signature.sql(
        typed.map((one) => one.sql),
        typed,
        context,
        name,
      );
      return typedFrom(typed, sql, typeof gives === "function" ? gives(typed) : gives, nullable);
    },
  };
}
