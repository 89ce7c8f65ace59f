/** to_json: the JSON text of a value, put together by the engine from the type. */
import { type DataType, STRING, TIMESTAMP } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import type { FunctionContext, Typed } from "../typed.js";
import { compileCast } from "./cast.js";
import { formatTimestamp } from "./date-format.js";
import { unsupportedFeature } from "./function-errors.js";

export interface JsonWriteOptions {
  /** Fields of structs that are NULL are left out. */
  readonly ignoreNullFields: boolean;
  readonly timestampFormat: string;
  readonly timestampNtzFormat: string;
  readonly dateFormat?: string;
}

export const DEFAULT_WRITE_OPTIONS: JsonWriteOptions = {
  ignoreNullFields: true,
  timestampFormat: "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
  timestampNtzFormat: "yyyy-MM-dd'T'HH:mm:ss.SSS",
};

/** Engine SQL of the JSON text, NULL where the value is. `depth` keeps the names of nested lambdas apart. */
export function jsonText(
  sql: string,
  type: DataType,
  options: JsonWriteOptions,
  context: FunctionContext,
  depth = 0,
): string {
  const nested = (inner: string, innerType: DataType) => jsonText(inner, innerType, options, context, depth + 1);
  switch (type.kind) {
    case "struct": {
      const fields = type.fields.map((one) => {
        const value = nested(`struct_extract(${sql}, ${engineString(one.name)})`, one.dataType);
        const text = options.ignoreNullFields ? value : `coalesce(${value}, 'null')`;
        return `${engineString(`${JSON.stringify(one.name)}:`)} || ${text}`;
      });
      return `CASE WHEN ${sql} IS NOT NULL THEN '{' || coalesce(array_to_string([${fields.join(", ")}], ','), '') || '}' END`;
    }
    case "array": {
      const item = `json_item_${depth}`;
      const items = `list_transform(${sql}, lambda ${item}: coalesce(${nested(item, type.elementType)}, 'null'))`;
      return `('[' || array_to_string(${items}, ',') || ']')`;
    }
    case "map": {
      const entry = `json_entry_${depth}`;
      const key = keyText(`struct_extract(${entry}, 'key')`, type.keyType, context);
      const value = nested(`struct_extract(${entry}, 'value')`, type.valueType);
      const entries = `list_transform(map_entries(${sql}), lambda ${entry}: to_json(${key}) || ':' || coalesce(${value}, 'null'))`;
      return `CASE WHEN ${sql} IS NOT NULL THEN '{' || array_to_string(${entries}, ',') || '}' END`;
    }
    default:
      return leafText(sql, type, options, context);
  }
}

/** Keys are written as Spark holds them: dates as days, timestamps as microseconds. */
function keyText(sql: string, type: DataType, context: FunctionContext): string {
  if (type.kind === "date") return `CAST(${sql} - DATE '1970-01-01' AS VARCHAR)`;
  if (type.kind === "timestamp" || type.kind === "timestamp_ntz") return `CAST(epoch_us(${sql}) AS VARCHAR)`;
  if (type.kind === "binary" || type.kind === "struct" || type.kind === "array" || type.kind === "map") {
    throw unsupportedFeature("to_json of maps with such keys is not supported.", "Cast the keys to STRING.");
  }
  const text = compileCast({ sql, dataType: type, nullable: false }, STRING, "ansi", context).sql;
  return type.kind === "decimal" ? decimalText(sql, type.scale, text) : text;
}

function leafText(sql: string, type: DataType, options: JsonWriteOptions, context: FunctionContext): string {
  const typed: Typed = { sql, dataType: type, nullable: true };
  const text = () => compileCast(typed, STRING, "ansi", context).sql;
  const formatted = (pattern: string) =>
    `('"' || ${formatTimestamp(compileCast(typed, TIMESTAMP, "ansi", context), pattern, context).sql} || '"')`;
  switch (type.kind) {
    case "boolean":
      return `CAST(${sql} AS VARCHAR)`;
    case "string":
      return `CAST(to_json(${sql}) AS VARCHAR)`;
    case "float":
    case "double":
      return `(CASE WHEN isfinite(${sql}) THEN ${text()} ELSE '"' || ${text()} || '"' END)`;
    case "date":
      return options.dateFormat === undefined ? `('"' || ${text()} || '"')` : formatted(options.dateFormat);
    case "timestamp":
      return formatted(options.timestampFormat);
    case "timestamp_ntz":
      return formatted(options.timestampNtzFormat);
    case "binary":
      return `('"' || to_base64(${sql}) || '"')`;
    case "decimal":
      return decimalText(sql, type.scale, text());
    case "void":
      return "CAST(NULL AS VARCHAR)";
    case "variant":
      return `spark_variant_json(${sql}, ${engineString(context.timeZone)})`;
    case "interval":
      return `('"' || ${text()} || '"')`;
    default:
      return text();
  }
}

/** A decimal as Java writes it: with an exponent below a millionth, where a cast to text has none. Engine SQL, NULL where the value is. `plain`: the cast. */
export function decimalText(sql: string, scale: number, plain: string): string {
  if (scale <= 6) return plain;
  const digits = `ltrim(replace(ltrim(${plain}, '-'), '.', ''), '0')`;
  const exponent = `(length(${digits}) - 1 - ${scale})`;
  const mantissa = `left(${digits}, 1) || CASE WHEN length(${digits}) > 1 THEN '.' || substr(${digits}, 2) ELSE '' END`;
  const small = `CASE WHEN ${sql} < 0 THEN '-' ELSE '' END || ${mantissa} || 'E' || ${exponent}`;
  return `(CASE WHEN ${sql} = 0 THEN '0E-${scale}' WHEN abs(${sql}) < 0.000001 THEN ${small} ELSE ${plain} END)`;
}
