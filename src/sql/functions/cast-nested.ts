/** Casts of arrays, maps and structs: element by element, struct fields by position. */
import { type DataType, sameType } from "../../schema/data-type.js";
import { engineString, engineType } from "../../schema/engine-type.js";
import type { Cast, CastRequest } from "./cast-request.js";
import { depth } from "./cast-to-string.js";
import { once } from "./once.js";

export function castNested(request: CastRequest, cast: Cast): string {
  const { value, from, to } = request;
  if (from.kind === "array" && to.kind === "array") {
    if (isPlain(from, to)) return `CAST(${value.sql} AS ${engineType(to)})`;
    const variable = `spark_c${depth(from)}`;
    return `list_transform(${value.sql}, lambda ${variable}: ${part(cast, request, variable, from.elementType, to.elementType)})`;
  }
  if (from.kind === "map" && to.kind === "map") {
    const variable = `spark_c${depth(from)}`;
    const key = part(cast, request, `${variable}.key`, from.keyType, to.keyType);
    const entry = part(cast, request, `${variable}.value`, from.valueType, to.valueType);
    const entries = `list_transform(map_entries(${value.sql}), lambda ${variable}: struct_pack(k := ${key}, v := ${entry}))`;
    return once(
      { ...value, sql: value.sql },
      (x) => `CASE WHEN ${x} IS NOT NULL THEN map_from_entries(${entries}) END`,
    );
  }
  if (from.kind !== "struct" || to.kind !== "struct") return `CAST(${value.sql} AS ${engineType(to)})`;
  return once(value, (x) => {
    const fields = from.fields.map((one, i) => {
      const target = to.fields[i] ?? one;
      const extracted = `struct_extract(${x}, ${engineString(one.name)})`;
      return `"${target.name.replaceAll('"', '""')}" := ${part(cast, request, extracted, one.dataType, target.dataType)}`;
    });
    return `CASE WHEN ${x} IS NOT NULL THEN struct_pack(${fields.join(", ")}) END`;
  });
}

function part(cast: Cast, request: CastRequest, sql: string, from: DataType, to: DataType): string {
  return cast({ sql, dataType: from, nullable: true }, to, request.mode, request.context).sql;
}

/** Elements of which the engine's own cast does the same: integers to wider integers. */
function isPlain(from: DataType, to: DataType): boolean {
  if (from.kind === "array" && to.kind === "array") return isPlain(from.elementType, to.elementType);
  const order = ["byte", "short", "integer", "long"];
  const [low, high] = [order.indexOf(from.kind), order.indexOf(to.kind)];
  return sameType(from, to) || from.kind === "void" || (low >= 0 && high >= low);
}
