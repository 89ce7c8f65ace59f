/** Functions that take lambdas: over the elements of arrays, and over the entries of maps. */

import type { EngineLibrary } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { array, BOOLEAN, type DataType, INTEGER, type MapType, map, sameType, VOID } from "../../schema/data-type.js";
import { engineType } from "../../schema/engine-type.js";
import { typeText } from "../../schema/type-text.js";
import {
  type Argument,
  type FunctionContext,
  type FunctionEntry,
  isLambda,
  type Typed,
  type TypedLambda,
} from "../typed.js";
import { typedNull } from "../typed-null.js";
import { accept, aMap, anArray, type Expected, expectCount, typedFrom } from "./argument.js";
import { compileCast } from "./cast.js";
import { unexpectedInputType } from "./function-errors.js";
import { bindParameters } from "./lambda-binding.js";
import { once } from "./once.js";
import { unlessNull } from "./unless-null.js";

/** The argument as an array or a map; a bare NULL is neither here. */
function collectionAt(
  args: readonly Argument[],
  index: number,
  expected: Expected,
  name: string,
  context: FunctionContext,
): Typed {
  const argument = args[index];
  if (argument && !isLambda(argument) && argument.dataType.kind === "void") {
    throw unexpectedInputType(name, index, expected.text, VOID);
  }
  return accept(argument as Argument, expected, name, index, context);
}

type Variable = { readonly dataType: DataType; readonly nullable: boolean };

function lambdaAt(args: readonly Argument[], index: number, name: string): TypedLambda {
  const argument = args[index];
  if (argument && isLambda(argument)) return argument;
  throw unexpectedInputType(name, index, "a lambda function", argument?.dataType ?? VOID);
}

function booleanBody(lambda: TypedLambda, variables: readonly Variable[], name: string): Typed {
  const body = lambda.compile(variables);
  if (body.dataType.kind === "boolean") return body;
  if (body.dataType.kind === "void") return typedNull(body, BOOLEAN);
  throw unexpectedInputType(name, 1, 'the "BOOLEAN" type', body.dataType);
}

const elementOf = (list: Typed): Variable =>
  list.dataType.kind === "array"
    ? { dataType: list.dataType.elementType, nullable: list.dataType.containsNull }
    : { dataType: VOID, nullable: true };

const INDEX: Variable = { dataType: INTEGER, nullable: false };

/** `lambda x: body` or `lambda x, i: body`; the engine counts from 1. */
function elementLambda(lambda: TypedLambda, body: string): string {
  const [, index] = lambda.engineParameters;
  const bound = index === undefined ? body : bindParameters(lambda, body, [undefined, `CAST(${index} - 1 AS INTEGER)`]);
  return `lambda ${lambda.engineParameters.join(", ")}: ${bound}`;
}

function variablesOf(lambda: TypedLambda, list: Typed): readonly Variable[] {
  return lambda.parameters.length > 1 ? [elementOf(list), INDEX] : [elementOf(list)];
}

function transform(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 2);
  const list = collectionAt(args, 0, anArray, name, context);
  const lambda = lambdaAt(args, 1, name);
  const body = lambda.compile(variablesOf(lambda, list));
  const sql = `list_transform(${list.sql}, ${elementLambda(lambda, body.sql)})`;
  return typedFrom([list, { ...body, nullable: false }], sql, array(body.dataType, body.nullable), list.nullable);
}

function filter(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 2);
  const list = collectionAt(args, 0, anArray, name, context);
  const lambda = lambdaAt(args, 1, name);
  const body = booleanBody(lambda, variablesOf(lambda, list), name);
  return typedFrom(
    [list, body],
    `list_filter(${list.sql}, ${elementLambda(lambda, body.sql)})`,
    list.dataType,
    list.nullable,
  );
}

/** exists and forall: `wanted` decides as soon as one element gives it; else a NULL among the answers makes the whole NULL. */
function quantifier(names: readonly string[], wanted: "TRUE" | "FALSE"): FunctionEntry {
  const otherwise = wanted === "TRUE" ? "FALSE" : "TRUE";
  return {
    kind: "scalar",
    names,
    compile(args, context, name) {
      expectCount(args, name, 2);
      const list = collectionAt(args, 0, anArray, name, context);
      const lambda = lambdaAt(args, 1, name);
      const body = booleanBody(lambda, [elementOf(list)], name);
      const answers = `list_transform(${list.sql}, ${elementLambda(lambda, body.sql)})`;
      const decide = (sql: string) => {
        const unknown = body.nullable ? ` WHEN list_count(${sql}) < len(${sql}) THEN NULL` : "";
        return `CASE WHEN ${sql} IS NULL THEN NULL WHEN list_contains(${sql}, ${wanted}) THEN ${wanted}${unknown} ELSE ${otherwise} END`;
      };
      const sql = once({ sql: answers, deterministic: false }, decide);
      return typedFrom([list, body], sql, BOOLEAN, list.nullable || body.nullable);
    },
  };
}

/** aggregate/reduce. The engine folds a list of one type: elements travel beside the accumulator where the types differ. */
function fold(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 3, 4);
  const list = collectionAt(args, 0, anArray, name, context);
  const [, zero] = args;
  if (!zero || isLambda(zero)) throw unexpectedInputType(name, 1, "a value", VOID);
  const merge = lambdaAt(args, 2, name);
  const element = elementOf(list);
  const merged = merge.compile([{ dataType: zero.dataType, nullable: true }, element]);
  if (!sameType(merged.dataType, zero.dataType))
    throw unexpectedInputType(name, 2, engineType(zero.dataType), merged.dataType);
  const [acc = "acc", item = "item"] = merge.engineParameters;
  const type = engineType(zero.dataType);
  let folded: string;
  if (sameType(element.dataType, zero.dataType)) {
    folded = `list_reduce(${list.sql}, lambda ${acc}, ${item}: ${merged.sql}, ${zero.sql})`;
  } else {
    const itemType = engineType(element.dataType);
    const pair = (one: string, other: string) =>
      `struct_pack(a := CAST(${one} AS ${type}), x := CAST(${other} AS ${itemType}))`;
    const pairs = `list_transform(${list.sql}, lambda ${item}: ${pair("NULL", item)})`;
    const body = bindParameters(merge, merged.sql, [`struct_extract(${acc}, 'a')`, `struct_extract(${item}, 'x')`]);
    folded = `struct_extract(list_reduce(${pairs}, lambda ${acc}, ${item}: ${pair(body, "NULL")}, ${pair(zero.sql, "NULL")}), 'a')`;
  }
  const accumulated = typedFrom([list, zero, merged], unlessNull([list], folded), zero.dataType, true);
  return args[3] === undefined ? accumulated : finished(accumulated, lambdaAt(args, 3, name), list);
}

function finished(accumulated: Typed, finish: TypedLambda, list: Typed): Typed {
  const [acc = "acc"] = finish.engineParameters;
  const result = finish.compile([{ dataType: accumulated.dataType, nullable: true }]);
  const bound = `list_extract(list_transform([${accumulated.sql}], lambda ${acc}: ${result.sql}), 1)`;
  return typedFrom([accumulated, result], unlessNull([list], bound), result.dataType, true);
}

function zipWith(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 3);
  const [left, right] = [0, 1].map((i) => collectionAt(args, i, anArray, name, context)) as [Typed, Typed];
  const lambda = lambdaAt(args, 2, name);
  const body = lambda.compile([left, right].map((one) => ({ ...elementOf(one), nullable: true })));
  const [pair = "pair"] = lambda.engineParameters;
  const bound = bindParameters(lambda, body.sql, [`${pair}[1]`, `${pair}[2]`]);
  const sql = `list_transform(list_zip(${left.sql}, ${right.sql}), lambda ${pair}: ${bound})`;
  return typedFrom([left, right], unlessNull([left, right], sql), array(body.dataType, body.nullable));
}

/** The map, its lambda's body over an `entry`, and the entry's name. */
function overEntries(args: readonly Argument[], context: FunctionContext, name: string) {
  expectCount(args, name, 2);
  const source = collectionAt(args, 0, aMap, name, context);
  const type = source.dataType as MapType;
  const lambda = lambdaAt(args, 1, name);
  const [entry = "entry"] = lambda.engineParameters;
  const variables = [
    { dataType: type.keyType, nullable: false },
    { dataType: type.valueType, nullable: type.valueContainsNull },
  ];
  const compile = (boolean: boolean): Typed => {
    const body = boolean ? booleanBody(lambda, variables, name) : lambda.compile(variables);
    const parts = [`struct_extract(${entry}, 'key')`, `struct_extract(${entry}, 'value')`];
    return { ...body, sql: bindParameters(lambda, body.sql, parts) };
  };
  return { source, type, entry, compile, entries: `map_entries(${source.sql})` };
}

function mapFilter(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  const { source, entry, compile, entries } = overEntries(args, context, name);
  const kept = `list_filter(${entries}, lambda ${entry}: ${compile(true).sql})`;
  return typedFrom([source], unlessNull([source], `map_from_entries(${kept})`), source.dataType);
}

function transformKeys(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  const { source, type, entry, compile, entries } = overEntries(args, context, name);
  const body = compile(false);
  const keys = `list_transform(${entries}, lambda ${entry}: ${body.sql})`;
  const sql = unlessNull([source], `map(${keys}, map_values(${source.sql}))`);
  return typedFrom([source], sql, map(body.dataType, type.valueType, type.valueContainsNull));
}

function transformValues(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  const { source, type, entry, compile, entries } = overEntries(args, context, name);
  const body = compile(false);
  const mapped = `list_transform(${entries}, lambda ${entry}: ${body.sql})`;
  const sql = unlessNull([source], `map(map_keys(${source.sql}), ${mapped})`);
  return typedFrom([source], sql, map(type.keyType, body.dataType, body.nullable));
}

function differingKeys(name: string, left: DataType, right: DataType): LakeletError {
  const types = [left, right].map((one) => `"${typeText(one).toUpperCase()}"`);
  return new LakeletError({
    condition: "DATATYPE_MISMATCH.MAP_ZIP_WITH_DIFF_TYPES",
    sqlState: "42K09",
    problem: `The maps of \`${name}\` must have keys of one type, but they are ${types.join(" and ")}.`,
    cure: "Cast the keys of one of them.",
    parameters: { functionName: `\`${name}\``, leftType: types[0] ?? "", rightType: types[1] ?? "" },
  });
}

function mapZipWith(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 3);
  const maps = [0, 1].map((i) => collectionAt(args, i, aMap, name, context)) as [Typed, Typed];
  const [left, right] = maps.map((one) => one.dataType as MapType) as [MapType, MapType];
  const ofStrings = [left, right].map((one) => one.keyType).filter((one) => one.kind === "string").length;
  const known = [left, right].every((one) => one.keyType.kind !== "void");
  if (known && ofStrings === 1) throw differingKeys(name, left.keyType, right.keyType);
  const lambda = lambdaAt(args, 2, name);
  const others = compileCast(
    { ...maps[1], sql: `map_keys(${maps[1].sql})`, dataType: array(right.keyType, false) },
    array(left.keyType, false),
    "ansi",
    context,
  );
  const [key = "key"] = lambda.engineParameters;
  const body = lambda.compile([
    { dataType: left.keyType, nullable: false },
    { dataType: left.valueType, nullable: true },
    { dataType: right.valueType, nullable: true },
  ]);
  const bound = bindParameters(lambda, body.sql, [
    undefined,
    `map_extract_value(${maps[0].sql}, ${key})`,
    `map_extract_value(${maps[1].sql}, ${key})`,
  ]);
  const keys = `list_concat(map_keys(${maps[0].sql}), list_filter(${others.sql}, lambda other_key: NOT list_contains(map_keys(${maps[0].sql}), other_key)))`;
  const sql = `map(${keys}, list_transform(${keys}, lambda ${key}: ${bound}))`;
  return typedFrom(maps, unlessNull(maps, sql), map(left.keyType, body.dataType, body.nullable));
}

export const higherOrderFunctions: readonly FunctionEntry[] = [
  { kind: "scalar", names: ["transform"], compile: transform },
  { kind: "scalar", names: ["filter"], compile: filter },
  quantifier(["exists"], "TRUE"),
  quantifier(["forall"], "FALSE"),
  { kind: "scalar", names: ["aggregate", "reduce"], compile: fold },
  { kind: "scalar", names: ["zip_with"], compile: zipWith },
  { kind: "scalar", names: ["map_filter"], compile: mapFilter },
  { kind: "scalar", names: ["transform_keys"], compile: transformKeys },
  { kind: "scalar", names: ["transform_values"], compile: transformValues },
  { kind: "scalar", names: ["map_zip_with"], compile: mapZipWith },
];

export const higherOrderLibrary: EngineLibrary = { macros: {}, functions: [] };
