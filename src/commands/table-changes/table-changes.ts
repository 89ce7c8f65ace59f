/** The change data feed of a table: the rows that the commits of a range inserted, updated and deleted (Delta protocol, "Change Data Files"). */
import type { EngineQuery } from "../../engine/engine.js";
import { field, LONG, STRING, type StructType, struct, TIMESTAMP } from "../../schema/data-type.js";
import { engineName, engineType } from "../../schema/engine-type.js";
import { tableNotFound } from "../command-errors.js";
import type { CommandContext, TargetTable } from "../contract.js";
import type { ChangeBounds } from "./change-bounds.js";
import { resolveRange } from "./change-range.js";
import { ChangeScans } from "./change-scans.js";
import { changedFiles } from "./changed-files.js";
import { checkReadable, readSnapshotOf } from "./read-schema.js";

/** The table's columns at the schema that is read, and what became of the row, in which commit, and when. */
export function changeSchema(schema: StructType): StructType {
  return struct([
    ...schema.fields,
    field("_change_type", STRING),
    field("_commit_version", LONG),
    field("_commit_timestamp", TIMESTAMP),
  ]);
}

/**
 * The changes of a range of versions as a query. A commit with change data files says its changes by them alone; of any other the files
 * that it added are inserts and those that it removed are deletes, as far as rows changed: of a file that only got another deletion vector,
 * the rows between the two.
 *
 * @throws DELTA_TABLE_NOT_FOUND; DELTA_MISSING_CHANGE_DATA where the feed was off at some version of the range;
 * DELTA_CHANGE_DATA_FEED_INCOMPATIBLE_SCHEMA_CHANGE and DELTA_CHANGE_DATA_FEED_INCOMPATIBLE_DATA_SCHEMA where rows of the range do not fit
 * the schema that is read; and what {@link resolveRange} throws.
 */
export async function tableChanges(
  context: CommandContext,
  target: TargetTable,
  bounds: ChangeBounds,
): Promise<EngineQuery> {
  const log = context.log(target.location);
  if (!(await log.exists())) throw tableNotFound(target.name);
  const range = await resolveRange(log, bounds);
  const snapshot = await readSnapshotOf(log, range);
  const schema = changeSchema(snapshot.schema);
  if (range === undefined) return { sql: withoutRows(schema), schema };
  const files = await changedFiles(log, range, (metadata, version) =>
    checkReadable(snapshot, metadata, version, range),
  );
  const scans = new ChangeScans(context, snapshot);
  const parts = [
    await scans.whole(files.inserted, "insert"),
    await scans.whole(files.deleted, "delete"),
    await scans.between(files.masked, "delete"),
    await scans.between(files.masked, "insert"),
    await scans.recorded(files.recorded),
  ].filter((part) => part !== undefined);
  return { sql: parts.length === 0 ? withoutRows(schema) : parts.join(" UNION ALL "), schema };
}

function withoutRows({ fields }: StructType): string {
  const columns = fields.map(({ name, dataType }) => `CAST(NULL AS ${engineType(dataType)}) AS ${engineName(name)}`);
  return `SELECT ${columns.join(", ")} WHERE false`;
}
