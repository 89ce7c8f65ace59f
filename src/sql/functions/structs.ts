/** Structs: making them, and with a field changed. */

import type { EngineLibrary } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { field, type StructField, struct } from "../../schema/data-type.js";
import { engineName, engineString } from "../../schema/engine-type.js";
import type { FunctionEntry, Typed } from "../typed.js";
import { accept, aString, aStruct, constant, expectCount, typedFrom, values } from "./argument.js";
import { unsupportedFeature, wrongArgumentCount } from "./function-errors.js";

/** A field's name: a constant, and not NULL. */
function fieldNameOf(argument: Typed, name: string): string {
  const text = constant(argument, name, "name");
  if (text !== null) return text;
  throw new LakeletError({
    condition: "DATATYPE_MISMATCH.CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING",
    sqlState: "42K09",
    problem: `The names of \`${name}\` must be constant strings, not NULL.`,
    cure: "Write the names as literals.",
  });
}

/** The engine has no struct with two fields of one name, letter case aside. */
export function refuseDuplicates(fields: readonly StructField[]): void {
  const seen = new Set<string>();
  for (const { name } of fields) {
    if (seen.has(name.toLowerCase())) {
      throw unsupportedFeature(`A struct with two fields \`${name}\` is not supported.`, "Give one of them an alias.");
    }
    seen.add(name.toLowerCase());
  }
}

/** A struct of named values. */
function pack(names: readonly string[], items: readonly Typed[]): Typed {
  const fields = items.map((one, i): StructField => field(names[i] ?? `col${i + 1}`, one.dataType, one.nullable));
  refuseDuplicates(fields);
  const parts = items.map((one, i) => `${engineName(fields[i]?.name ?? "")} := ${one.sql}`);
  return typedFrom(items, `struct_pack(${parts.join(", ")})`, struct(fields), false);
}

export const structFunctions: readonly FunctionEntry[] = [
  {
    kind: "scalar",
    // Analysis knows the names of the arguments, and calls named_struct.
    names: ["struct"],
    compile: (args, _context, name) => pack([], values(args, name)),
  },
  {
    kind: "scalar",
    names: ["named_struct"],
    compile(args, context, name) {
      if (args.length === 0 || args.length % 2 === 1) throw wrongArgumentCount(name, "2n (n > 0)", args.length);
      const all = values(args, name);
      const names = all.flatMap((one, i) =>
        i % 2 === 0 ? [fieldNameOf(accept(one, aString, name, i, context), name)] : [],
      );
      return pack(
        names,
        all.filter((_, i) => i % 2 === 1),
      );
    },
  },
  {
    kind: "scalar",
    names: ["with_field"],
    compile(args, context, name) {
      expectCount(args, name, 3);
      const [value, fieldName, item] = values(args, name) as readonly [Typed, Typed, Typed];
      const base = accept(value, aStruct, name, 0, context);
      const wanted = constant(fieldName, name, "fieldName") ?? "";
      const fields = base.dataType.kind === "struct" ? base.dataType.fields : [];
      const kept = fields.map((one) => {
        if (one.name.toLowerCase() === wanted.toLowerCase()) return { name: one.name, typed: item };
        const sql = `struct_extract(${base.sql}, ${engineString(one.name)})`;
        return { name: one.name, typed: { sql, dataType: one.dataType, nullable: one.nullable } satisfies Typed };
      });
      const added = kept.some((one) => one.typed === item) ? kept : [...kept, { name: wanted, typed: item }];
      const packed = pack(
        added.map((one) => one.name),
        added.map((one) => one.typed),
      );
      const sql = base.nullable ? `(CASE WHEN ${base.sql} IS NOT NULL THEN ${packed.sql} END)` : packed.sql;
      return typedFrom([base, item], sql, packed.dataType, base.nullable);
    },
  },
  {
    kind: "scalar",
    names: ["drop_fields"],
    compile(args, context, name) {
      const [value, ...fieldNames] = values(args, name);
      if (value === undefined) throw wrongArgumentCount(name, "> 1", 0);
      const base = accept(value, aStruct, name, 0, context);
      const gone = fieldNames.map((one) => constant(one, name, "fieldName")?.toLowerCase());
      const fields = base.dataType.kind === "struct" ? base.dataType.fields : [];
      const kept = fields.filter((one) => !gone.includes(one.name.toLowerCase()));
      if (kept.length === 0) throw allFieldsDropped();
      const packed = pack(
        kept.map((one) => one.name),
        kept.map(({ name: field, dataType, nullable }) => ({
          sql: `struct_extract(${base.sql}, ${engineString(field)})`,
          dataType,
          nullable,
        })),
      );
      const sql = base.nullable ? `(CASE WHEN ${base.sql} IS NOT NULL THEN ${packed.sql} END)` : packed.sql;
      return typedFrom([base], sql, packed.dataType, base.nullable);
    },
  },
];

function allFieldsDropped(): LakeletError {
  return new LakeletError({
    condition: "DATATYPE_MISMATCH.CANNOT_DROP_ALL_FIELDS",
    sqlState: "42K09",
    problem: "Cannot drop all fields in struct.",
    cure: "Keep one, or drop the whole column.",
  });
}

export const structLibrary: EngineLibrary = { macros: {}, functions: [] };
