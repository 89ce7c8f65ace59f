/** and, or, not, is null. */
import { BOOLEAN } from "../../schema/data-type.js";
import type { FunctionContext, FunctionEntry, Typed } from "../typed.js";
import { aBoolean, anything, expectCount, scalar, typedFrom, values } from "./argument.js";
import { compileCast } from "./cast.js";
import { differingOperands, wrongOperands } from "./function-errors.js";

/** A boolean as it is; a string or NULL becomes one; anything else is an error of the operator. */
function asBoolean(value: Typed, name: string, context: FunctionContext): Typed {
  const { kind } = value.dataType;
  if (kind === "boolean" || kind === "string" || kind === "void") return compileCast(value, BOOLEAN, "ansi", context);
  throw wrongOperands(name, '"BOOLEAN"', value.dataType);
}

function connective(name: "and" | "or"): FunctionEntry {
  return {
    kind: "scalar",
    names: [name],
    compile(args, context) {
      expectCount(args, name, 2, Number.POSITIVE_INFINITY);
      const operands = values(args, name);
      const other = operands.find((one) => !["boolean", "string", "void"].includes(one.dataType.kind));
      if (other) {
        const left = operands.find((one) => one !== other) ?? other;
        throw left.dataType.kind === other.dataType.kind
          ? wrongOperands(name, '"BOOLEAN"', other.dataType)
          : differingOperands(name, left.dataType, other.dataType);
      }
      const typed = operands.map((one) => asBoolean(one, name, context));
      return typedFrom(typed, `(${typed.map((one) => one.sql).join(` ${name.toUpperCase()} `)})`, BOOLEAN);
    },
  };
}

export const logicFunctions: readonly FunctionEntry[] = [
  connective("and"),
  connective("or"),
  scalar("not !", { takes: [aBoolean], gives: BOOLEAN, sql: ([x]) => `(NOT ${x})` }),
  scalar("isnull", { takes: [anything], gives: BOOLEAN, nullable: false, sql: ([x]) => `(${x} IS NULL)` }),
  scalar("isnotnull", { takes: [anything], gives: BOOLEAN, nullable: false, sql: ([x]) => `(${x} IS NOT NULL)` }),
];
