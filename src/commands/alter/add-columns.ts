/** ALTER TABLE ADD COLUMNS: new columns and new fields of structs, anywhere among the others. Rows that exist read NULL in them. */

import type { AddedColumn, ColumnPosition } from "../../schema/alteration.js";
import { columnMappingMode } from "../../schema/column-mapping.js";
import type { DataType, StructField, StructType } from "../../schema/data-type.js";
import { findField } from "../../schema/data-type.js";
import { changeFieldsAt, type FieldPath, fieldAt } from "../../schema/field-path.js";
import { columnAlreadyExists, unresolvedColumn } from "../command-errors.js";
import { defaultText } from "../rules/column-defaults.js";
import { generationExpression } from "../rules/generated-columns.js";
import { identityOf } from "../rules/identity-columns.js";
import { checkStorable } from "../schema-evolution.js";
import { changeMetadata, withMappedColumns } from "../table-metadata.js";
import { defaultOfNewColumn, notAllowed, parentNotStruct } from "./alter-errors.js";
import type { AlteredTable, PlannedAlteration } from "./altered-table.js";

export function addColumns({ snapshot, target }: AlteredTable, columns: readonly AddedColumn[]): PlannedAlteration {
  const { configuration } = snapshot.metadata;
  const extended = columns.reduce((schema, column) => withColumn(schema, column, target.name), snapshot.schema);
  const checked = checkStorable(extended, columnMappingMode(configuration) !== undefined);
  const schema = withMappedColumns(checked, configuration);
  return {
    actions: changeMetadata(snapshot, { schema }),
    operation: "ADD COLUMNS",
    operationParameters: { columns: JSON.stringify(columns.map(addedText)) },
    schema,
  };
}

function withColumn(schema: StructType, { parent, field, position }: AddedColumn, table: string): StructType {
  checkAddable(field);
  const path = structAt(schema, parent);
  return changeFieldsAt(schema, path, (fields) => {
    const known = fields.find((one) => one.name.toLowerCase() === field.name.toLowerCase());
    if (known !== undefined) throw columnAlreadyExists([...path, field.name].join("."), table);
    return placed(fields, field, position);
  });
}

function structAt(schema: StructType, parent: FieldPath): FieldPath {
  if (parent.length === 0) return [];
  const found = fieldAt(schema, parent);
  if (found === undefined) {
    throw unresolvedColumn(
      parent.join("."),
      schema.fields.map((one) => one.name),
    );
  }
  if (found.dataType.kind !== "struct") throw parentNotStruct(found.path.join("."), found.dataType);
  return found.path;
}

function checkAddable(field: StructField): void {
  if (!field.nullable) throw notAllowed("NOT NULL in ALTER TABLE ADD COLUMNS");
  if (defaultText(field) !== undefined) throw defaultOfNewColumn();
  if (generationExpression(field) !== undefined) throw notAllowed("GENERATED ALWAYS AS in ALTER TABLE ADD COLUMNS");
  if (identityOf(field) !== undefined) throw notAllowed("IDENTITY in ALTER TABLE ADD COLUMNS");
}

/** The field among the others; at the end without a position. Throws UNRESOLVED_COLUMN.WITH_SUGGESTION for AFTER an unknown one. */
export function placed(
  fields: readonly StructField[],
  field: StructField,
  position: ColumnPosition | undefined,
): readonly StructField[] {
  if (position === undefined) return [...fields, field];
  if (position.kind === "first") return [field, ...fields];
  const anchor = findField({ kind: "struct", fields }, position.column);
  if (anchor === undefined) {
    throw unresolvedColumn(
      position.column,
      fields.map((one) => one.name),
    );
  }
  return fields.flatMap((one) => (one === anchor ? [one, field] : [one]));
}

function addedText({ parent, field, position }: AddedColumn): unknown {
  return {
    column: columnText([...parent, field.name], field),
    ...(position === undefined ? {} : { position: positionText(position) }),
  };
}

export function positionText(position: ColumnPosition): string {
  return position.kind === "first" ? "FIRST" : `AFTER ${position.column}`;
}

/** A column as Delta's history shows it. */
export function columnText(path: FieldPath, { dataType, nullable, metadata }: StructField): unknown {
  const shown = Object.entries(metadata).filter(([key]) => !key.startsWith("delta.columnMapping."));
  return { name: path.join("."), type: typeName(dataType), nullable, metadata: Object.fromEntries(shown) };
}

export function typeName(type: DataType): string {
  return type.kind === "decimal" ? `decimal(${type.precision},${type.scale})` : type.kind;
}
