/** Functions of VARIANT. */
import { type Column, type ColumnOrName, call, columnText, literalText, ofColumn, operandText } from "./call.js";

/** JSON text as a VARIANT; malformed text is an error. @example variant_get(parse_json("body"), "$.customer.id", "bigint") */
export const parse_json = ofColumn("parse_json");
/** As {@link parse_json}, null for malformed text. */
export const try_parse_json = ofColumn("try_parse_json");
/** A struct, array or map as a VARIANT object. */
export const to_variant_object = ofColumn("to_variant_object");
/** True for a JSON null within a VARIANT. */
export const is_variant_null = ofColumn("is_variant_null");
/** What lies at the path, as that type. Paths begin with `$`. */
export const variant_get = (variant: ColumnOrName, path: string | Column, type: string): Column =>
  call("variant_get", columnText(variant), operandText(path), literalText(type));
/** As {@link variant_get}, null where the value is no such type. */
export const try_variant_get = (variant: ColumnOrName, path: string | Column, type: string): Column =>
  call("try_variant_get", columnText(variant), operandText(path), literalText(type));
/** DDL of the value's type. */
export const schema_of_variant = ofColumn("schema_of_variant");
export const schema_of_variant_agg = ofColumn("schema_of_variant_agg");
