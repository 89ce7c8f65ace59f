/** ALTER COLUMN TYPE: wider types where the table allows them, and lengths of CHAR and VARCHAR that exclude no value. */
import { CHAR_VARCHAR_METADATA, lengthLimit } from "../../schema/char-varchar.js";
import { type DataType, type StructField, type StructType, sameType } from "../../schema/data-type.js";
import { changeFieldAt, changeTypeAt, type FoundField } from "../../schema/field-path.js";
import { isTypeWideningEnabled, isWidening, withTypeChange } from "../../schema/type-widening.js";
import { identityOf } from "../rules/identity-columns.js";
import { identityRefused } from "../rules/rule-errors.js";
import { isUpcast } from "../schema-evolution.js";
import { changeNotSupported, wideningNotEnabled } from "./alter-errors.js";
import type { AlteredTable } from "./altered-table.js";
import { checkNothingDepends } from "./column-dependents.js";

/** @param to Its type, and in its metadata the length of a CHAR or VARCHAR. */
export function changedType(table: AlteredTable, schema: StructType, found: FoundField, to: StructField): StructType {
  const { path, dataType: from, field } = found;
  if (sameType(from, to.dataType)) return withLength(table, schema, found, to);
  const name = path.join(".");
  if (identityOf(field) !== undefined) throw identityRefused("ALTER_COLUMN_NOT_SUPPORTED");
  if (!isAtomic(from) || !isAtomic(to.dataType)) throw changeNotSupported(table.target.name, name, from, to.dataType);
  if (!isWidening(from, to.dataType) || !isTypeWideningEnabled(table.snapshot.properties)) {
    const values = isUpcast(from, to.dataType) || to.dataType.kind === "string" || isWidening(from, to.dataType);
    throw values
      ? wideningNotEnabled(name, from, to.dataType)
      : changeNotSupported(table.target.name, name, from, to.dataType);
  }
  checkNothingDepends(table.context.compiler, { ...table.snapshot, schema }, path);
  const widened = changeTypeAt(schema, path, () => to.dataType);
  return withTypeChange(widened, path, from, to.dataType);
}

function isAtomic({ kind }: DataType): boolean {
  return kind !== "struct" && kind !== "array" && kind !== "map";
}

/** A length may grow, or go; a CHAR stays one, because its values are filled up. */
function withLength({ target }: AlteredTable, schema: StructType, found: FoundField, to: StructField): StructType {
  const { field, path, isItem } = found;
  const [before, after] = [lengthLimit(field), lengthLimit(to)];
  const declared = to.metadata[CHAR_VARCHAR_METADATA];
  if (field.metadata[CHAR_VARCHAR_METADATA] === declared || isItem) return schema;
  const [old, fresh] = [before, after].map((one) => (one !== undefined && "length" in one ? one : undefined));
  const grows =
    old !== undefined &&
    (fresh === undefined ? after === undefined : fresh.length >= old.length && fresh.kind === old.kind);
  if (!grows) {
    const text = (one: StructField): string => String(one.metadata[CHAR_VARCHAR_METADATA] ?? "string");
    throw changeNotSupported(target.name, path.join("."), text(field), text(to));
  }
  const { [CHAR_VARCHAR_METADATA]: _old, ...rest } = field.metadata;
  return changeFieldAt(schema, path, (one) => ({
    ...one,
    metadata: declared === undefined ? rest : { ...rest, [CHAR_VARCHAR_METADATA]: declared },
  }));
}
