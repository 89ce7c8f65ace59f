/** What DESCRIBE and SHOW CREATE TABLE tell of a view. */
import { identifierText } from "../../catalog/table-identifier.js";
import type { ViewEntry } from "../../catalog/warehouse-catalog.js";
import type { Value } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { StructType } from "../../schema/data-type.js";
import { quoteIfNeeded, quoteName } from "../../schema/type-text.js";

/** The view's columns with the comments that it gives them. */
export function withComments(schema: StructType, view: ViewEntry): StructType {
  const fields = schema.fields.map((one, i) => {
    const comment = view.columns[i]?.comment;
    return comment === undefined ? one : { ...one, metadata: { ...one.metadata, comment } };
  });
  return { ...schema, fields };
}

/** The rows of DESCRIBE EXTENDED behind the columns. */
export function viewDetailRows(view: ViewEntry): Value[][] {
  const { catalog, schema, name } = view.identifier;
  const properties = Object.entries(view.properties ?? {}).sort();
  const { current, output } = view;
  const rows: (readonly [string, string])[] = [
    ["", ""],
    ["# Detailed Table Information", ""],
    ["Catalog", catalog],
    ["Database", schema],
    ["Table", name],
    ...(view.created === undefined ? [] : [["Created Time", javaDate(view.created)] as const]),
    ["Type", "VIEW"],
    ...(view.comment === undefined ? [] : [["Comment", view.comment] as const]),
    ["View Text", view.query],
    ["View Original Text", view.query],
    ["View Schema Mode", view.schemaMode ?? "COMPENSATION"],
    ["View Catalog and Namespace", `${quoteIfNeeded(current.catalog)}.${quoteIfNeeded(current.schema)}`],
    ...(output
      ? [["View Query Output Columns", `[${output.map((one) => quoteName(one.name)).join(", ")}]`] as const]
      : []),
    ...(properties.length > 0
      ? [["Table Properties", `[${properties.map(([key, value]) => `${key}=${value}`).join(",")}]`] as const]
      : []),
  ];
  return rows.map(([key, value]) => [key, value, ""]);
}

/** The statement that makes the view anew, as Spark prints it. */
export function createViewText(view: ViewEntry, schema: StructType): string {
  const columns = schema.fields.map((one) => {
    const { comment } = one.metadata;
    return `  ${quoteIfNeeded(one.name)}${typeof comment === "string" ? ` COMMENT ${text(comment)}` : ""}`;
  });
  const properties = Object.entries(view.properties ?? {})
    .sort()
    .map(([key, value]) => `  ${text(key)} = ${text(value)}`);
  return [
    `CREATE VIEW ${identifierText(view.identifier)} (\n${columns.join(",\n")})`,
    ...(view.comment === undefined ? [] : [`COMMENT ${text(view.comment)}`]),
    ...(properties.length > 0 ? [`TBLPROPERTIES (\n${properties.join(",\n")})`] : []),
    `WITH SCHEMA ${view.schemaMode ?? "COMPENSATION"}`,
    `AS ${view.query}\n`,
  ].join("\n");
}

/** `Mon Nov 23 08:59:48 UTC 2026` */
export function javaDate(milliseconds: number): string {
  const text = new Date(milliseconds).toUTCString();
  const [, weekday, day, month, year, time] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(text) ?? [];
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}

export function temporaryView(name: readonly string[]): LakeletError {
  return new LakeletError({
    condition: "EXPECT_PERMANENT_VIEW_NOT_TEMP",
    sqlState: "42809",
    problem: `SHOW CREATE TABLE expects a permanent view, but ${name.map(quoteName).join(".")} is a temporary one.`,
  });
}

function text(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
