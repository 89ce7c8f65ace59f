/** The text of SHOW TABLE EXTENDED: what is known of a table or view, and its schema as a tree. */
import type { CatalogEntry } from "../../../catalog/warehouse-catalog.js";
import { schemaTree } from "../../../dataframe/schema-tree.js";
import { quoteName } from "../../../schema/type-text.js";
import { datasetType } from "../datasets/kept-definition.js";
import { schemaOf } from "../describe-statements.js";
import type { StatementContext } from "../statement-context.js";
import { viewDetailRows } from "../view-description.js";

/** @param entry absent for a temporary view */
export async function tableInformation(
  name: string,
  entry: CatalogEntry | undefined,
  context: StatementContext,
): Promise<string> {
  const parts = entry ? [entry.identifier.catalog, entry.identifier.schema, entry.identifier.name] : [name];
  const tree = schemaTree(await schemaOf(parts, context));
  const facts = entry ? await factsOf(entry, context) : [`Table: ${name}`, "Type: VIEW"];
  return `${facts.join("\n")}\nSchema: ${tree}\n`;
}

async function factsOf(entry: CatalogEntry, { runtime }: StatementContext): Promise<readonly string[]> {
  if (entry.kind === "view") {
    return viewDetailRows(entry)
      .slice(2)
      .map(([key, value]) => `${key}: ${value}`);
  }
  const { catalog, schema, name } = entry.identifier;
  const snapshot = await runtime.log(entry.location).snapshot();
  const { metadata, partitionColumns } = snapshot;
  return [
    `Catalog: ${catalog}`,
    `Database: ${schema}`,
    `Table: ${name}`,
    `Type: ${datasetType(snapshot) ?? (entry.managed ? "MANAGED" : "EXTERNAL")}`,
    "Provider: delta",
    ...(metadata.description === undefined ? [] : [`Comment: ${metadata.description}`]),
    `Location: file:${entry.location}`,
    ...(partitionColumns.length === 0 ? [] : [`Partition Columns: [${partitionColumns.map(quoteName).join(", ")}]`]),
  ];
}
