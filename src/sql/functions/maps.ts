/** Maps: making them, their keys and values, joining them. A key stands once, and is never NULL. */
import type { EngineLibrary } from "../../engine/engine.js";
import {
  array,
  BOOLEAN,
  type DataType,
  field,
  type MapType,
  map,
  STRING,
  struct,
  VOID,
} from "../../schema/data-type.js";
import { engineString, engineType } from "../../schema/engine-type.js";
import { tightestCommonType, widerTypeWithoutStrings } from "../coercion/coercion.js";
import type { Argument, FunctionContext, FunctionEntry, Typed } from "../typed.js";
import {
  accept,
  aMap,
  anArray,
  aString,
  constant,
  expectCount,
  scalar,
  toCommonType,
  typedFrom,
  values,
} from "./argument.js";
import { compileCast } from "./cast.js";
import { raise, unexpectedInputType, wrongArgumentCount } from "./function-errors.js";
import { withList } from "./lambda-binding.js";
import { differingTypes } from "./nested-errors.js";
import { unlessNull } from "./unless-null.js";

const mapOf = (value: Typed | undefined): MapType =>
  value?.dataType.kind === "map" ? value.dataType : map(VOID, VOID);

function compileMap(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  if (args.length % 2 === 1) throw wrongArgumentCount(name, "2n (n > 0)", args.length);
  const all = values(args, name);
  if (all.length === 0)
    return { sql: `CAST(MAP {} AS ${engineType(map(VOID, VOID))})`, dataType: map(VOID, VOID, false), nullable: false };
  const keys = toCommonType(
    all.filter((_, i) => i % 2 === 0),
    name,
    context,
  );
  const mapped = toCommonType(
    all.filter((_, i) => i % 2 === 1),
    name,
    context,
  );
  const keyType = keys[0]?.dataType ?? VOID;
  const valueType = mapped[0]?.dataType ?? VOID;
  const list = (items: readonly Typed[], type: DataType) =>
    `CAST([${items.map((one) => one.sql).join(", ")}] AS ${engineType(array(type))})`;
  const type = map(
    keyType,
    valueType,
    mapped.some((one) => one.nullable),
  );
  const made = typedFrom(all, `map(${list(keys, keyType)}, ${list(mapped, valueType)})`, type, false);
  const entries = constantEntries(all);
  return entries ? { ...made, entries } : made;
}

function constantEntries(all: readonly Typed[]): Readonly<Record<string, string>> | undefined {
  const texts = all.map((one) => one.literal?.value);
  if (texts.some((one) => one === undefined || one === null)) return undefined;
  return Object.fromEntries(texts.flatMap((key, i) => (i % 2 === 0 ? [[key ?? "", texts[i + 1] ?? ""]] : [])));
}

const differingLengths = raise(
  "_LEGACY_ERROR_TEMP_2128",
  "XXKDA",
  "'The key array and value array of MapData must have the same length.'",
);

const fromArrays = scalar("map_from_arrays", {
  takes: [anArray, anArray],
  gives: ([keys, mapped]) => {
    const [key, value] = [keys?.dataType, mapped?.dataType];
    return map(
      key?.kind === "array" ? key.elementType : VOID,
      value?.kind === "array" ? value.elementType : VOID,
      value?.kind === "array" && value.containsNull,
    );
  },
  sql: ([keys, mapped], typed) =>
    unlessNull(
      typed,
      `(CASE WHEN len(${keys}) = len(${mapped}) THEN map(${keys}, ${mapped}) ELSE ${differingLengths} END)`,
    ),
});

const fromEntries: FunctionEntry = {
  kind: "scalar",
  names: ["map_from_entries"],
  compile(args, context, name) {
    expectCount(args, name, 1);
    const list = accept(args[0] as Argument, anArray, name, 0, context);
    const pair = list.dataType.kind === "array" ? list.dataType.elementType : VOID;
    const [key, value] = pair.kind === "struct" ? pair.fields : [];
    if (pair.kind !== "struct" || pair.fields.length !== 2 || !key || !value) {
      throw unexpectedInputType(name, 0, 'the "ARRAY" of pair "STRUCT" type', list.dataType);
    }
    const sql = withList(list.sql, (l) => `CASE WHEN list_count(${l}) = len(${l}) THEN map_from_entries(${l}) END`);
    return typedFrom([list], `(${sql})`, map(key.dataType, value.dataType, value.nullable));
  },
};

/** Maps of one type; the engine would let the last of two equal keys win, so that the lists are joined instead. */
function concatenated(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  const maps = values(args, name);
  if (maps.length === 0) {
    const type = map(STRING, STRING, false);
    return { sql: `CAST(MAP {} AS ${engineType(type)})`, dataType: type, nullable: false };
  }
  const type = maps
    .map((one) => one.dataType)
    .reduce<DataType | undefined>((so, one) => so && widerTypeWithoutStrings(so, one), maps[0]?.dataType);
  if (type?.kind !== "map" || maps.some((one) => one.dataType.kind !== "map")) {
    throw differingTypes(
      "MAP_CONCAT",
      name,
      maps.map((one) => one.dataType),
    );
  }
  const cast = maps.map((one) => compileCast(one, type, "ansi", context));
  const [first] = cast;
  if (cast.length === 1 && first) return first;
  const joined = (part: string) => `list_concat(${cast.map((one) => `${part}(${one.sql})`).join(", ")})`;
  return typedFrom(cast, unlessNull(cast, `map(${joined("map_keys")}, ${joined("map_values")})`), type);
}

const containsKey: FunctionEntry = {
  kind: "scalar",
  names: ["map_contains_key"],
  compile(args, context, name) {
    expectCount(args, name, 2);
    const [value, key] = values(args, name) as readonly [Typed, Typed];
    if (
      value.dataType.kind !== "map" ||
      key.dataType.kind === "void" ||
      !tightestCommonType(key.dataType, value.dataType.keyType)
    ) {
      throw differingTypes("MAP_FUNCTION", name, [value.dataType, key.dataType]);
    }
    const wanted = compileCast(key, value.dataType.keyType, "ansi", context);
    const sql = `list_contains(map_keys(${value.sql}), ${wanted.sql})`;
    return typedFrom([value, wanted], unlessNull([wanted], sql), BOOLEAN);
  },
};

/** str_to_map: both delimiters are regular expressions; what follows the first of the second kind is the value. */
const strToMap = scalar("str_to_map", {
  takes: [aString, aString, aString],
  optional: 2,
  gives: map(STRING, STRING, true),
  nullable: true,
  sql([text = "NULL"], [, pairs, pairing], _context, name) {
    const missing = [pairs, pairing].some((one) => one?.literal?.value === null);
    if (missing) return "CAST(NULL AS MAP(VARCHAR, VARCHAR))";
    const between = pairs ? (constant(pairs, name, "pairDelim") ?? "") : ",";
    const inside = pairing ? (constant(pairing, name, "keyValueDelim") ?? "") : ":";
    const part = (group: number) =>
      `regexp_extract(pair_text, ${engineString(`(?s)^(.*?)(?:${inside})(.*)$`)}, ${group})`;
    const has = `regexp_matches(pair_text, ${engineString(inside)})`;
    const key = `CASE WHEN ${has} THEN ${part(1)} ELSE pair_text END`;
    const split = `regexp_split_to_array(${text}, ${engineString(between)})`;
    const entry = `struct_pack("key" := ${key}, "value" := CASE WHEN ${has} THEN ${part(2)} END)`;
    return `map_from_entries(list_transform(${split}, lambda pair_text: ${entry}))`;
  },
});

export const mapFunctions: readonly FunctionEntry[] = [
  { kind: "scalar", names: ["map"], compile: compileMap },
  fromArrays,
  fromEntries,
  scalar("map_keys", {
    takes: [aMap],
    gives: ([m]) => array(mapOf(m).keyType, false),
    sql: ([m]) => `map_keys(${m})`,
  }),
  scalar("map_values", {
    takes: [aMap],
    gives: ([m]) => array(mapOf(m).valueType, mapOf(m).valueContainsNull),
    sql: ([m]) => `map_values(${m})`,
  }),
  scalar("map_entries", {
    takes: [aMap],
    gives: ([m]) =>
      array(
        struct([field("key", mapOf(m).keyType, false), field("value", mapOf(m).valueType, mapOf(m).valueContainsNull)]),
        false,
      ),
    sql: ([m]) => `map_entries(${m})`,
  }),
  { kind: "scalar", names: ["map_concat"], compile: concatenated },
  containsKey,
  strToMap,
];

export const mapLibrary: EngineLibrary = { macros: {}, functions: [] };
