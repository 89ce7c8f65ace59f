/** Generators: rows from an array, a map, a list of values or a JSON text. */
import type { EngineLibrary } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { type DataType, INTEGER, STRING, sameType, VOID } from "../../schema/data-type.js";
import { engineName, engineType } from "../../schema/engine-type.js";
import { typeText } from "../../schema/type-text.js";
import type { Argument, FunctionContext, FunctionEntry, GeneratorFunction, Typed } from "../typed.js";
import { accept, anArray, anInt, aString, constant, expectCount, values } from "./argument.js";
import { compileCast } from "./cast.js";
import { unexpectedInputType } from "./function-errors.js";
import { fieldText } from "./json-path.js";

type Generated = ReturnType<GeneratorFunction["compile"]>;
type Columns = Generated["columns"];

const packed = (columns: Columns, parts: readonly string[]): string =>
  `struct_pack(${columns.map((one, i) => `${engineName(one.name)} := ${parts[i]}`).join(", ")})`;

/** explode and posexplode of an array or a map. */
function explode(args: readonly Argument[], name: string, position: boolean, outer: boolean): Generated {
  expectCount(args, name, 1);
  const [value] = values(args, name) as readonly [Typed];
  const { dataType } = value;
  const pos = { name: "pos", dataType: INTEGER, nullable: outer };
  const at = "CAST(row_at - 1 AS INTEGER)";
  if (dataType.kind === "array") {
    const columns = [{ name: "col", dataType: dataType.elementType, nullable: dataType.containsNull || outer }];
    const all = position ? [pos, ...columns] : columns;
    const list = `list_transform(${value.sql}, lambda row_item, row_at: ${packed(all, position ? [at, "row_item"] : ["row_item"])})`;
    return { list, outer, columns: all };
  }
  if (dataType.kind === "map") {
    const columns = [
      { name: "key", dataType: dataType.keyType, nullable: outer },
      { name: "value", dataType: dataType.valueType, nullable: dataType.valueContainsNull || outer },
    ];
    const all = position ? [pos, ...columns] : columns;
    const parts = ["struct_extract(row_item, 'key')", "struct_extract(row_item, 'value')"];
    const list = `list_transform(map_entries(${value.sql}), lambda row_item, row_at: ${packed(all, position ? [at, ...parts] : parts)})`;
    return { list, outer, columns: all };
  }
  throw unexpectedInputType(name, 0, 'the ("ARRAY" or "MAP") type', dataType);
}

/** A row for each struct of an array; a NULL among them is a row of NULLs. */
function inline(args: readonly Argument[], context: FunctionContext, name: string, outer: boolean): Generated {
  expectCount(args, name, 1);
  const list = accept(args[0] as Argument, anArray, name, 0, context);
  const element = list.dataType.kind === "array" ? list.dataType.elementType : VOID;
  if (element.kind !== "struct") throw unexpectedInputType(name, 0, 'the "ARRAY" of "STRUCT" type', list.dataType);
  const mayBeNull = outer || (list.dataType.kind === "array" && list.dataType.containsNull);
  const columns = element.fields.map((one) => ({
    name: one.name,
    dataType: one.dataType,
    nullable: one.nullable || mayBeNull,
  }));
  return { list: list.sql, outer, columns };
}

/** `stack(n, a, b, c)`: the values in n rows, filled with NULL. */
function stack(args: readonly Argument[], context: FunctionContext, name: string): Generated {
  expectCount(args, name, 2, Number.POSITIVE_INFINITY);
  const [count, ...items] = values(args, name);
  const rows = Number(constant(accept(count as Typed, anInt, name, 0, context), name, "n"));
  if (!(rows > 0)) throw unexpectedInputType(name, 0, "a positive number of rows", INTEGER);
  const width = Math.ceil(items.length / rows);
  const columns = Array.from({ length: width }, (_, c) => {
    const cells = items.filter((_, i) => i % width === c);
    const [dataType = VOID, ...others] = cells.map((one) => one.dataType).filter((one) => one.kind !== "void");
    if (others.some((one) => !sameType(one, dataType))) {
      throw differingColumns(
        name,
        cells.map((one) => one.dataType),
      );
    }
    const nullable = cells.length < rows || cells.some((one) => one.nullable);
    return { name: `col${c}`, dataType, nullable };
  });
  const lines = Array.from({ length: rows }, (_, r) => {
    const cells = columns.map((column, c) => cell(items[r * width + c], column.dataType, context));
    return packed(columns, cells);
  });
  return { list: `[${lines.join(", ")}]`, outer: false, columns };
}

/** Unlike elsewhere, values of different types are not brought together. */
function differingColumns(name: string, types: readonly DataType[]): Error {
  const shown = types.map((one) => typeText(one).toUpperCase()).join(", ");
  return new LakeletError({
    condition: "DATATYPE_MISMATCH.STACK_COLUMN_DIFF_TYPES",
    sqlState: "42K09",
    problem: `The values of a column of \`${name}\` have different types: [${shown}].`,
    cure: "Cast them to one type.",
  });
}

function cell(item: Typed | undefined, type: DataType, context: FunctionContext): string {
  const typed = `CAST(NULL AS ${engineType(type)})`;
  if (!item || item.dataType.kind === "void") return typed;
  return compileCast(item, type, "ansi", context).sql;
}

/** One row of the texts of fields of a JSON object. */
function jsonTuple(args: readonly Argument[], context: FunctionContext, name: string): Generated {
  expectCount(args, name, 2, Number.POSITIVE_INFINITY);
  const [json, ...names] = args.map((one, i) => accept(one, aString, name, i, context));
  const columns = names.map((_, i) => ({ name: `c${i}`, dataType: STRING, nullable: true }));
  const cells = names.map((one) => fieldText(json as Typed, one));
  return { list: `[${packed(columns, cells)}]`, outer: false, columns };
}

const generator = (name: string, compile: GeneratorFunction["compile"]): FunctionEntry => ({
  kind: "generator",
  names: [name],
  compile,
});

export const generatorFunctions: readonly FunctionEntry[] = [
  generator("explode", (args, _context, name) => explode(args, name, false, false)),
  generator("explode_outer", (args, _context, name) => explode(args, name, false, true)),
  generator("posexplode", (args, _context, name) => explode(args, name, true, false)),
  generator("posexplode_outer", (args, _context, name) => explode(args, name, true, true)),
  generator("inline", (args, context, name) => inline(args, context, name, false)),
  generator("inline_outer", (args, context, name) => inline(args, context, name, true)),
  generator("stack", stack),
  generator("json_tuple", jsonTuple),
];

export const generatorLibrary: EngineLibrary = { macros: {}, functions: [] };
