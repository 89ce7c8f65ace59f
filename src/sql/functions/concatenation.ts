/** concat, `||` and concat_ws: of texts, bytes and arrays. */
import { STRING } from "../../schema/data-type.js";
import type { FunctionContext, FunctionEntry, Typed } from "../typed.js";
import { accept, aString, constant, expectCount, toCommonType, typedFrom, values } from "./argument.js";
import { compileCast } from "./cast.js";
import { differingArguments, unexpectedInputType, unsupportedFeature } from "./function-errors.js";
import { withList } from "./lambda-binding.js";
import { unlessNull } from "./unless-null.js";

function concatenated(args: readonly Typed[], name: string, context: FunctionContext): Typed {
  if (args.length === 0) return { sql: "''", dataType: STRING, nullable: false };
  if (args.some((one) => one.dataType.kind === "array")) return concatenatedArrays(args, name, context);
  const allBinary = args.every((one) => one.dataType.kind === "binary");
  const typed = allBinary ? args : args.map((one, i) => accept(one, aString, name, i, context));
  const sql = typed.length === 1 ? (typed[0]?.sql ?? "''") : `(${typed.map((one) => one.sql).join(" || ")})`;
  return typedFrom(typed, sql, allBinary ? { kind: "binary" } : STRING);
}

/** The engine's list_concat takes NULL for an empty list; in Spark it makes the result NULL. */
function concatenatedArrays(args: readonly Typed[], name: string, context: FunctionContext): Typed {
  const odd = args.find((one) => one.dataType.kind !== "array");
  if (odd) {
    throw differingArguments(
      name,
      args.map((one) => one.dataType),
    );
  }
  const typed = toCommonType(args, name, context);
  const nullable = typed.filter((one) => one.nullable);
  const joined = typed.map((one) => one.sql).reduce((so, one) => `list_concat(${so}, ${one})`);
  const sql =
    nullable.length === 0
      ? joined
      : `CASE WHEN ${nullable.map((one) => `${one.sql} IS NOT NULL`).join(" AND ")} THEN ${joined} END`;
  return typedFrom(typed, sql, typed[0]?.dataType ?? STRING);
}

/** Arrays contribute their elements; NULLs are left out everywhere but in the separator. */
function joinedWith(args: readonly Typed[], name: string, context: FunctionContext): Typed {
  const [separator, ...rest] = args.map((one, i) => textOrTexts(one, i, name, context));
  if (!separator) return { sql: "NULL", dataType: STRING, nullable: true };
  if (separator.dataType.kind === "array") throw unexpectedInputType(name, 0, 'the "STRING" type', separator.dataType);
  const operands = [separator, ...rest];
  if (rest.length === 0) {
    return typedFrom(operands, `CASE WHEN ${separator.sql} IS NOT NULL THEN '' END`, STRING);
  }
  if (rest.every((one) => one.dataType.kind === "string")) {
    const sql = `concat_ws(${operands.map((one) => one.sql).join(", ")})`;
    return typedFrom(operands, sql, STRING, separator.nullable);
  }
  const lists = rest.map((one) =>
    one.dataType.kind === "array" ? `coalesce(${one.sql}, CAST([] AS VARCHAR[]))` : `[${one.sql}]`,
  );
  const all = lists.reduce((so, one) => `list_concat(${so}, ${one})`);
  // The engine joins by a constant only.
  const joined =
    separator.literal === undefined
      ? withList(
          `list_filter(${all}, lambda joined_item: joined_item IS NOT NULL)`,
          (l) =>
            `CASE WHEN ${separator.sql} IS NULL THEN NULL WHEN len(${l}) = 0 THEN '' ELSE list_reduce(${l}, lambda so_far, joined_item: so_far || ${separator.sql} || joined_item) END`,
        )
      : unlessNull([separator], `coalesce(array_to_string(${all}, ${separator.sql}), '')`);
  return typedFrom(operands, joined, STRING, separator.nullable);
}

function textOrTexts(value: Typed, index: number, name: string, context: FunctionContext): Typed {
  if (value.dataType.kind !== "array") return accept(value, aString, name, index, context);
  return compileCast(value, { kind: "array", elementType: STRING, containsNull: true }, "ansi", context);
}

function entry(
  names: string,
  build: (args: readonly Typed[], name: string, context: FunctionContext) => Typed,
  least = 0,
  most = Number.POSITIVE_INFINITY,
): FunctionEntry {
  return {
    kind: "scalar",
    names: names.split(" "),
    compile(args, context, name) {
      expectCount(args, name, least, most);
      return build(values(args, name), name, context);
    },
  };
}

/** collate: the one collation here is that of the bytes. */
function collated(args: readonly Typed[], name: string, context: FunctionContext): Typed {
  const value = accept(args[0] as Typed, aString, name, 0, context);
  const collation = constant(args[1] as Typed, name, "collation");
  if (collation?.toUpperCase() === "UTF8_BINARY") return value;
  throw unsupportedFeature(`The collation ${collation} is not available here.`, "Compare lower() of both sides.");
}

export const concatFunctions: readonly FunctionEntry[] = [
  entry("concat ||", concatenated),
  entry("concat_ws", joinedWith, 1),
  entry("collate", collated, 2, 2),
];
