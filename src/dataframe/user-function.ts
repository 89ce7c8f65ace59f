/** UDFs: functions in TypeScript that expressions call. Those without a registered name are known in the whole process. */
import type { Value } from "../engine/engine.js";
import { LakeletError } from "../errors/lakelet-error.js";
import type { DataType } from "../schema/data-type.js";
import { Column, type ColumnOrName, columnText } from "./column.js";

/** A function of values as `collect` gives them, null for NULL; or, vectorized, of one array a column. */
export type UserCode = (...args: never[]) => unknown;

export interface UserFunctionOptions {
  /** False: called for each row anew, and never moved. */
  readonly deterministic?: boolean;
  /** True: called with whole columns, an array for each argument, and gives an array of as many values. */
  readonly vectorized?: boolean;
  /** What errors and columns are named by; the function's own name otherwise. */
  readonly name?: string;
}

/** What is known of a UDF. */
export interface UserFunction {
  readonly id: number;
  readonly name: string;
  readonly code: (...args: readonly (Value | readonly Value[])[]) => unknown;
  /** Spark DDL or a type. */
  readonly returnType: string | DataType;
  readonly deterministic: boolean;
  readonly vectorized: boolean;
}

/** A UDF: called with columns, or names of columns, it gives a Column. */
export interface UserDefinedFunction {
  (...columns: ColumnOrName[]): Column;
  readonly definition: UserFunction;
  readonly returnType: string | DataType;
  readonly deterministic: boolean;
  /** The same function, called for each row anew. */
  asNondeterministic(): UserDefinedFunction;
}

const known = new Map<number, UserFunction>();
let last = 0;

/**
 * A UDF of a function and the type of what it gives (STRING where none is named). A value of another type is an error, not NULL.
 *
 * It runs row by row in this process, on its one thread of JavaScript: about a microsecond a row, where the engine's own functions
 * take a few nanoseconds. Use one where no function does the work.
 * @example
 * const initials = udf((name: string | null) => name?.replace(/[^A-Z]/g, "") ?? null, "string");
 * people.select(initials("name").alias("initials"));
 */
export function udf(
  code: UserCode,
  returnType: string | DataType = "string",
  options: UserFunctionOptions = {},
): UserDefinedFunction {
  if (typeof code !== "function") throw notCallable(typeof code);
  last += 1;
  const { deterministic = true, vectorized = false, name = code.name } = options;
  const definition: UserFunction = {
    id: last,
    name,
    code: code as UserFunction["code"],
    returnType,
    deterministic,
    vectorized,
  };
  known.set(last, definition);
  return callable(definition, `__udf_${last}_${name.replace(/\W/g, "")}`);
}

/** A UDF called by the name in Spark SQL. */
export function callable(definition: UserFunction, sqlName: string): UserDefinedFunction {
  const call = (...columns: ColumnOrName[]) => new Column(`${sqlName}(${columns.map(columnText).join(", ")})`);
  const { code, returnType, vectorized, name } = definition;
  return Object.assign(call, {
    definition,
    returnType,
    deterministic: definition.deterministic,
    asNondeterministic: () => udf(code as UserCode, returnType, { deterministic: false, vectorized, name }),
  });
}

/** The UDF that a name in Spark SQL means, where {@link udf} made the name. */
export function userFunctionNamed(sqlName: string): UserFunction | undefined {
  const id = /^__udf_(\d+)_/i.exec(sqlName)?.[1];
  return id === undefined ? undefined : known.get(Number(id));
}

export function isUserDefinedFunction(value: unknown): value is UserDefinedFunction {
  return typeof value === "function" && "definition" in value && "asNondeterministic" in value;
}

function notCallable(type: string): LakeletError {
  return new LakeletError({
    condition: "NOT_CALLABLE",
    sqlState: "42K0E",
    problem: `Argument \`func\` should be a callable, got ${type}.`,
    cure: 'Give a function: udf((x) => x, "int").',
    parameters: { arg_name: "func", arg_type: type },
  });
}
