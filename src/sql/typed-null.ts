/** NULL as a value of a type that Spark finds for it. */
import type { DataType } from "../schema/data-type.js";
import { engineType } from "../schema/engine-type.js";
import type { Typed } from "./typed.js";

/** The value, which is NULL's own type, as NULL of another. `raise_error` and `assert_true` are of that type: they must still be asked. */
export function typedNull(value: Typed, type: DataType): Typed {
  const plain = `CAST(NULL AS ${engineType(type)})`;
  const isConstant = value.literal?.value === null || value.sql === "NULL";
  // The engine leaves out a CASE whose branches are all NULL, with all that stands in it.
  const sql = isConstant ? plain : `CAST(CAST(${value.sql} AS VARCHAR) AS ${engineType(type)})`;
  return { ...value, sql, dataType: type, nullable: true };
}
