/** `information_schema`: tables, views, their columns and rules. */
import type { CatalogEntry } from "../../../catalog/warehouse-catalog.js";
import { defaultText } from "../../../commands/rules/column-defaults.js";
import { generationExpression } from "../../../commands/rules/generated-columns.js";
import { identityOf } from "../../../commands/rules/identity-columns.js";
import { checkConstraints } from "../../../commands/rules/row-checks.js";
import type { Snapshot } from "../../../delta/contract.js";
import { type DataType, field, INTEGER, LONG, STRING, type StructField, TIMESTAMP } from "../../../schema/data-type.js";
import { parseDataType } from "../../../sql/parse/parse.js";
import { datasetType, keptDefinition } from "../datasets/kept-definition.js";
import type { Runtime } from "../runtime.js";
import { columnType } from "../table-ddl.js";
import { owner, schemasOf, texts } from "./catalog-objects.js";
import type { Cell, KnownRows } from "./values-relation.js";

type Columns = readonly (readonly [string, DataType])[];
type Listed = CatalogEntry & { readonly snapshot?: Snapshot };

const TABLE = texts("table_catalog", "table_schema", "table_name");

/** All tables and views, tables with their newest snapshot. */
async function entriesOf(runtime: Runtime, catalogs: readonly string[]): Promise<readonly Listed[]> {
  const schemas = await schemasOf(runtime, catalogs);
  const entries = (await Promise.all(schemas.map((schema) => runtime.catalog.list(schema)))).flat();
  return Promise.all(
    entries.map(
      async (entry): Promise<Listed> =>
        entry.kind === "view" ? entry : { ...entry, snapshot: await runtime.log(entry.location).snapshot() },
    ),
  );
}

function nameOf({ identifier }: CatalogEntry): readonly Cell[] {
  return [identifier.catalog, identifier.schema, identifier.name];
}

export async function tableRows(runtime: Runtime, catalogs: readonly string[]): Promise<KnownRows> {
  const who = owner(runtime);
  const rows = (await entriesOf(runtime, catalogs)).map((entry): readonly Cell[] => {
    if (entry.kind === "view") {
      const { comment, created } = entry;
      return [...nameOf(entry), "VIEW", "NO", "PRESERVE", who, comment, created, who, created, who, "UNKNOWN", null];
    }
    const { metadata } = entry.snapshot ?? {};
    const created = metadata?.createdTime === undefined ? null : Number(metadata.createdTime);
    const dataset = entry.snapshot && datasetType(entry.snapshot);
    const type = dataset ?? (entry.managed ? "MANAGED" : "EXTERNAL");
    const isInsertable = dataset === "MATERIALIZED_VIEW" ? "NO" : "YES";
    const facts = [created, who, created, who, "DELTA", entry.location];
    return [...nameOf(entry), type, isInsertable, "PRESERVE", who, metadata?.description, ...facts];
  });
  const columns: Columns = [
    ...TABLE,
    ...texts("table_type", "is_insertable_into", "commit_action", "table_owner", "comment"),
    ["created", TIMESTAMP],
    ["created_by", STRING],
    ["last_altered", TIMESTAMP],
    ...texts("last_altered_by", "data_source_format", "storage_path"),
  ];
  return { columns, rows };
}

export async function viewRows(runtime: Runtime, catalogs: readonly string[]): Promise<KnownRows> {
  const views = (await entriesOf(runtime, catalogs)).flatMap((one) => {
    if (one.kind === "view") return [{ name: nameOf(one), query: one.query, isMaterialized: "NO" }];
    const isMaterialized = one.snapshot !== undefined && datasetType(one.snapshot) === "MATERIALIZED_VIEW";
    const query = one.snapshot && keptDefinition(one.snapshot)?.statement.flow.query;
    return isMaterialized ? [{ name: nameOf(one), query: query ?? null, isMaterialized: "YES" }] : [];
  });
  const names = texts(
    "view_definition",
    "check_option",
    "is_updatable",
    "is_insertable_into",
    "sql_path",
    "is_materialized",
  );
  return {
    columns: [...TABLE, ...names],
    rows: views.map((one) => [...one.name, one.query, "NONE", "NO", "NO", null, one.isMaterialized]),
  };
}

export async function columnRows(runtime: Runtime, catalogs: readonly string[]): Promise<KnownRows> {
  const rows = (await entriesOf(runtime, catalogs)).flatMap((entry) =>
    fieldsOf(entry).map((one, i) => [...nameOf(entry), ...columnCells(one, i, entry)]),
  );
  const columns: Columns = [
    ...TABLE,
    ["column_name", STRING],
    ["ordinal_position", INTEGER],
    ...texts("column_default", "is_nullable", "full_data_type", "data_type"),
    ["character_maximum_length", LONG],
    ["numeric_precision", INTEGER],
    ["numeric_precision_radix", INTEGER],
    ["numeric_scale", INTEGER],
    ["datetime_precision", INTEGER],
    ...texts("is_identity", "identity_generation", "identity_start", "identity_increment"),
    ...texts("is_generated", "generation_expression", "is_updatable"),
    ["partition_ordinal_position", INTEGER],
    ["comment", STRING],
  ];
  return { columns, rows };
}

/** Views of the first versions do not know their columns' types. */
function fieldsOf(entry: Listed): readonly StructField[] {
  if (entry.kind === "table") return entry.snapshot?.schema.fields ?? [];
  return (entry.output ?? []).map(({ name, type }, i) => {
    const own = entry.columns[i];
    const metadata = own?.comment === undefined ? {} : { comment: own.comment };
    return field(own?.name ?? name, parseDataType(type), true, metadata);
  });
}

function columnCells(column: StructField, index: number, entry: Listed): readonly Cell[] {
  const type = columnType(column);
  const identity = identityOf(column);
  const generation = generationExpression(column);
  const { comment } = column.metadata;
  const partition = entry.kind === "table" ? (entry.snapshot?.partitionColumns.indexOf(column.name) ?? -1) : -1;
  const length = /^(?:var)?char\((\d+)\)$/.exec(type)?.[1];
  return [
    column.name,
    index + 1,
    defaultText(column),
    column.nullable ? "YES" : "NO",
    type,
    (/^\w+/.exec(type)?.[0] ?? type).toUpperCase(),
    length === undefined ? null : Number(length),
    ...numericCells(column.dataType),
    column.dataType.kind.startsWith("timestamp") ? 6 : null,
    identity ? "YES" : "NO",
    identity ? (identity.allowExplicitInsert ? "BY DEFAULT" : "ALWAYS") : null,
    identity ? String(identity.start) : null,
    identity ? String(identity.step) : null,
    generation === undefined ? "NO" : "YES",
    generation,
    entry.kind === "table" ? "YES" : "NO",
    partition < 0 ? null : partition + 1,
    typeof comment === "string" ? comment : null,
  ];
}

const DIGITS: Readonly<Record<string, number>> = { byte: 3, short: 5, integer: 10, long: 19 };
const BITS: Readonly<Record<string, number>> = { float: 24, double: 53 };

/** Precision, its radix, scale. */
function numericCells(type: DataType): readonly Cell[] {
  if (type.kind === "decimal") return [type.precision, 10, type.scale];
  const digits = DIGITS[type.kind];
  if (digits !== undefined) return [digits, 10, 0];
  const bits = BITS[type.kind];
  return bits === undefined ? [null, null, null] : [bits, 2, null];
}

async function constraintsOf(runtime: Runtime, catalogs: readonly string[]) {
  return (await entriesOf(runtime, catalogs)).flatMap((entry) =>
    entry.kind === "table" && entry.snapshot
      ? checkConstraints(entry.snapshot.metadata.configuration).map((constraint) => ({ entry, constraint }))
      : [],
  );
}

export async function constraintRows(runtime: Runtime, catalogs: readonly string[]): Promise<KnownRows> {
  const found = await constraintsOf(runtime, catalogs);
  const columns = [
    ...texts("constraint_catalog", "constraint_schema", "constraint_name"),
    ...TABLE,
    ...texts("constraint_type", "is_deferrable", "initially_deferred", "enforced", "comment"),
  ];
  const rows = found.map(({ entry, constraint }): readonly Cell[] => {
    const { catalog, schema } = entry.identifier;
    return [catalog, schema, constraint.name, ...nameOf(entry), "CHECK", "NO", "NO", "YES", null];
  });
  return { columns, rows };
}

export async function checkConstraintRows(runtime: Runtime, catalogs: readonly string[]): Promise<KnownRows> {
  const found = await constraintsOf(runtime, catalogs);
  const columns = texts("constraint_catalog", "constraint_schema", "constraint_name", "check_clause", "sql_path");
  const rows = found.map(({ entry, constraint }): readonly Cell[] => {
    const { catalog, schema } = entry.identifier;
    return [catalog, schema, constraint.name, constraint.expression, null];
  });
  return { columns, rows };
}
