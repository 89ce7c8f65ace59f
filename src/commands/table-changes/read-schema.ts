/** The schema under which changes are read, and which earlier schemas fit it. */
import type { Metadata } from "../../delta/actions.js";
import type { DeltaLog, Snapshot } from "../../delta/contract.js";
import { columnMappingMode, physicalName } from "../../schema/column-mapping.js";
import type { DataType, StructType } from "../../schema/data-type.js";
import { schemaFromJson } from "../../schema/schema-json.js";
import type { VersionRange } from "./change-bounds.js";
import { incompatibleDataSchema, incompatibleSchemaChange } from "./change-errors.js";

/** As Delta has it: of a table with column mapping the schema at the end of the range, of any other the newest one. */
export async function readSnapshotOf(log: DeltaLog, range: VersionRange | undefined): Promise<Snapshot> {
  const newest = await log.snapshot();
  const isMapped = columnMappingMode(newest.metadata.configuration) !== undefined;
  return isMapped && range !== undefined && range.end < newest.version ? log.snapshot(range.end) : newest;
}

/**
 * Fails where rows written under another version's schema cannot be read under that of the snapshot: a column is missing, renamed, of
 * another type, or may be NULL where it may not any more.
 */
export function checkReadable(snapshot: Snapshot, metadata: Metadata, version: number, range: VersionRange): void {
  const mapped = columnMappingMode(snapshot.metadata.configuration) !== undefined;
  const existing = schemaFromJson(metadata.schemaString);
  if (fits(existing, snapshot.schema, mapped)) return;
  throw version === range.start
    ? incompatibleDataSchema(snapshot.version, version, range)
    : incompatibleSchemaChange(snapshot.version, version, range);
}

function fits(existing: StructType, read: StructType, mapped: boolean): boolean {
  return existing.fields.every((one) => {
    const other = read.fields.find(({ name }) => name.toLowerCase() === one.name.toLowerCase());
    if (other === undefined || other.name !== one.name) return false;
    if (mapped && physicalName(other) !== physicalName(one)) return false;
    return (one.nullable ? other.nullable : true) && typeFits(one.dataType, other.dataType, mapped);
  });
}

const WIDER: Readonly<Record<string, readonly string[]>> = {
  byte: ["short", "integer", "long", "double"],
  short: ["integer", "long", "double"],
  integer: ["long", "double"],
  float: ["double"],
  date: ["timestamp_ntz"],
};

function typeFits(existing: DataType, read: DataType, mapped: boolean): boolean {
  if (existing.kind === "struct") return read.kind === "struct" && fits(existing, read, mapped);
  if (existing.kind === "array")
    return read.kind === "array" && typeFits(existing.elementType, read.elementType, mapped);
  if (existing.kind === "map") {
    return (
      read.kind === "map" &&
      typeFits(existing.keyType, read.keyType, mapped) &&
      typeFits(existing.valueType, read.valueType, mapped)
    );
  }
  if (existing.kind === "decimal" && read.kind === "decimal") {
    return read.scale >= existing.scale && read.precision - read.scale >= existing.precision - existing.scale;
  }
  return existing.kind === read.kind || (WIDER[existing.kind]?.includes(read.kind) ?? false);
}
