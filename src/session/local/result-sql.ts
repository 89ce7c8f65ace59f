/** What a query's rows are before they leave the engine: intervals and variants, which have no form of their own outside, as Spark's texts. */
import type { EngineQuery } from "../../engine/engine.js";
import { array, type DataType, field, map, STRING, struct } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import { castNested } from "../../sql/functions/cast-nested.js";
import type { Cast } from "../../sql/functions/cast-request.js";
import { castToString } from "../../sql/functions/cast-to-string.js";
import type { FunctionContext } from "../../sql/typed.js";

/** Engine SQL of the query with intervals and variants as texts, wherever they stand; the query's own SQL where there are none. */
export function resultSql({ sql, schema }: EngineQuery, context: FunctionContext): string {
  if (schema.fields.every((one) => textual(one.dataType) === one.dataType)) return sql;
  const columns = schema.fields.map(({ name, dataType, nullable }) => {
    const column = `"r".${engineName(name)}`;
    const target = textual(dataType);
    if (target === dataType) return column;
    return `${shown({ sql: column, dataType, nullable }, target, "ansi", context).sql} AS ${engineName(name)}`;
  });
  return `SELECT ${columns.join(", ")} FROM (${sql}) AS "r"`;
}

/** The type with each interval and variant in it as a string; the type itself where there are none. */
function textual(type: DataType): DataType {
  switch (type.kind) {
    case "interval":
    case "variant":
      return STRING;
    case "array": {
      const element = textual(type.elementType);
      return element === type.elementType ? type : array(element, type.containsNull);
    }
    case "map": {
      const [key, value] = [textual(type.keyType), textual(type.valueType)];
      return key === type.keyType && value === type.valueType ? type : map(key, value, type.valueContainsNull);
    }
    case "struct": {
      const fields = type.fields.map((one) => field(one.name, textual(one.dataType), one.nullable));
      return fields.every((one, i) => one.dataType === type.fields[i]?.dataType) ? type : struct(fields);
    }
    default:
      return type;
  }
}

const shown: Cast = (value, to, mode, context) => {
  const from = value.dataType;
  if (from === to) return value;
  const isNested = from.kind === "array" || from.kind === "map" || from.kind === "struct";
  const sql = isNested ? castNested({ value, from, to, mode, context }, shown) : castToString(value, context);
  return { ...value, sql, dataType: to };
};
