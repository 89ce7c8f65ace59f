/** UPDATE *: the source's column over the target's, struct by struct, so that fields which only the target has can stay. Pure. */
import type { ExpressionCompiler } from "../../engine/expression-compiler.js";
import { findField, type StructField, type StructType } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import { checkStructs } from "../assignments.js";
import { TARGET_ALIAS } from "../row-condition.js";
import { fieldOf, storedValue, type TypedValue } from "../stored-value.js";

/**
 * Engine SQL of the column after UPDATE *. Without evolution the structs must have the same fields. With it, fields that only the
 * target's struct has keep their value; in arrays and maps they become NULL.
 */
export function starAssignment(
  compiler: ExpressionCompiler,
  source: TypedValue,
  column: StructField,
  evolves: boolean,
): string {
  if (!evolves) {
    checkStructs(source.dataType, column.dataType, column.name);
    return storedValue(compiler, source, column.dataType, column.name);
  }
  return over(compiler, source, column, `${engineName(TARGET_ALIAS)}.${engineName(column.name)}`, column.name);
}

function over(
  compiler: ExpressionCompiler,
  source: TypedValue,
  to: StructField,
  current: string,
  path: string,
): string {
  const from = source.dataType;
  if (from.kind !== "struct" || to.dataType.kind !== "struct" || !keepsFields(from, to.dataType)) {
    return storedValue(compiler, source, to.dataType, path);
  }
  const fields = to.dataType.fields.map((one) => {
    const given = findField(from, one.name);
    const own = fieldOf(current, one.name);
    if (given === undefined) return `${engineName(one.name)} := ${own}`;
    const value = { sql: fieldOf(source.sql, given.name), dataType: given.dataType };
    return `${engineName(one.name)} := ${over(compiler, value, one, own, `${path}.${one.name}`)}`;
  });
  // A NULL struct stays NULL only where there was none before: else what only the target has would be lost.
  return `CASE WHEN ${source.sql} IS NULL AND ${current} IS NULL THEN NULL ELSE struct_pack(${fields.join(", ")}) END`;
}

/** True if the target's struct has a field, at any depth of structs, that the source's lacks. */
function keepsFields(from: StructType, to: StructType): boolean {
  return to.fields.some((one) => {
    const given = findField(from, one.name);
    if (given === undefined) return true;
    return (
      given.dataType.kind === "struct" && one.dataType.kind === "struct" && keepsFields(given.dataType, one.dataType)
    );
  });
}
