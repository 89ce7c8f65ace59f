/** Arrays: making them, reading elements, searching, changing. */
import type { EngineLibrary } from "../../engine/engine.js";
import { array, BOOLEAN, type DataType, field, INTEGER, LONG, STRING, struct, VOID } from "../../schema/data-type.js";
import { engineName, engineType } from "../../schema/engine-type.js";
import { tightestCommonType, widerTypeWithoutStrings } from "../coercion/coercion.js";
import { type Argument, type FunctionContext, type FunctionEntry, isLambda, type Typed } from "../typed.js";
import {
  accept,
  anArray,
  anInt,
  anything,
  aString,
  type Expected,
  expectCount,
  scalar,
  toCommonType,
  typedFrom,
  values,
} from "./argument.js";
import { arrayOrderFunctions } from "./array-order.js";
import { arraySetFunctions } from "./array-sets.js";
import { compileCast } from "./cast.js";
import { unexpectedInputType } from "./function-errors.js";
import { withList } from "./lambda-binding.js";
import { differingTypes } from "./nested-errors.js";
import { once } from "./once.js";
import { sequenceFunctions, sequenceMacros } from "./sequences.js";
import { refuseDuplicates } from "./structs.js";
import { subscriptFunctions, subscriptMacros } from "./subscripts.js";
import { unlessNull } from "./unless-null.js";

export const elementOf = (value: Typed | undefined): DataType =>
  value?.dataType.kind === "array" ? value.dataType.elementType : VOID;

const hasNulls = (value: Typed): boolean => value.dataType.kind === "array" && value.dataType.containsNull;

/** An array of the arguments in their common type. */
function compileArray(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  const items = args.length === 0 ? [] : toCommonType(values(args, name), name, context);
  const element = items[0]?.dataType ?? VOID;
  const type = array(
    element,
    items.some((one) => one.nullable),
  );
  const list = `list_value(${items.map((one) => one.sql).join(", ")})`;
  const sql = items.every((one) => one.dataType.kind === "void") ? `CAST(${list} AS ${engineType(type)})` : list;
  return typedFrom(items, sql, type, false);
}

/** An array and a value in the type that holds the elements of both; throws ARRAY_FUNCTION_DIFF_TYPES. */
export function arrayAndValue(
  args: readonly Argument[],
  context: FunctionContext,
  name: string,
): readonly [Typed, Typed] {
  expectCount(args, name, 2);
  const [list, value] = values(args, name) as readonly [Typed, Typed];
  const widen = name === "array_contains" ? widerTypeWithoutStrings : tightestCommonType;
  const element = list.dataType.kind === "array" ? widen(list.dataType.elementType, value.dataType) : undefined;
  if (element === undefined || value.dataType.kind === "void") {
    throw list.dataType.kind === "array" && value.dataType.kind !== "void"
      ? differingTypes("ARRAY_FUNCTION", name, [list.dataType, value.dataType])
      : nullOrMismatch(list, value, name);
  }
  const type = array(element, hasNulls(list));
  return [compileCast(list, type, "ansi", context), compileCast(value, element, "ansi", context)];
}

function nullOrMismatch(list: Typed, value: Typed, name: string): Error {
  if (list.dataType.kind === "array") {
    return unexpectedInputType(name, 1, "a value of the array's element type", value.dataType);
  }
  return unexpectedInputType(name, 0, 'the "ARRAY" type', list.dataType);
}

/** True where found, NULL where it could be among the NULLs. */
function containsSql(list: Typed, value: Typed): string {
  const found = `list_contains(${list.sql}, ${value.sql})`;
  if (!hasNulls(list) && !list.nullable && !value.nullable) return found;
  const unknown = [
    ...(list.nullable ? [`${list.sql} IS NULL`] : []),
    ...(value.nullable ? [`${value.sql} IS NULL`] : []),
  ];
  const first = unknown.length > 0 ? `WHEN ${unknown.join(" OR ")} THEN NULL ` : "";
  const mayBe = hasNulls(list) ? ` WHEN list_count(${list.sql}) < len(${list.sql}) THEN NULL` : "";
  return `(CASE ${first}WHEN ${found} THEN TRUE${mayBe} ELSE FALSE END)`;
}

const arrayContains: FunctionEntry = {
  kind: "scalar",
  names: ["array_contains"],
  compile(args, context, name) {
    const [list, value] = arrayAndValue(args, context, name);
    return typedFrom(
      [list, value],
      containsSql(list, value),
      BOOLEAN,
      list.nullable || value.nullable || hasNulls(list),
    );
  },
};

/** An array, and NULL where a value of it is wanted. */
function isNullOf(args: readonly Argument[]): args is readonly [Typed, Typed] {
  const [list, value] = args;
  if (args.length !== 2 || !list || !value || isLambda(list) || isLambda(value)) return false;
  return list.dataType.kind === "array" && value.dataType.kind === "void";
}

const arrayPosition: FunctionEntry = {
  kind: "scalar",
  names: ["array_position"],
  compile(args, context, name) {
    if (isNullOf(args)) return typedFrom([args[0]], "CAST(NULL AS BIGINT)", LONG, true);
    const [list, value] = arrayAndValue(args, context, name);
    const found = `CAST(coalesce(list_position(${list.sql}, ${value.sql}), 0) AS BIGINT)`;
    return typedFrom([list, value], unlessNull([list, value], found), LONG);
  },
};

const arrayRemove: FunctionEntry = {
  kind: "scalar",
  names: ["array_remove"],
  compile(args, context, name) {
    if (isNullOf(args)) {
      const [{ dataType }] = args;
      return typedFrom([args[0]], `CAST(NULL AS ${engineType(dataType)})`, dataType, true);
    }
    const [list, value] = arrayAndValue(args, context, name);
    const kept = `list_filter(${list.sql}, lambda removed_item: removed_item IS DISTINCT FROM ${value.sql})`;
    return typedFrom([list, value], unlessNull([value], kept), list.dataType);
  },
};

/** array_append and array_prepend: the value may be NULL. */
function extended(name: string, sql: (list: string, value: string) => string): FunctionEntry {
  return {
    kind: "scalar",
    names: [name],
    compile(args, context) {
      expectCount(args, name, 2);
      const [list, value] = values(args, name) as readonly [Typed, Typed];
      if (list.dataType.kind !== "array") throw unexpectedInputType(name, 0, 'the "ARRAY" type', list.dataType);
      const element = tightestCommonType(list.dataType.elementType, value.dataType);
      if (!element) throw differingTypes("ARRAY_FUNCTION", name, [list.dataType, value.dataType]);
      const type = array(element, list.dataType.containsNull || value.nullable);
      const one = compileCast(value, element, "ansi", context);
      const all = compileCast(list, type, "ansi", context);
      const item = `CAST([${one.sql}] AS ${engineType(type)})`;
      return typedFrom([list, value], unlessNull([list], sql(all.sql, item)), type, list.nullable);
    },
  };
}

/** The texts with one between them that is another in each row. */
function joinedBy(texts: string, separator: string): string {
  const operand = { sql: `list_filter(${texts}, lambda joined_text: joined_text IS NOT NULL)`, deterministic: false };
  return once(
    operand,
    (all) =>
      `CASE WHEN len(${all}) > 0 THEN list_reduce(${all}, lambda so_far, next_text: so_far || ${separator} || next_text) ELSE '' END`,
  );
}

const arrayJoin = scalar("array_join", {
  takes: [anArray, aString, aString],
  optional: 1,
  gives: STRING,
  sql(_sql, [list, separator, replacement], context) {
    const texts = compileCast(list as Typed, array(STRING), "ansi", context);
    const filled = replacement
      ? `list_transform(${texts.sql}, lambda joined_item: coalesce(joined_item, ${replacement.sql}))`
      : texts.sql;
    // The engine's text of a list of NULLs alone is NULL, and it wants a constant between them.
    const joined = separator?.literal
      ? `coalesce(array_to_string(${filled}, ${separator.sql}), '')`
      : joinedBy(filled, separator?.sql ?? "''");
    return unlessNull([list as Typed, separator as Typed, ...(replacement ? [replacement] : [])], joined);
  },
});

const arraysZip = (names: readonly string[], lists: readonly Typed[]): Typed => {
  const fields = lists.map((one, i) => field(names[i] ?? String(i), elementOf(one), true));
  refuseDuplicates(fields);
  const packed = fields.map((one, i) => `${engineName(one.name)} := zipped[${i + 1}]`).join(", ");
  const zipped = `list_transform(list_zip(${lists.map((one) => one.sql).join(", ")}), lambda zipped: struct_pack(${packed}))`;
  return typedFrom(lists, unlessNull(lists, zipped), array(struct(fields), false));
};

/** No other number is cast to it. */
const exactlyInt: Expected = {
  text: 'the "INT" type',
  target: (type) => (type.kind === "integer" || type.kind === "void" ? INTEGER : undefined),
};

const sameAsFirst = ([first]: readonly Typed[]): DataType => first?.dataType ?? VOID;

export const arrayFunctions: readonly FunctionEntry[] = [
  { kind: "scalar", names: ["array"], compile: compileArray },
  ...subscriptFunctions,
  arrayContains,
  arrayPosition,
  arrayRemove,
  arrayJoin,
  ...arraySetFunctions,
  ...arrayOrderFunctions,
  ...sequenceFunctions,
  extended("array_append", (list, item) => `list_concat(${list}, ${item})`),
  extended("array_prepend", (list, item) => `list_concat(${item}, ${list})`),
  scalar("array_compact", {
    takes: [anArray],
    gives: ([list]) => array(elementOf(list), false),
    sql: ([list]) => `list_filter(${list}, lambda kept_item: kept_item IS NOT NULL)`,
  }),
  {
    kind: "scalar",
    names: ["array_insert"],
    compile(args, context, name) {
      expectCount(args, name, 3);
      const position = accept(args[1] as Argument, anInt, name, 1, context);
      if (position.literal?.value === null) throw unexpectedInputType(name, 1, 'the "INT" type', VOID);
      const [list, value] = values([args[0] as Argument, args[2] as Argument], name) as readonly [Typed, Typed];
      const element = list.dataType.kind === "array" ? tightestCommonType(elementOf(list), value.dataType) : undefined;
      if (!element) throw differingTypes("ARRAY_FUNCTION", name, [list.dataType, value.dataType]);
      const type = array(element, true);
      const all = compileCast(list, type, "ansi", context);
      const item = `CAST([${compileCast(value, element, "ansi", context).sql}] AS ${engineType(type)})`;
      const sql = `spark_array_insert(${all.sql}, ${position.sql}, ${item})`;
      return typedFrom(
        [list, position, value],
        unlessNull([list, position], sql),
        type,
        list.nullable || position.nullable,
      );
    },
  },
  scalar("array_repeat", {
    takes: [anything, exactlyInt],
    gives: ([value]) => array(sameAsFirst(value ? [value] : []), value?.nullable ?? true),
    sql: (_sql, [value, count]) => {
      const times = count as Typed;
      const list = `repeat(CAST([${value?.sql}] AS ${engineType(array(value?.dataType ?? VOID))}), greatest(${times.sql}, 0))`;
      return unlessNull([times], list);
    },
  }),
  {
    kind: "scalar",
    names: ["flatten"],
    compile(args, context, name) {
      expectCount(args, name, 1);
      const list = accept(args[0] as Argument, anArray, name, 0, context);
      const inner = elementOf(list);
      if (inner.kind !== "array") throw unexpectedInputType(name, 0, 'the "ARRAY" of "ARRAY" type', list.dataType);
      const sql = hasNulls(list)
        ? withList(list.sql, (l) => `CASE WHEN list_count(${l}) = len(${l}) THEN flatten(${l}) END`)
        : `flatten(${list.sql})`;
      return typedFrom([list], `(${sql})`, inner, list.nullable || hasNulls(list));
    },
  },
  scalar("slice", {
    takes: [anArray, anInt, anInt],
    gives: sameAsFirst,
    sql: ([list, start, length], typed) => unlessNull(typed, `spark_slice(${list}, ${start}, ${length})`),
  }),
  // Analysis knows the names of the arguments, and calls the second form.
  {
    kind: "scalar",
    names: ["arrays_zip"],
    compile(args, context, name) {
      const lists = args.map((one, i) => accept(one, anArray, name, i, context));
      return arraysZip(
        lists.map((_, i) => String(i)),
        lists,
      );
    },
  },
  {
    kind: "scalar",
    names: ["named_arrays_zip"],
    compile(args, context, name) {
      const names = values(args, name).filter((_, i) => i % 2 === 0);
      const lists = args.filter((_, i) => i % 2 === 1).map((one, i) => accept(one, anArray, "arrays_zip", i, context));
      return arraysZip(
        names.map((one) => one.literal?.value ?? ""),
        lists,
      );
    },
  },
];

const INSERT = `CREATE OR REPLACE MACRO spark_array_insert(l, p, v) AS CASE
  WHEN p = 0 THEN error('[lakelet:INVALID_INDEX_OF_ZERO|22003] The index 0 is invalid. An index shall be either < 0 or > 0 (the first element has index 1).')
  WHEN p > 0 THEN list_concat(list_resize(l, greatest(least(p - 1, 2147483647), 0)), v, list_slice(l, p, len(l)))
  WHEN len(l) + p + 1 >= 0 THEN list_concat(list_slice(l, 1, len(l) + p + 1), v, list_slice(l, len(l) + p + 2, len(l)))
  ELSE list_concat(v, list_resize(list_slice(l, 1, 0), -(len(l) + p + 1)), l) END`;

const invalidParameter = (parameter: string, message: string) =>
  `error('[lakelet:INVALID_PARAMETER_VALUE.${parameter}|22023] The parameter ${parameter.toLowerCase()} of slice is invalid: ${message}.')`;

const SLICE = `CREATE OR REPLACE MACRO spark_slice(l, s, n) AS CASE
  WHEN s = 0 THEN ${invalidParameter("START", "it must not be 0")}
  WHEN n < 0 THEN ${invalidParameter("LENGTH", "it must not be negative")}
  WHEN s > 0 THEN list_slice(l, s, CAST(s AS BIGINT) + n - 1)
  WHEN len(l) + s < 0 THEN list_slice(l, 1, 0)
  ELSE list_slice(l, len(l) + s + 1, len(l) + s + n) END`;

export const arrayLibrary: EngineLibrary = {
  macros: { ...subscriptMacros, ...sequenceMacros, spark_array_insert: INSERT, spark_slice: SLICE },
  functions: [],
};
