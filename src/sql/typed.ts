/** A compiled expression: engine SQL with Spark's type; and the entry of the registry that makes one from a function call. */
import type { DataType } from "../schema/data-type.js";

export interface Typed {
  /** Engine SQL; self-delimiting (a name, a call, or in parentheses), so that it can be an operand as it is. */
  readonly sql: string;
  readonly dataType: DataType;
  readonly nullable: boolean;
  /** Text of the constant where the expression is a literal (or a negated one): `value` of the literal, null for NULL. */
  readonly literal?: { readonly value: string | null };
  /** Texts of the keys and values where the expression is a map of literals: the options of from_json and the like. */
  readonly entries?: Readonly<Record<string, string>>;
  /** Engine SQL of the bytes where the engine SQL `text` casts them to a string, which fails for bytes that are no UTF-8. */
  readonly bytes?: { readonly sql: string; readonly text: string };
  /** True where it contains an aggregate (not in a window). */
  readonly aggregate?: boolean;
  /** False for rand() and the like; absent means deterministic. */
  readonly deterministic?: boolean;
}

/** A lambda argument: compile its body with its parameters bound to typed engine SQL. */
export interface TypedLambda {
  readonly lambda: true;
  readonly parameters: readonly string[];
  /** Engine names of the parameters, quoted, to write before `->`. */
  readonly engineParameters: readonly string[];
  compile(parameterTypes: readonly { readonly dataType: DataType; readonly nullable: boolean }[]): Typed;
}

export type Argument = Typed | TypedLambda;

export function isLambda(argument: Argument): argument is TypedLambda {
  return "lambda" in argument;
}

/** What a function may ask of its surroundings. */
export interface FunctionContext {
  /** IANA name, e.g. `UTC`. */
  readonly timeZone: string;
  /** Spark's `current_timestamp()` of the statement: microseconds since the epoch. Same in the whole statement. */
  readonly now: bigint;
  readonly currentCatalog: string;
  readonly currentSchema: string;
  readonly currentUser: string;
  /** True where the rows' values are asked for, and no file can be left out by a condition. */
  readonly asksForValues?: boolean;
  /** Engine SQL of the file of the row (`input_file_name()`, `_metadata`), where the query reads one file source. */
  readonly fileName?: string;
  /**
   * The session's variable that a name means, with the struct fields that the rest of it selects; undefined where there is none. Columns,
   * also those of outer queries, go before variables: analysis asks last.
   */
  variable?(parts: readonly string[]): { readonly value: Typed; readonly fields: readonly string[] } | undefined;
  /** Functions of the user by name; they come before Spark's own. */
  userFunction?(name: string): ScalarFunction | undefined;
  /** A fresh seed for rand() without one. */
  seed(): number;
}

/** How a call was written, beside its arguments. */
export interface CallModifiers {
  readonly distinct: boolean;
  readonly ignoreNulls: boolean;
  /** True for `count(*)`. */
  readonly star: boolean;
  /** Engine SQL of `FILTER (WHERE ...)` to append to an aggregate, or "". */
  readonly filter: string;
  /** Items of WITHIN GROUP (ORDER BY ...), compiled. */
  readonly withinGroup: readonly { readonly value: Typed; readonly descending: boolean }[];
  /** True where OVER follows: the compiled SQL must then be one call that `OVER (...)` can follow, wrapped by `wrap`. */
  readonly windowed: boolean;
}

/**
 * An aggregate or window function must let analysis put `FILTER` and `OVER` behind the engine's call itself, with any cast outside:
 * `sql` is the whole with `{call}` standing for `<engine call><filter><over>`; e.g. sum(int) = { call: "sum(x)", around: "CAST({call} AS BIGINT)" }.
 */
export interface AggregateCall {
  readonly call: string;
  /** Text with `{call}` in it, each occurrence replaced. */
  readonly around: string;
  /** Further engine calls over the same rows, `{call1}`, `{call2}` ... in `around`; FILTER and OVER go behind each of them, too. */
  readonly further?: readonly string[];
  /** Engine SQL of a condition that rows must meet besides the user's FILTER; never set where windowed. See aggregateSql. */
  readonly where?: string;
  readonly dataType: DataType;
  readonly nullable: boolean;
  readonly deterministic?: boolean;
}

export interface ScalarFunction {
  readonly kind: "scalar";
  readonly names: readonly string[];
  /** Throws through the factories in function-errors.ts: WRONG_NUM_ARGS, DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE. */
  compile(args: readonly Argument[], context: FunctionContext, name: string): Typed;
}
export interface AggregateFunction {
  readonly kind: "aggregate" | "window";
  readonly names: readonly string[];
  compile(args: readonly Argument[], modifiers: CallModifiers, context: FunctionContext, name: string): AggregateCall;
}
/** explode, posexplode, inline, stack, json_tuple: rows from one row. */
export interface GeneratorFunction {
  readonly kind: "generator";
  readonly names: readonly string[];
  /**
   * `list` is engine SQL of a LIST of STRUCT whose fields are the output columns under their engine names, to be unnested;
   * NULL or empty gives no row (one row of NULLs where `outer`).
   */
  compile(
    args: readonly Argument[],
    context: FunctionContext,
    name: string,
  ): {
    readonly list: string;
    readonly outer: boolean;
    readonly columns: readonly { readonly name: string; readonly dataType: DataType; readonly nullable: boolean }[];
  };
}
/** A Spark function that is known and not available here. */
export interface RefusedFunction {
  readonly kind: "refused";
  readonly names: readonly string[];
  readonly alternative: string;
}
export type FunctionEntry = ScalarFunction | AggregateFunction | GeneratorFunction | RefusedFunction;
