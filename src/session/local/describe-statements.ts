/** DESCRIBE, SHOW COLUMNS, SHOW TBLPROPERTIES, SHOW CREATE TABLE: what tables and queries are. */
import { identifierText, qualify } from "../../catalog/table-identifier.js";
import type { ViewEntry } from "../../catalog/warehouse-catalog.js";
import { describeDetail } from "../../commands/describe-detail.js";
import { describeHistory } from "../../commands/describe-history.js";
import { clusteringColumns } from "../../commands/optimize/clustering.js";
import { defaultText } from "../../commands/rules/column-defaults.js";
import { checkConstraints } from "../../commands/rules/row-checks.js";
import type { Snapshot } from "../../delta/contract.js";
import type { Value } from "../../engine/engine.js";
import { STRING, type StructType } from "../../schema/data-type.js";
import { fieldAt } from "../../schema/field-path.js";
import { quoteIfNeeded, quoteName, typeText } from "../../schema/type-text.js";
import type { Statement } from "../../sql/statement.js";
import { datasetType, keptDefinition } from "./datasets/kept-definition.js";
import { type SessionTable, sessionTable } from "./session-table.js";
import { resultOf, type StatementContext, type StatementResult } from "./statement-context.js";
import { columnType, createTableText } from "./table-ddl.js";
import { createViewText, temporaryView, viewDetailRows, withComments } from "./view-description.js";

const DESCRIBE_COLUMNS = [
  ["col_name", STRING],
  ["data_type", STRING],
  ["comment", STRING],
] as const;

/** Undefined where the statement is none of these. */
export async function executeDescribeStatement(
  statement: Statement,
  context: StatementContext,
): Promise<StatementResult | undefined> {
  const { runtime } = context;
  switch (statement.kind) {
    case "describe-history":
      return describeHistory(runtime.commandContext(), await sessionTable(runtime, statement.table), statement.limit);
    case "describe-detail":
      return describeDetail(runtime.commandContext(), await sessionTable(runtime, statement.table));
    case "describe-query":
      return context.withQuery(statement.query, ({ schema }) =>
        Promise.resolve(resultOf(DESCRIBE_COLUMNS, columnRows(schema))),
      );
    case "describe-table":
      return describeTable(statement.table, statement.extended, context);
    case "show-columns":
      return resultOf(
        [["col_name", STRING]],
        (await schemaOf(statement.table, context)).fields.map((one) => [one.name]),
      );
    case "show-tblproperties": {
      const view = await keptViewOf(statement.table, context);
      if (view) return propertyRows(view.properties ?? {}, statement.key, identifierText(view.identifier));
      const { metadata, protocol } = await snapshotOf(statement.table, context);
      const all = {
        ...metadata.configuration,
        "delta.minReaderVersion": String(protocol.minReaderVersion),
        "delta.minWriterVersion": String(protocol.minWriterVersion),
      };
      return propertyRows(all, statement.key, (await sessionTable(runtime, statement.table)).name);
    }
    case "show-create-table":
      return resultOf([["createtab_stmt", STRING]], [[await createStatement(statement.table, context)]]);
    default:
      return undefined;
  }
}

async function describeTable(
  name: readonly string[],
  extended: boolean,
  context: StatementContext,
): Promise<StatementResult> {
  const rows: Value[][] = columnRows(await schemaOf(name, context));
  const view = await keptViewOf(name, context);
  if (view && extended) rows.push(...viewDetailRows(view));
  if (view || (await isView(name, context))) return resultOf(DESCRIBE_COLUMNS, rows);
  const snapshot = await snapshotOf(name, context);
  const { schema, partitionColumns } = snapshot;
  const parted = partitionColumns.map((column) => [column]);
  rows.push(...columnSection("# Partition Information", parted, schema));
  rows.push(...columnSection("# Clustering Information", (await clusteringColumns(snapshot)) ?? [], schema));
  if (extended)
    rows.push(...detailRows(await sessionTable(context.runtime, name), snapshot, await isManaged(name, context)));
  return resultOf(DESCRIBE_COLUMNS, rows);
}

/** The columns again that a table is divided by; nothing where there are none. */
function columnSection(title: string, paths: readonly (readonly string[])[], schema: StructType): Value[][] {
  if (paths.length === 0) return [];
  const columns = paths.map((path) => {
    const found = fieldAt(schema, path);
    const type = found === undefined ? "" : typeText(found.dataType);
    const comment = found?.field.metadata.comment;
    return [path.map(quoteIfNeeded).join("."), type, typeof comment === "string" ? comment : null];
  });
  return [[title, "", ""], ["# col_name", "data_type", "comment"], ...columns];
}

function detailRows(table: SessionTable, snapshot: Snapshot, managed: boolean): Value[][] {
  const { metadata, protocol, schema } = snapshot;
  const defaults = schema.fields.flatMap((one) => {
    const text = defaultText(one);
    return text === undefined ? [] : [[one.name, columnType(one), text]];
  });
  const constraints = checkConstraints(metadata.configuration).map(({ name, expression }) => [
    name,
    `CHECK (${expression})`,
    "",
  ]);
  const properties = {
    ...metadata.configuration,
    "delta.minReaderVersion": String(protocol.minReaderVersion),
    "delta.minWriterVersion": String(protocol.minWriterVersion),
  };
  return [
    ...(defaults.length === 0 ? [] : [["", "", ""], ["# Column Default Values", "", ""], ...defaults]),
    ...(constraints.length === 0 ? [] : [["", "", ""], ["# Constraints", "", ""], ...constraints]),
    ["", "", ""],
    ["# Detailed Table Information", "", ""],
    ["Name", table.name, ""],
    ["Type", datasetType(snapshot) ?? (managed ? "MANAGED" : "EXTERNAL"), ""],
    ...definitionRows(snapshot),
    ...(metadata.description === undefined ? [] : [["Comment", metadata.description, ""]]),
    ["Location", `file:${snapshot.location}`, ""],
    ["Provider", "delta", ""],
    ["Version", String(snapshot.version), ""],
    [
      "Table Properties",
      `[${Object.entries(properties)
        .sort()
        .map(([key, value]) => `${key}=${value}`)
        .join(",")}]`,
      "",
    ],
  ];
}

/** Of a materialized view or a streaming table that a statement made. */
function definitionRows(snapshot: Snapshot): Value[][] {
  const kept = keptDefinition(snapshot);
  if (kept === undefined) return [];
  const { catalog, schema } = kept.current;
  return [
    ["View Text", kept.statement.flow.query, ""],
    ["View Catalog and Namespace", `${quoteIfNeeded(catalog)}.${quoteIfNeeded(schema)}`, ""],
    ["Refresh Schedule", "MANUAL", ""],
  ];
}

async function isManaged(name: readonly string[], { runtime }: StatementContext): Promise<boolean> {
  if (name.length === 2 && name[0]?.toLowerCase() === "delta") return false;
  const entry = await runtime.catalog.require(qualify(name, runtime.state.current));
  return entry.kind === "table" && entry.managed;
}

function columnRows(schema: StructType): Value[][] {
  return schema.fields.map((one) => [
    one.name,
    columnType(one),
    typeof one.metadata.comment === "string" ? one.metadata.comment : null,
  ]);
}

async function isView(name: readonly string[], { runtime }: StatementContext): Promise<boolean> {
  const [first = "", second = ""] = name;
  if (name.length === 1 && runtime.tempViews.has(first.toLowerCase())) return true;
  if (name.length !== 2) return false;
  return first.toLowerCase() === "global_temp" && runtime.globalTempViews.has(second.toLowerCase());
}

/** The view of that name which the catalog keeps; undefined for anything else. */
async function keptViewOf(name: readonly string[], context: StatementContext): Promise<ViewEntry | undefined> {
  const { runtime } = context;
  if (name.length === 2 && name[0]?.toLowerCase() === "delta") return undefined;
  if (await isView(name, context)) return undefined;
  const entry = await runtime.catalog.require(qualify(name, runtime.state.current));
  return entry.kind === "view" ? entry : undefined;
}

export async function schemaOf(name: readonly string[], context: StatementContext): Promise<StructType> {
  const view = await keptViewOf(name, context);
  if (!view && !(await isView(name, context))) return (await snapshotOf(name, context)).schema;
  const schema = await context.executor.schema(context.queryPlan(`SELECT * FROM ${name.map(quoteName).join(".")}`));
  return view ? withComments(schema, view) : schema;
}

/** A property that is not there is said so in the value, as Spark does. */
function propertyRows(all: Readonly<Record<string, string>>, key: string | undefined, table: string): StatementResult {
  const columns = [
    ["key", STRING],
    ["value", STRING],
  ] as const;
  if (key === undefined) return resultOf(columns, Object.entries(all).sort());
  return resultOf(columns, [[key, all[key] ?? `Table ${table} does not have property: ${key}`]]);
}

async function snapshotOf(name: readonly string[], { runtime }: StatementContext): Promise<Snapshot> {
  const table = await sessionTable(runtime, name);
  if (table.identifier) await runtime.catalog.require(table.identifier);
  return runtime.log(table.location).snapshot();
}

async function createStatement(name: readonly string[], context: StatementContext): Promise<string> {
  const { runtime } = context;
  if (await isView(name, context)) throw temporaryView(name);
  const entry = await runtime.catalog.require(qualify(name, runtime.state.current));
  if (entry.kind === "view") return createViewText(entry, await schemaOf(name, context));
  const location = entry.managed ? undefined : entry.location;
  const snapshot = await snapshotOf(name, context);
  return createTableText(identifierText(entry.identifier), snapshot, location, keptDefinition(snapshot)?.statement);
}
