/** Values of other types as VARIANTs: the text that stands for one, put together by the engine from the type. */
import type { DataType } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import { EXACT_DIGITS, type Tag } from "../../schema/variant-text.js";
import { isAtomic } from "../coercion/coercion.js";
import type { FunctionContext } from "../typed.js";

/** True for what CAST(... AS VARIANT) takes: simple types and arrays of them. */
export function isVariantElement(type: DataType): boolean {
  if (type.kind === "array") return isVariantElement(type.elementType);
  return type.kind === "variant" || (isAtomic(type) && type.kind !== "interval");
}

/** True for what to_variant_object takes besides: structs, and maps with keys that are strings. */
export function isVariantObject(type: DataType): boolean {
  switch (type.kind) {
    case "struct":
      return type.fields.every((one) => isVariantObject(one.dataType));
    case "map":
      return type.keyType.kind === "string" && isVariantObject(type.valueType);
    case "array":
      return isVariantObject(type.elementType);
    default:
      return isVariantElement(type);
  }
}

/** Engine SQL of the variant's text, NULL where the value is; NULLs inside are variant nulls. Repeats `sql`. */
export function variantSql(sql: string, type: DataType, context: FunctionContext, depth = 0): string {
  const nested = (inner: string, of: DataType): string =>
    `coalesce(${variantSql(inner, of, context, depth + 1)}, 'null')`;
  switch (type.kind) {
    case "struct": {
      const sorted = [...type.fields].sort((one, other) => (one.name < other.name ? -1 : 1));
      const fields = sorted.map(
        (one) =>
          `${engineString(`${JSON.stringify(one.name)}:`)} || ${nested(`struct_extract(${sql}, ${engineString(one.name)})`, one.dataType)}`,
      );
      return `CASE WHEN ${sql} IS NOT NULL THEN '{' || ${fields.join(" || ',' || ") || "''"} || '}' END`;
    }
    case "array": {
      const item = `variant_item_${depth}`;
      return `('[' || array_to_string(list_transform(${sql}, lambda ${item}: ${nested(item, type.elementType)}), ',') || ']')`;
    }
    case "map": {
      const entry = `variant_entry_${depth}`;
      const value = nested(`struct_extract(${entry}, 'value')`, type.valueType);
      const sorted = `list_sort(map_entries(${sql}))`;
      const entries = `list_transform(${sorted}, lambda ${entry}: CAST(to_json(struct_extract(${entry}, 'key')) AS VARCHAR) || ':' || ${value})`;
      return `CASE WHEN ${sql} IS NOT NULL THEN '{' || array_to_string(${entries}, ',') || '}' END`;
    }
    default:
      return leafSql(sql, type);
  }
}

function leafSql(sql: string, type: DataType): string {
  const tagged = (tag: Tag, text: string): string => `('"\\u0001${tag}' || ${text} || '"')`;
  switch (type.kind) {
    case "string":
      return `spark_string_variant(${sql})`;
    case "float":
      return tagged("f", `spark_float_text(${sql})`);
    case "double":
      return tagged("D", `spark_double_text(${sql})`);
    case "decimal": {
      const digits = `spark_decimal_digits(spark_fraction_text(${sql}))`;
      return type.precision <= EXACT_DIGITS ? digits : tagged("m", digits);
    }
    case "date":
      return tagged("d", `(${sql} - DATE '1970-01-01')`);
    case "timestamp":
      return tagged("t", `epoch_us(${sql})`);
    case "timestamp_ntz":
      return tagged("n", `epoch_us(${sql})`);
    case "binary":
      return tagged("b", `to_base64(${sql})`);
    case "variant":
      return sql;
    default:
      return `CAST(${sql} AS VARCHAR)`;
  }
}
