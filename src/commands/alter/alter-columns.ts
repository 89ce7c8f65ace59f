/** ALTER COLUMN: type, comment, place, NOT NULL, default and identity of columns that exist. */
import { protocolFeatures } from "../../delta/protocol.js";
import type { ColumnAlteration, ColumnChange } from "../../schema/alteration.js";
import type { StructField, StructType } from "../../schema/data-type.js";
import { changeFieldAt, changeFieldsAt, type FieldPath, type FoundField, fieldAt } from "../../schema/field-path.js";
import { unresolvedColumn } from "../command-errors.js";
import { notNullChecks } from "../row-query.js";
import { CURRENT_DEFAULT, checkDefaults } from "../rules/column-defaults.js";
import { generationExpression } from "../rules/generated-columns.js";
import { identityOf } from "../rules/identity-columns.js";
import { identityRefused } from "../rules/rule-errors.js";
import { defaultsNotEnabled } from "../table-definition.js";
import { changeMetadata } from "../table-metadata.js";
import { columnText, placed, positionText } from "./add-columns.js";
import { existingNulls, itemNotAlterable, notAllowed } from "./alter-errors.js";
import type { AlteredTable, PlannedAlteration } from "./altered-table.js";
import { changedType } from "./change-type.js";
import { countRows } from "./constraints.js";
import { syncIdentity } from "./sync-identity.js";

/** A schema under way, and whether rows had to be read to get there. */
interface Altered {
  readonly schema: StructType;
  readonly readsRows: boolean;
}

export async function alterColumns(
  table: AlteredTable,
  columns: readonly ColumnAlteration[],
): Promise<PlannedAlteration | undefined> {
  const { snapshot } = table;
  let altered: Altered = { schema: snapshot.schema, readsRows: false };
  for (const { column, changes } of columns) {
    for (const change of changes) altered = await alter(table, altered, column, change);
  }
  const { schema, readsRows } = altered;
  if (schema === snapshot.schema) return undefined;
  const described = columns.map((one) => describe(schema, one));
  const [only] = described;
  return {
    actions: changeMetadata(snapshot, { schema }),
    operation: described.length === 1 ? "CHANGE COLUMN" : "CHANGE COLUMNS",
    operationParameters:
      described.length === 1 && only !== undefined
        ? { column: JSON.stringify(only.column), ...(only.position === undefined ? {} : { position: only.position }) }
        : { columns: JSON.stringify(described) },
    readsRows,
    schema,
  };
}

function describe(
  schema: StructType,
  { column, changes }: ColumnAlteration,
): { readonly column: unknown; readonly position?: string } {
  const found = fieldAt(schema, column);
  const moved = changes.find((one) => one.kind === "position");
  return {
    column: found === undefined ? undefined : columnText(found.path, { ...found.field, dataType: found.dataType }),
    ...(moved === undefined ? {} : { position: positionText(moved.position) }),
  };
}

async function alter(table: AlteredTable, before: Altered, column: FieldPath, change: ColumnChange): Promise<Altered> {
  const found = foundColumn(before.schema, column);
  const read = (schema: StructType): Altered => ({ schema, readsRows: true });
  const pure = (schema: StructType): Altered => ({ schema, readsRows: before.readsRows });
  switch (change.kind) {
    case "type":
      return pure(changedType(table, before.schema, found, change.field));
    case "sync-identity":
      return read(await syncIdentity(table, before.schema, found));
    case "comment":
      return pure(changeField(before.schema, found, (field) => withMetadata(field, "comment", change.comment)));
    case "position":
      return pure(moved(before.schema, found, change.position));
    case "default":
      return pure(withDefault(table, before.schema, found, change.value));
    case "nullable":
      if (found.isItem) throw itemNotAlterable(found.path.join("."));
      if (change.nullable) return pure(changeField(before.schema, found, (field) => ({ ...field, nullable: true })));
      return read(await notNullable(table, before.schema, found));
  }
}

function foundColumn(schema: StructType, column: FieldPath): FoundField {
  const found = fieldAt(schema, column);
  if (found !== undefined) return found;
  throw unresolvedColumn(
    column.join("."),
    schema.fields.map((one) => one.name),
  );
}

function changeField(
  schema: StructType,
  { path, isItem }: FoundField,
  change: (field: StructField) => StructField,
): StructType {
  if (isItem) throw itemNotAlterable(path.join("."));
  return changeFieldAt(schema, path, change);
}

/** `undefined` takes the key away. */
function withMetadata(field: StructField, key: string, value: string | undefined): StructField {
  const { [key]: _before, ...rest } = field.metadata;
  return { ...field, metadata: value === undefined ? rest : { ...rest, [key]: value } };
}

function moved(
  schema: StructType,
  { path, isItem, field }: FoundField,
  position: Parameters<typeof placed>[2],
): StructType {
  if (isItem) throw itemNotAlterable(path.join("."));
  if (position?.kind === "after" && position.column.toLowerCase() === field.name.toLowerCase()) return schema;
  return changeFieldsAt(schema, path.slice(0, -1), (fields) =>
    placed(
      fields.filter((one) => one.name !== field.name),
      field,
      position,
    ),
  );
}

function withDefault(
  { context, snapshot }: AlteredTable,
  schema: StructType,
  found: FoundField,
  value: string | null,
): StructType {
  if (found.path.length > 1) throw notAllowed("DEFAULT of a nested field");
  if (value === null) return changeField(schema, found, (field) => withMetadata(field, CURRENT_DEFAULT, undefined));
  if (identityOf(found.field) !== undefined) throw identityRefused("ALTER_COLUMN_NOT_SUPPORTED");
  if (generationExpression(found.field) !== undefined) throw notAllowed("DEFAULT of a generated column");
  if (!protocolFeatures(snapshot.protocol).writer.includes("allowColumnDefaults"))
    throw defaultsNotEnabled("ALTER TABLE");
  checkDefaults(context.compiler, [withMetadata(found.field, CURRENT_DEFAULT, value)]);
  return changeField(schema, found, (field) => withMetadata(field, CURRENT_DEFAULT, value));
}

/** Throws DELTA_NOT_NULL_CONSTRAINT_VIOLATED where a row that exists has NULL there. */
async function notNullable(table: AlteredTable, schema: StructType, found: FoundField): Promise<StructType> {
  const strict = changeField(schema, found, (field) => ({ ...field, nullable: false }));
  const known = new Set(notNullChecks(schema).map((one) => one.violation));
  for (const { violation } of notNullChecks(strict)) {
    if (known.has(violation)) continue;
    const nulls = await countRows(table, violation.replaceAll('"row".', '"target".'));
    if (nulls > 0n) throw existingNulls(found.path.join("."), table.target.name, nulls);
  }
  return strict;
}
