/** The table that an AUTO CDC flow fills, made before its first rows come. */
import { stringLiteral } from "../../dataframe/literal.js";
import type { StructType } from "../../schema/data-type.js";
import { quoteName, schemaText } from "../../schema/type-text.js";
import type { SparkSession } from "../../session/contract.js";
import type { FlowTarget } from "../../session/flow-contract.js";
import { quotedTable } from "./change-settings.js";

/** What a table of these settings is made with; one that is there stays as it is. */
export async function createTarget(session: SparkSession, target: FlowTarget, schema: StructType): Promise<void> {
  const { partitionBy, clusterBy, comment, constraints } = target;
  const properties = Object.entries(target.properties);
  const path = (name: string) => name.split(".").map(quoteName).join(".");
  const list = (names: readonly string[]) => names.map(path).join(", ");
  const name = quotedTable(target.table);
  const clauses = [
    `CREATE TABLE IF NOT EXISTS ${name} (${target.schemaDdl ?? schemaText(schema)}) USING DELTA`,
    partitionBy.length === 0 ? "" : `PARTITIONED BY (${list(partitionBy)})`,
    clusterBy.length === 0 ? "" : `CLUSTER BY (${list(clusterBy)})`,
    comment === undefined ? "" : `COMMENT ${stringLiteral(comment)}`,
    properties.length === 0
      ? ""
      : `TBLPROPERTIES (${properties.map(([key, value]) => `${stringLiteral(key)} = ${stringLiteral(value)}`).join(", ")})`,
  ];
  await session.sql(clauses.join(" "));
  for (const [constraint, condition] of Object.entries(constraints)) {
    await session.sql(`ALTER TABLE ${name} ADD CONSTRAINT ${quoteName(constraint)} CHECK (${condition})`);
  }
}

/**
 * Rows of the target change one by one: they are marked, not written again with all of their file, and the small files of many updates become
 * one, unless the table says otherwise.
 */
export function markingRows(target: FlowTarget): FlowTarget {
  const usual = { "delta.enableDeletionVectors": "true", "delta.autoOptimize.autoCompact": "true" };
  return { ...target, properties: { ...usual, ...target.properties } };
}
