/** The Delta table of a dataset, brought to what is declared of it since: properties, CHECK constraints, comment. */
import { stringLiteral } from "../dataframe/literal.js";
import { LakeletError, type SourceLocation } from "../errors/lakelet-error.js";
import { quoteIfNeeded } from "../schema/type-text.js";
import type { SparkSession } from "./contract.js";
import type { FlowTarget, TableProgress } from "./flow-contract.js";

/** Whose a table is: the id of a pipeline, or {@link SQL_STATEMENT}. */
export const PIPELINE_ID = "pipelines.pipelineId";
/** STREAMING_TABLE, MATERIALIZED_VIEW ... */
export const DATASET_TYPE = "pipelines.datasetType";
/** Stands for the pipeline of a dataset that a statement of a session made. */
export const SQL_STATEMENT = "lakelet:sql";

/** "false" keeps a table from a full refresh. */
export const RESET_ALLOWED = "pipelines.reset.allowed";

export function notResettable(tables: readonly string[], location?: SourceLocation): LakeletError {
  const names = tables.join(", ");
  return new LakeletError({
    condition: "TABLE_NOT_RESETTABLE",
    sqlState: "42000",
    problem: `A full refresh is not allowed for ${names}.`,
    reason: `Their table property ${RESET_ALLOWED} is false.`,
    cure: "Leave them out of the full refresh, or take the property away.",
    parameters: { tables: names },
    ...(location === undefined ? {} : { location }),
  });
}

/** @param table its name, quoted where it must be */
export async function alignTable(
  session: Pick<SparkSession, "sql">,
  table: string,
  { properties, constraints, comment }: FlowTarget,
  found: Pick<TableProgress, "properties" | "comment">,
): Promise<void> {
  const changed = Object.entries(properties).filter(
    ([key, value]) => !isKept(key) && !isSame(found.properties[key], value),
  );
  if (changed.length > 0)
    await session.sql(`ALTER TABLE ${table} SET TBLPROPERTIES (${propertyList(Object.fromEntries(changed))})`);
  await addConstraints(session, table, constraints, found.properties);
  if (comment !== undefined && comment !== found.comment)
    await session.sql(`COMMENT ON TABLE ${table} IS ${stringLiteral(comment)}`);
}

export async function addConstraints(
  session: Pick<SparkSession, "sql">,
  table: string,
  constraints: Readonly<Record<string, string>>,
  properties: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, condition] of Object.entries(constraints)) {
    if (properties[`delta.constraints.${name.toLowerCase()}`] !== undefined) continue;
    await session.sql(`ALTER TABLE ${table} ADD CONSTRAINT ${quoteIfNeeded(name)} CHECK (${condition})`);
  }
}

/** As TBLPROPERTIES takes them. */
export function propertyList(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([key, value]) => `${stringLiteral(key)} = ${stringLiteral(value)}`)
    .join(", ");
}

/** What a table keeps elsewhere than among its properties. */
function isKept(key: string): boolean {
  return /^delta\.(?:feature\.|min(?:Reader|Writer)Version$)/i.test(key);
}

function isSame(one: string | undefined, other: string): boolean {
  return one === other || (/^(?:true|false)$/i.test(other) && one?.toLowerCase() === other.toLowerCase());
}
