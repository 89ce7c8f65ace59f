/** Aggregates: counts, sums, extremes, first and last, collections, truth and bits. */
import type { EngineLibrary } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { array, BOOLEAN, BYTE, type DataType, LONG, STRING } from "../../schema/data-type.js";
import { typeText } from "../../schema/type-text.js";
import type { CallModifiers, FunctionEntry, Typed } from "../typed.js";
import { aggregate, distinctText, type EngineCall } from "./aggregate-entry.js";
import { percentileFunctions } from "./aggregate-percentiles.js";
import { statisticFunctions } from "./aggregate-statistics.js";
import { sumFunctions, sumMacros } from "./aggregate-sums.js";
import { aBoolean, anIntegral, anything, constant, type Expected } from "./argument.js";
import { unsupportedFeature } from "./function-errors.js";
import { isOrderable, needsOrderKey, orderKey } from "./ordering.js";

const sameAsFirst = (args: readonly Typed[]): DataType => args[0]?.dataType ?? LONG;

function countCall(args: readonly Typed[], modifiers: CallModifiers): EngineCall {
  if (modifiers.star || args.length === 0) return { call: "count(*)" };
  const [first] = args;
  if (args.length === 1) return { call: `count(${distinctText(modifiers)}${first?.sql})` };
  const allThere = args.map((one) => `${one.sql} IS NOT NULL`).join(" AND ");
  const counted = modifiers.distinct ? `row(${args.map((one) => one.sql).join(", ")})` : "TRUE";
  return { call: `count(${distinctText(modifiers)}CASE WHEN ${allThere} THEN ${counted} END)` };
}

function notOrderable(name: string, type: DataType): LakeletError {
  const text = `"${typeText(type).toUpperCase()}"`;
  return new LakeletError({
    condition: "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
    sqlState: "42K09",
    problem: `The function \`${name}\` needs values that have an order, and ${text} has none.`,
    parameters: { functionName: `\`${name}\``, dataType: text },
  });
}

const ordered: Expected = { text: "a type that has an order", target: (type) => type };

/** The engine's extreme, by a key of Spark's order where nested values may hold NULLs. */
function extreme(direction: "min" | "max"): FunctionEntry {
  return aggregate(direction, {
    takes: [ordered],
    gives: sameAsFirst,
    make([value], _modifiers, _context, name) {
      const { sql, dataType } = value as Typed;
      if (!isOrderable(dataType)) throw notOrderable(name, dataType);
      if (!needsOrderKey(dataType)) return { call: `${direction}(${sql})` };
      return { call: `arg_${direction}(${sql}, CASE WHEN ${sql} IS NOT NULL THEN ${orderKey(sql, dataType)} END)` };
    },
  });
}

function extremeBy(direction: "min" | "max"): FunctionEntry {
  return aggregate(`${direction}_by`, {
    takes: [anything, ordered],
    gives: sameAsFirst,
    make([value, by], _modifiers, _context, name) {
      const { sql, dataType } = by as Typed;
      if (!isOrderable(dataType)) throw notOrderable(name, dataType);
      const key = needsOrderKey(dataType) ? `CASE WHEN ${sql} IS NOT NULL THEN ${orderKey(sql, dataType)} END` : sql;
      return { call: `arg_${direction}_null(${value?.sql}, ${key})` };
    },
  });
}

/** first and last: with NULLs unless told otherwise, by the second argument or by IGNORE NULLS. */
function edge(names: string, engine: "first" | "last"): FunctionEntry {
  return aggregate(names, {
    takes: [anything, aBoolean],
    optional: 1,
    ignoresNulls: true,
    gives: sameAsFirst,
    make([value, flag], modifiers, _context, name) {
      const sql = value?.sql ?? "NULL";
      const ignoreNulls =
        modifiers.ignoreNulls || (flag !== undefined && constant(flag, name, "ignoreNulls") === "true");
      if (modifiers.windowed) return { call: `${engine}_value(${sql}${ignoreNulls ? " IGNORE NULLS" : ""})` };
      if (!ignoreNulls) return { call: `${engine}(${sql})` };
      return engine === "first" ? { call: `any_value(${sql})` } : { call: `last(${sql})`, where: `${sql} IS NOT NULL` };
    },
  });
}

function collection(names: string, distinct: boolean): FunctionEntry {
  return aggregate(names, {
    takes: [anything],
    gives: (args) => array(sameAsFirst(args), false),
    nullable: false,
    make([value], modifiers, _context, name) {
      const { sql, dataType, nullable } = value as Typed;
      if (distinct && dataType.kind === "map") throw unsupportedInput(name, dataType);
      const all = "coalesce({call}, [])";
      return {
        call: `list(${distinct || modifiers.distinct ? "DISTINCT " : ""}${sql})`,
        around: nullable ? `list_filter(${all}, lambda item: item IS NOT NULL)` : all,
      };
    },
  });
}

function unsupportedInput(name: string, type: DataType): LakeletError {
  return new LakeletError({
    condition: "DATATYPE_MISMATCH.UNSUPPORTED_INPUT_TYPE",
    sqlState: "42K09",
    problem: `The function \`${name}\` does not take "${typeText(type).toUpperCase()}".`,
    parameters: { functionName: `\`${name}\``, dataType: `"${typeText(type).toUpperCase()}"` },
  });
}

const truth = (names: string, engine: string) =>
  aggregate(names, { takes: [aBoolean], gives: BOOLEAN, make: ([x]) => ({ call: `${engine}(${x?.sql})` }) });

const bits = (name: string) =>
  aggregate(name, {
    takes: [anIntegral],
    gives: sameAsFirst,
    make: ([x], modifiers) => ({ call: `${name}(${distinctText(modifiers)}${x?.sql})` }),
  });

const mode = aggregate("mode", {
  takes: [anything, aBoolean],
  optional: 2,
  ordered: true,
  gives: (args, { withinGroup }) => withinGroup[0]?.value.dataType ?? sameAsFirst(args),
  make([value, flag], { withinGroup }, _context, name) {
    const [item] = withinGroup;
    if (item) return { call: `mode(${item.value.sql} ORDER BY ${item.value.sql}${item.descending ? " DESC" : ""})` };
    const sql = value?.sql ?? "NULL";
    const smallest = flag !== undefined && constant(flag, name, "deterministic") === "true";
    return { call: `mode(${sql}${smallest ? ` ORDER BY ${sql}` : ""})` };
  },
});

const listagg = aggregate("listagg string_agg", {
  takes: [anything, anything],
  optional: 1,
  ordered: true,
  gives: STRING,
  make([value, separator], modifiers, _context, name) {
    if (value?.dataType.kind === "binary") {
      throw unsupportedFeature(
        `\`${name}\` of binaries is not supported.`,
        "Use `array_join(collect_list(...))` of texts.",
      );
    }
    const text = `CAST(${value?.sql} AS VARCHAR)`;
    const between = separator && separator.dataType.kind !== "void" ? separator.sql : "''";
    const order = modifiers.withinGroup.map(
      ({ value: by, descending }) => `${by.sql} ${descending ? "DESC NULLS LAST" : "ASC NULLS FIRST"}`,
    );
    const orderBy = order.length > 0 ? ` ORDER BY ${order.join(", ")}` : "";
    return { call: `string_agg(${distinctText(modifiers)}${text}, ${between}${orderBy})` };
  },
});

const refusals: readonly FunctionEntry[] = [
  {
    kind: "refused",
    names: ["hll_sketch_agg", "hll_union_agg"],
    alternative: "count(DISTINCT ...)",
  },
];

export const aggregateFunctions: readonly FunctionEntry[] = [
  aggregate("count", { takes: [anything], optional: 1, rest: anything, gives: LONG, nullable: false, make: countCall }),
  aggregate("count_if", {
    takes: [aBoolean],
    gives: LONG,
    nullable: false,
    make: ([x], modifiers) => ({ call: `count(${distinctText(modifiers)}CASE WHEN ${x?.sql} THEN TRUE END)` }),
  }),
  // Exact instead of HyperLogLog++: an answer that is never farther off than Spark's.
  aggregate("approx_count_distinct", {
    takes: [anything, anything],
    optional: 1,
    gives: LONG,
    nullable: false,
    make: ([x]) => ({ call: `count(DISTINCT ${x?.sql})` }),
  }),
  ...sumFunctions,
  extreme("min"),
  extreme("max"),
  extremeBy("min"),
  extremeBy("max"),
  edge("first first_value any_value", "first"),
  edge("last last_value", "last"),
  collection("collect_list array_agg", false),
  collection("collect_set", true),
  mode,
  listagg,
  truth("bool_and every", "bool_and"),
  truth("bool_or some any", "bool_or"),
  bits("bit_and"),
  bits("bit_or"),
  bits("bit_xor"),
  aggregate("grouping", {
    takes: [anything],
    gives: BYTE,
    nullable: false,
    make: ([x]) => ({ call: `grouping(${x?.sql})`, around: "CAST({call} AS TINYINT)" }),
  }),
  // Without arguments analysis gives it the expressions of GROUP BY.
  aggregate("grouping_id", {
    takes: [anything],
    rest: anything,
    gives: LONG,
    nullable: false,
    make: (args) => ({
      call: `grouping_id(${args.map((one) => one.sql).join(", ")})`,
      around: "CAST({call} AS BIGINT)",
    }),
  }),
  ...statisticFunctions,
  ...percentileFunctions,
  ...refusals,
];

export const aggregateLibrary: EngineLibrary = { macros: sumMacros, functions: [] };
