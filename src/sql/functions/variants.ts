/** VARIANTs: parse_json, variant_get, schemas, to_variant_object, variant_explode. */
import { BOOLEAN, type DataType, INTEGER, STRING, VARIANT } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import { parseDataType } from "../parse/parse.js";
import type { Argument, FunctionContext, FunctionEntry, GeneratorFunction, Typed } from "../typed.js";
import { aggregate } from "./aggregate-entry.js";
import { accept, anything, aString, constant, type Expected, expectCount, scalar, typedFrom } from "./argument.js";
import { castVariantPart } from "./cast.js";
import type { CastMode } from "./cast-request.js";
import { impossibleCast, notConstant } from "./function-errors.js";
import { once } from "./once.js";
import { variantHolds } from "./variant-cast.js";
import { engineVariantPath, readVariantPath } from "./variant-path.js";
import { isVariantObject, variantSql } from "./variant-value.js";

const aVariant: Expected = {
  text: 'the "VARIANT" type',
  target: (type) => (type.kind === "variant" || type.kind === "void" ? VARIANT : undefined),
};

const aText: Expected = {
  text: 'the "STRING" type',
  target: (type) => (type.kind === "string" || type.kind === "void" ? STRING : undefined),
};

function variantGet(args: readonly Argument[], mode: CastMode, context: FunctionContext, name: string): Typed {
  expectCount(args, name, 2, 3);
  const value = accept(args[0] as Argument, aVariant, name, 0, context);
  const path = accept(args[1] as Argument, aString, name, 1, context);
  const asked = args[2] === undefined ? undefined : constant(accept(args[2], aString, name, 2, context), name, "type");
  if (asked === null) throw notConstant(name, "type");
  const type = asked === undefined ? VARIANT : parseDataType(asked);
  if (!variantHolds(type)) throw impossibleCast(VARIANT, type);
  return variantAt(value, path, type, mode, context, name);
}

/** The part at a path as a type, NULL where there is none. */
export function variantAt(
  value: Typed,
  path: Typed,
  type: DataType,
  mode: CastMode,
  context: FunctionContext,
  name: string,
): Typed {
  const text = path.literal?.value;
  if (text === null)
    return typedFrom(
      [value],
      castVariantPart({ ...value, sql: "CAST(NULL AS VARCHAR)" }, "$", type, mode, context),
      type,
      true,
    );
  const engine = text === undefined ? undefined : engineVariantPath(readVariantPath(text, name));
  if (engine !== undefined) return typedFrom([value], castVariantPart(value, engine, type, mode, context), type, true);
  const found = `spark_variant_at(${value.sql}, ${path.sql}, ${engineString(name)})`;
  const part = { ...value, sql: found, deterministic: false };
  return typedFrom([value, path], castVariantPart(part, "$", type, mode, context), type, true);
}

function getter(name: string, mode: CastMode): FunctionEntry {
  return {
    kind: "scalar",
    names: [name],
    compile: (args, context, called) => variantGet(args, mode, context, called),
  };
}

function toVariantObject(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 1);
  const value = accept(args[0] as Argument, anything, name, 0, context);
  const isNested = ["struct", "array", "map"].includes(value.dataType.kind);
  if (!isNested || !isVariantObject(value.dataType)) throw impossibleCast(value.dataType, VARIANT);
  return typedFrom(
    [value],
    once(value, (x) => variantSql(x, value.dataType, context)),
    VARIANT,
  );
}

/** A row for each element of an array or field of an object, none for any other value. */
function explode(args: readonly Argument[], context: FunctionContext, name: string, outer: boolean) {
  expectCount(args, name, 1);
  const { sql } = accept(args[0] as Argument, aVariant, name, 0, context);
  const row = (key: string, value: string): string =>
    `struct_pack("pos" := CAST(row_at - 1 AS INTEGER), "key" := ${key}, "value" := ${value})`;
  const items = `list_transform(CAST(json_extract(${sql}, '$[*]') AS VARCHAR[]), lambda row_item, row_at: ${row("CAST(NULL AS VARCHAR)", "row_item")})`;
  const pairs = `list_zip(json_keys(${sql}), CAST(json_extract(${sql}, '$.*') AS VARCHAR[]))`;
  const fields = `list_transform(${pairs}, lambda row_item, row_at: ${row("row_item[1]", "row_item[2]")})`;
  return {
    list: `CASE json_type(${sql}) WHEN 'ARRAY' THEN ${items} WHEN 'OBJECT' THEN ${fields} END`,
    outer,
    columns: [
      { name: "pos", dataType: INTEGER, nullable: outer },
      { name: "key", dataType: STRING, nullable: true },
      { name: "value", dataType: VARIANT, nullable: outer },
    ],
  };
}

const exploder = (name: string, outer: boolean): GeneratorFunction => ({
  kind: "generator",
  names: [name],
  compile: (args, context, called) => explode(args, context, called, outer),
});

export const variantFunctions: readonly FunctionEntry[] = [
  scalar("parse_json", { takes: [aText], gives: VARIANT, sql: ([j]) => `spark_parse_variant(${j})` }),
  scalar("try_parse_json", {
    takes: [aText],
    gives: VARIANT,
    nullable: true,
    sql: ([j]) => `spark_try_parse_variant(${j})`,
  }),
  getter("variant_get", "ansi"),
  getter("try_variant_get", "try"),
  { kind: "scalar", names: ["to_variant_object"], compile: toVariantObject },
  scalar("is_variant_null", {
    takes: [aVariant],
    gives: BOOLEAN,
    nullable: false,
    sql: ([v]) => `coalesce(${v} = 'null', false)`,
  }),
  scalar("schema_of_variant", { takes: [aVariant], gives: STRING, sql: ([v]) => `spark_variant_schema(${v})` }),
  aggregate("schema_of_variant_agg", {
    takes: [aVariant],
    gives: STRING,
    nullable: false,
    make: ([v]) => ({
      call: `list(DISTINCT spark_variant_shape(${v?.sql}))`,
      around:
        "spark_merge_shapes(coalesce(list_filter({call}, lambda shape: shape IS NOT NULL), CAST([] AS VARCHAR[])))",
    }),
  }),
  exploder("variant_explode", false),
  exploder("variant_explode_outer", true),
];
