/** Functions that stand before OVER only: ranks, and values of other rows. */
import type { EngineLibrary } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { type DataType, DOUBLE, INTEGER } from "../../schema/data-type.js";
import type { FunctionEntry, Typed } from "../typed.js";
import { windowOnly } from "./aggregate-entry.js";
import { aBoolean, anInt, anything, constant, type Expected } from "./argument.js";
import { compileCast } from "./cast.js";

/** Spark takes arguments of rank(x) and the like, and looks at the ORDER BY all the same. */
const rank = (name: string, rest?: Expected) =>
  windowOnly(name, {
    takes: [],
    ...(rest ? { rest } : {}),
    gives: INTEGER,
    nullable: false,
    make: () => ({ call: `${name}()`, around: "CAST({call} AS INTEGER)" }),
  });

const share = (name: string, rest?: Expected) =>
  windowOnly(name, {
    takes: [],
    ...(rest ? { rest } : {}),
    gives: DOUBLE,
    nullable: false,
    make: () => ({ call: `${name}()` }),
  });

/** A literal whole number of at least 1. */
function atLeastOne(argument: Typed | undefined, name: string, argumentName: string, least = 1): string {
  const value = argument ? constant(argument, name, argumentName) : "1";
  if (value === null || !(Number(value) >= least)) {
    throw new LakeletError({
      condition: "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
      sqlState: "42K09",
      problem: `The ${argumentName} of \`${name}\` must be at least ${least}, not ${value}.`,
      parameters: { exprName: argumentName, valueRange: "(0, 2147483647]", currentValue: String(value) },
    });
  }
  return value;
}

function neighbour(name: "lag" | "lead"): FunctionEntry {
  return windowOnly(name, {
    takes: [anything, anInt, anything],
    optional: 2,
    ignoresNulls: true,
    gives: ([value]): DataType => value?.dataType ?? INTEGER,
    make([value, offset, otherwise], { ignoreNulls }, context) {
      const { sql, dataType } = value as Typed;
      const steps = offset ? atLeastOne(offset, name, "offset", Number.NEGATIVE_INFINITY) : "1";
      const filler = otherwise ? compileCast(otherwise, dataType, "ansi", context).sql : undefined;
      const args = [sql, steps, ...(filler === undefined ? [] : [filler])].join(", ");
      return { call: `${name}(${args}${ignoreNulls ? " IGNORE NULLS" : ""})` };
    },
  });
}

export const windowFunctions: readonly FunctionEntry[] = [
  rank("row_number"),
  rank("rank", anything),
  rank("dense_rank", anything),
  share("percent_rank", anything),
  share("cume_dist"),
  windowOnly("ntile", {
    takes: [anInt],
    optional: 1,
    gives: INTEGER,
    nullable: false,
    make: ([buckets], _modifiers, _context, name) => ({
      call: `ntile(${atLeastOne(buckets, name, "buckets")})`,
      around: "CAST({call} AS INTEGER)",
    }),
  }),
  neighbour("lag"),
  neighbour("lead"),
  windowOnly("nth_value", {
    takes: [anything, anInt, aBoolean],
    optional: 1,
    ignoresNulls: true,
    gives: ([value]): DataType => value?.dataType ?? INTEGER,
    make([value, offset, flag], { ignoreNulls }, _context, name) {
      const skips = ignoreNulls || (flag !== undefined && constant(flag, name, "ignoreNulls") === "true");
      const rank = atLeastOne(offset, name, "offset");
      return { call: `nth_value(${value?.sql}, ${rank}${skips ? " IGNORE NULLS" : ""})` };
    },
  }),
];

export const windowLibrary: EngineLibrary = { macros: {}, functions: [] };
