/** UDFs in Spark SQL: the name that a call writes, the engine's function for the types of its arguments, and what their failures are called. */
import {
  callable,
  isUserDefinedFunction,
  type UserCode,
  type UserDefinedFunction,
  type UserFunction,
  udf,
  userFunctionNamed,
} from "../../dataframe/user-function.js";
import type { Engine, Value } from "../../engine/engine.js";
import { isLakeletError, LakeletError } from "../../errors/lakelet-error.js";
import type { DataType } from "../../schema/data-type.js";
import { engineType } from "../../schema/engine-type.js";
import { quoteName, typeText } from "../../schema/type-text.js";
import { parseDataType } from "../../sql/parse/parse.js";
import { type Argument, isLambda, type ScalarFunction, type Typed } from "../../sql/typed.js";

/** The UDFs of one session. */
export class UserFunctions {
  /** By lower-case name. */
  readonly registered = new Map<string, UserFunction>();
  readonly #entries = new Map<UserFunction, ScalarFunction>();

  constructor(private readonly engine: Engine) {}

  /** By that name from now on, a function or an earlier UDF. */
  register(name: string, code: UserCode | UserDefinedFunction, returnType?: string | DataType): UserDefinedFunction {
    const own = isUserDefinedFunction(code) ? code.definition : udf(code, returnType, { name }).definition;
    const definition = { ...own, name };
    this.registered.set(name.toLowerCase(), definition);
    return callable(definition, quoteName(name));
  }

  /** The entry of a UDF, as the registry has entries of Spark's functions. */
  lookup(name: string): ScalarFunction | undefined {
    const found = this.registered.get(name.toLowerCase()) ?? userFunctionNamed(name);
    if (found === undefined) return undefined;
    const entry = this.#entries.get(found) ?? entryOf(found, this.engine);
    this.#entries.set(found, entry);
    return entry;
  }
}

function entryOf(definition: UserFunction, engine: Engine): ScalarFunction {
  const { returnType } = definition;
  const dataType = typeof returnType === "string" ? parseDataType(returnType) : returnType;
  const installed = new Set<string>();
  return {
    kind: "scalar",
    names: [definition.name],
    compile(args) {
      const operands = args.map((one) => operandOf(one, definition));
      const parameters = operands.map((one) => parameterType(one.dataType));
      // Two argument lists of the same types share one function of the engine.
      const name = `spark_udf_${definition.id}_${hashOf(parameters.join(","))}`;
      if (!installed.has(name)) {
        installed.add(name);
        engine.addFunction({
          name,
          parameters,
          returns: engineType(dataType),
          nulls: true,
          volatile: !definition.deterministic,
          ...runner(definition, signatureOf(definition, operands, dataType), dataType.kind === "string"),
        });
      }
      const list = operands.map((one, i) =>
        one.dataType.kind === "void" ? `CAST(NULL AS ${parameters[i]})` : one.sql,
      );
      return {
        sql: `${name}(${list.join(", ")})`,
        dataType,
        nullable: true,
        ...(definition.deterministic ? {} : { deterministic: false }),
      };
    },
  };
}

function operandOf(argument: Argument, { name }: UserFunction): Typed {
  if (!isLambda(argument)) return argument;
  throw new LakeletError({
    condition: "INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION",
    sqlState: "42K0D",
    problem: `A lambda function should only be used in a higher order function. However, its class is ${shownName(name)}, which is not one.`,
    cure: "Call the UDF with columns.",
  });
}

function parameterType(type: DataType): string {
  return type.kind === "void" ? "VARCHAR" : engineType(type);
}

function hashOf(text: string): string {
  let hash = 5381;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 33) ^ text.charCodeAt(i)) >>> 0;
  return hash.toString(36);
}

/** Where text is promised, other scalars become text, as in PySpark. */
function textOf(value: unknown): Value {
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  return (value ?? null) as Value;
}

function runner({ code, vectorized }: UserFunction, signature: string, asText: boolean) {
  if (vectorized) {
    return {
      call: () => null,
      batch: (columns: readonly (readonly Value[])[], rowCount: number) =>
        guarded(signature, () => {
          const values = code(...columns);
          if (!Array.isArray(values) || values.length !== rowCount) {
            const got = Array.isArray(values) ? `${values.length} values` : typeof values;
            throw new Error(`a vectorized UDF must return an array of ${rowCount} values, got ${got}`);
          }
          return values as readonly Value[];
        }),
    };
  }
  return {
    call: (...args: readonly Value[]) =>
      guarded(signature, () => {
        const value = code(...args);
        if (value instanceof Promise) throw new Error("a UDF cannot be an async function");
        return asText ? textOf(value) : ((value ?? null) as Value);
      }),
  };
}

/** Names the function where it fails. */
function guarded<Result>(signature: string, run: () => Result): Result {
  try {
    return run();
  } catch (cause) {
    if (isLakeletError(cause)) throw cause;
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new LakeletError({
      condition: "FAILED_EXECUTE_UDF",
      sqlState: "39000",
      problem: `User defined function (${signature}) failed due to: ${reason}.`,
      cure: "Mend the function; NULLs come to it as null.",
      parameters: { signature, reason },
      cause,
    });
  }
}

function signatureOf({ name }: UserFunction, args: readonly Typed[], result: DataType): string {
  const types = args.map((one) => typeText(one.dataType)).join(", ");
  return `\`${shownName(name)}\`: (${types}) => ${typeText(result)}`;
}

function shownName(name: string): string {
  return name === "" ? "<lambda>" : name;
}
