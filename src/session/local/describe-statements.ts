/** DESCRIBE, SHOW COLUMNS, SHOW TBLPROPERTIES, SHOW CREATE TABLE: what tables and queries are. */
import { identifierText, qualify } from "../../catalog/table-identifier.js";
import { describeDetail } from "../../commands/describe-detail.js";
import { describeHistory } from "../../commands/describe-history.js";
import type { Snapshot } from "../../delta/contract.js";
import type { Value } from "../../engine/engine.js";
import { STRING, type StructType } from "../../schema/data-type.js";
import { quoteIfNeeded, schemaText, typeText } from "../../schema/type-text.js";
import type { Statement } from "../../sql/statement.js";
import { sessionTable } from "./session-table.js";
import { resultOf, type StatementContext, type StatementResult } from "./statement-context.js";

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
      const { metadata, protocol } = await snapshotOf(statement.table, context);
      const all = {
        ...metadata.configuration,
        "delta.minReaderVersion": String(protocol.minReaderVersion),
        "delta.minWriterVersion": String(protocol.minWriterVersion),
      };
      const rows = Object.entries(all)
        .sort()
        .filter(([key]) => statement.key === undefined || key === statement.key);
      return resultOf(
        [
          ["key", STRING],
          ["value", STRING],
        ],
        rows,
      );
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
  const schema = await schemaOf(name, context);
  const rows: Value[][] = columnRows(schema);
  if (await isView(name, context)) return resultOf(DESCRIBE_COLUMNS, rows);
  const snapshot = await snapshotOf(name, context);
  if (snapshot.partitionColumns.length > 0) {
    rows.push(["# Partition Information", "", ""], ["# col_name", "data_type", "comment"]);
    for (const one of columnRows(schema)) if (snapshot.partitionColumns.includes(String(one[0]))) rows.push(one);
  }
  if (extended) {
    const table = await sessionTable(context.runtime, name);
    rows.push(
      ["", "", ""],
      ["# Detailed Table Information", "", ""],
      ["Name", table.name, ""],
      ["Location", snapshot.location, ""],
    );
    rows.push(
      ["Provider", "delta", ""],
      ["Version", String(snapshot.version), ""],
      ["Table Properties", JSON.stringify(snapshot.metadata.configuration), ""],
    );
  }
  return resultOf(DESCRIBE_COLUMNS, rows);
}

function columnRows(schema: StructType): Value[][] {
  return schema.fields.map((one) => [
    one.name,
    typeText(one.dataType),
    typeof one.metadata.comment === "string" ? one.metadata.comment : null,
  ]);
}

async function isView(name: readonly string[], { runtime }: StatementContext): Promise<boolean> {
  const [first] = name;
  if (name.length === 1 && first !== undefined && runtime.tempViews.has(first.toLowerCase())) return true;
  if (name.length === 2 && first?.toLowerCase() === "delta") return false;
  return (await runtime.catalog.require(qualify(name, runtime.state.current))).kind === "view";
}

async function schemaOf(name: readonly string[], context: StatementContext): Promise<StructType> {
  if (!(await isView(name, context))) return (await snapshotOf(name, context)).schema;
  return context.executor.schema(context.queryPlan(`SELECT * FROM ${name.map(quoteIfNeeded).join(".")}`));
}

async function snapshotOf(name: readonly string[], { runtime }: StatementContext): Promise<Snapshot> {
  const table = await sessionTable(runtime, name);
  if (table.identifier) await runtime.catalog.require(table.identifier);
  return runtime.log(table.location).snapshot();
}

async function createStatement(name: readonly string[], context: StatementContext): Promise<string> {
  const { runtime } = context;
  const entry = await runtime.catalog.require(qualify(name, runtime.state.current));
  if (entry.kind === "view") return `CREATE VIEW ${identifierText(entry.identifier)} AS\n${entry.query}`;
  const { schema, partitionColumns, metadata } = await snapshotOf(name, context);
  const properties = Object.entries(metadata.configuration).map(([key, value]) => `  '${key}' = '${value}'`);
  return [
    `CREATE TABLE ${identifierText(entry.identifier)} (\n  ${schemaText(schema).replaceAll(", ", ",\n  ")})`,
    "USING delta",
    ...(partitionColumns.length > 0 ? [`PARTITIONED BY (${partitionColumns.map(quoteIfNeeded).join(", ")})`] : []),
    ...(entry.managed ? [] : [`LOCATION '${entry.location}'`]),
    ...(metadata.description === undefined ? [] : [`COMMENT '${metadata.description.replaceAll("'", "\\'")}'`]),
    ...(properties.length > 0 ? [`TBLPROPERTIES (\n${properties.join(",\n")})`] : []),
  ].join("\n");
}
