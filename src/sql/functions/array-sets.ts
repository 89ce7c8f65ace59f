/** Arrays as sets: distinct, union, intersect, except, overlap; NULL is an element like any other. */
import { array, BOOLEAN, type DataType } from "../../schema/data-type.js";
import { tightestCommonType } from "../coercion/coercion.js";
import type { Argument, FunctionContext, FunctionEntry, Typed } from "../typed.js";
import { anArray, expectCount, scalar, typedFrom, values } from "./argument.js";
import { compileCast } from "./cast.js";
import { withList } from "./lambda-binding.js";
import { differingTypes } from "./nested-errors.js";
import { unlessNull } from "./unless-null.js";

/** What is compared of an element: sets of Spark's take 0.0 and -0.0 for two. */
type Key = (item: string) => string;
const itself: Key = (item) => item;
const signedText: Key = (item) => `CASE WHEN isnan(${item}) THEN 'NaN' ELSE CAST(${item} AS VARCHAR) END`;
const keyOf = (type: DataType | undefined): Key =>
  type?.kind === "float" || type?.kind === "double" ? signedText : itself;

const keys = (list: string, key: Key): string =>
  key === itself ? list : `list_transform(${list}, lambda keyed_item: ${key("keyed_item")})`;

/** The first of each group of equal elements, in order. */
const distinct = (list: string, key: Key): string =>
  withList(list, (l) =>
    withList(
      keys(l, key),
      (k) => `list_filter(${l}, lambda first_item, first_at: list_position(${k}, ${key("first_item")}) = first_at)`,
    ),
  );

/** A condition on `set_item`: it is an element of the list, whose keys are given. */
const isIn = (list: string, key: Key): string =>
  `CASE WHEN set_item IS NULL THEN list_count(${list}) < len(${list}) ELSE list_contains(${list}, ${key("set_item")}) END`;

/** Two arrays of one type; throws BINARY_ARRAY_DIFF_TYPES. */
function twoArrays(
  args: readonly Argument[],
  context: FunctionContext,
  name: string,
): readonly [Typed, Typed, DataType] {
  expectCount(args, name, 2);
  const [left, right] = values(args, name) as readonly [Typed, Typed];
  const bothArrays = left.dataType.kind === "array" && right.dataType.kind === "array";
  const element =
    left.dataType.kind === "array" && right.dataType.kind === "array"
      ? tightestCommonType(left.dataType.elementType, right.dataType.elementType)
      : undefined;
  if (!bothArrays || !element) throw differingTypes("BINARY_ARRAY", name, [left.dataType, right.dataType]);
  const type = array(element, hasNulls(left) || hasNulls(right));
  return [compileCast(left, type, "ansi", context), compileCast(right, type, "ansi", context), type];
}

const elementOf = (type: DataType): DataType | undefined => (type.kind === "array" ? type.elementType : undefined);

const hasNulls = (value: Typed): boolean => value.dataType.kind === "array" && value.dataType.containsNull;

function setFunction(name: string, sql: (left: string, right: string, key: Key) => string): FunctionEntry {
  return {
    kind: "scalar",
    names: [name],
    compile(args, context) {
      const [left, right, type] = twoArrays(args, context, name);
      return typedFrom(
        [left, right],
        unlessNull([left, right], sql(left.sql, right.sql, keyOf(elementOf(type)))),
        type,
      );
    },
  };
}

const among = (left: string, right: string, key: Key, not: string): string =>
  withList(keys(right, key), (r) => `list_filter(${distinct(left, key)}, lambda set_item: ${not}${isIn(r, key)})`);

const overlap: FunctionEntry = {
  kind: "scalar",
  names: ["arrays_overlap"],
  compile(args, context, name) {
    const [left, right, type] = twoArrays(args, context, name);
    const key = keyOf(elementOf(type));
    const common = `list_has_any(${keys(left.sql, key)}, ${keys(right.sql, key)})`;
    const open = [left, right].filter(hasNulls).map((one) => `list_count(${one.sql}) < len(${one.sql})`);
    const unknown =
      open.length === 0
        ? ""
        : ` WHEN len(${left.sql}) > 0 AND len(${right.sql}) > 0 AND (${open.join(" OR ")}) THEN NULL`;
    const sql = `(CASE WHEN ${common} THEN TRUE${unknown} ELSE FALSE END)`;
    return typedFrom(
      [left, right],
      unlessNull([left, right], sql),
      BOOLEAN,
      left.nullable || right.nullable || open.length > 0,
    );
  },
};

export const arraySetFunctions: readonly FunctionEntry[] = [
  scalar("array_distinct", {
    takes: [anArray],
    gives: ([list]) => list?.dataType ?? array(BOOLEAN),
    sql: ([list = "NULL"], [typed]) => distinct(list, keyOf(typed && elementOf(typed.dataType))),
  }),
  setFunction("array_union", (left, right, key) => distinct(`list_concat(${left}, ${right})`, key)),
  setFunction("array_intersect", (left, right, key) => among(left, right, key, "")),
  setFunction("array_except", (left, right, key) => among(left, right, key, "NOT ")),
  overlap,
];
