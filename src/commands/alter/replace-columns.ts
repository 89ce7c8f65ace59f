/** ALTER TABLE REPLACE COLUMNS: the columns in another order, with other comments, with new ones, and where columns are mapped without some. */
import { columnMappingMode } from "../../schema/column-mapping.js";
import type { DataType, StructField, StructType } from "../../schema/data-type.js";
import { findField, sameType } from "../../schema/data-type.js";
import { identityColumns } from "../rules/identity-columns.js";
import { identityRefused } from "../rules/rule-errors.js";
import { checkStorable } from "../schema-evolution.js";
import { changeMetadata, withMappedColumns } from "../table-metadata.js";
import { columnText } from "./add-columns.js";
import { columnsNotReplaceable } from "./alter-errors.js";
import type { AlteredTable, PlannedAlteration } from "./altered-table.js";
import { checkNothingDepends } from "./column-dependents.js";

export function replaceColumns(
  { context, snapshot }: AlteredTable,
  columns: readonly StructField[],
): PlannedAlteration {
  const { schema: before, metadata, partitionColumns } = snapshot;
  if (identityColumns(before).length > 0) throw identityRefused("REPLACE_COLUMN_NOT_SUPPORTED");
  const mapped = columnMappingMode(metadata.configuration) !== undefined;
  const replaced = replacedStruct(before, { kind: "struct", fields: columns }, mapped);
  for (const name of partitionColumns) {
    if (findField(replaced, name) === undefined) throw columnsNotReplaceable(`dropping the partition column ${name}`);
  }
  checkNothingDepends(context.compiler, snapshot, [], replaced);
  const schema = withMappedColumns(checkStorable(replaced, mapped), metadata.configuration);
  return {
    actions: changeMetadata(snapshot, { schema }),
    operation: "REPLACE COLUMNS",
    operationParameters: { columns: JSON.stringify(columns.map((one) => columnText([one.name], one))) },
    schema,
  };
}

function replacedStruct(before: StructType, after: StructType, mapped: boolean): StructType {
  const dropped = before.fields.filter((one) => findField(after, one.name) === undefined).map((one) => one.name);
  const added = after.fields.filter((one) => findField(before, one.name) === undefined);
  if (dropped.length > 0 && added.length > 0) {
    throw columnsNotReplaceable("it contains column removals and additions, and is therefore ambiguous");
  }
  if (dropped.length > 0 && !mapped) throw columnsNotReplaceable(`dropping column(s) [${dropped.join(", ")}]`);
  return {
    kind: "struct",
    fields: after.fields.map((one) => {
      const known = findField(before, one.name);
      return known === undefined ? addedField(one) : replacedField(known, one, mapped);
    }),
  };
}

function addedField(one: StructField): StructField {
  if (!one.nullable) throw columnsNotReplaceable(`adding the non-nullable column ${one.name}`);
  return one;
}

function replacedField(before: StructField, after: StructField, mapped: boolean): StructField {
  if (before.nullable && !after.nullable) throw columnsNotReplaceable(`tightening the nullability of ${before.name}`);
  const { comment: _comment, ...metadata } = before.metadata;
  const comment = after.metadata.comment;
  return {
    name: before.name,
    dataType: replacedType(before.dataType, after.dataType, before.name, mapped),
    nullable: after.nullable,
    metadata: comment === undefined ? metadata : { ...metadata, comment },
  };
}

function replacedType(before: DataType, after: DataType, name: string, mapped: boolean): DataType {
  if (before.kind === "struct" && after.kind === "struct") return replacedStruct(before, after, mapped);
  if (before.kind === "array" && after.kind === "array") {
    return { ...before, elementType: replacedType(before.elementType, after.elementType, `${name}.element`, mapped) };
  }
  if (before.kind === "map" && after.kind === "map") {
    return {
      ...before,
      keyType: replacedType(before.keyType, after.keyType, `${name}.key`, mapped),
      valueType: replacedType(before.valueType, after.valueType, `${name}.value`, mapped),
    };
  }
  if (!sameType(before, after))
    throw columnsNotReplaceable(`changing data type of ${name} from ${before.kind} to ${after.kind}`);
  return before;
}
