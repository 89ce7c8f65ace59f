/** DESCRIBE DETAIL: one row about the table as it is now. */
import { protocolFeatures } from "../delta/protocol.js";
import type { EngineResult } from "../engine/engine.js";
import { array, field, INTEGER, LONG, map, STRING, type StructType, struct, TIMESTAMP } from "../schema/data-type.js";
import { tableNotFound } from "./command-errors.js";
import type { CommandContext, TargetTable } from "./contract.js";
import { timestampText } from "./describe-history.js";
import { clusteringColumns } from "./optimize/clustering.js";

export const DETAIL_SCHEMA: StructType = struct([
  field("format", STRING),
  field("id", STRING),
  field("name", STRING),
  field("description", STRING),
  field("location", STRING),
  field("createdAt", TIMESTAMP),
  field("lastModified", TIMESTAMP),
  field("partitionColumns", array(STRING)),
  field("clusteringColumns", array(STRING)),
  field("numFiles", LONG),
  field("sizeInBytes", LONG),
  field("properties", map(STRING, STRING)),
  field("minReaderVersion", INTEGER),
  field("minWriterVersion", INTEGER),
  field("tableFeatures", array(STRING)),
]);

/** The row of {@link DETAIL_SCHEMA}. `name` is null for a table by path. Throws DELTA_TABLE_NOT_FOUND. */
export async function describeDetail(
  context: CommandContext,
  target: TargetTable,
): Promise<EngineResult & { readonly schema: StructType }> {
  const log = context.log(target.location);
  if (!(await log.exists())) throw tableNotFound(target.name);
  const { metadata, protocol, partitionColumns, timestamp, size, clustering } = await detailsOf(log);
  const { reader, writer } = protocolFeatures(protocol);
  const row = [
    "delta",
    metadata.id,
    /^delta\./i.test(target.name) ? null : target.name,
    metadata.description ?? null,
    `file:${target.location}`,
    metadata.createdTime === undefined ? null : timestampText(metadata.createdTime),
    timestampText(timestamp),
    partitionColumns,
    (clustering ?? []).map((path) => path.join(".")),
    BigInt(size.files),
    BigInt(size.bytes),
    new Map(Object.entries(metadata.configuration)),
    protocol.minReaderVersion,
    protocol.minWriterVersion,
    [...new Set([...reader, ...writer])].sort(),
  ];
  return { schema: DETAIL_SCHEMA, columns: DETAIL_SCHEMA.fields.map((one) => one.name), rows: [row] };
}

async function detailsOf(log: ReturnType<CommandContext["log"]>) {
  const snapshot = await log.snapshot();
  const { metadata, protocol, partitionColumns, timestamp } = snapshot;
  const [size, clustering] = await Promise.all([snapshot.size(), clusteringColumns(snapshot)]);
  return { metadata, protocol, partitionColumns, timestamp, size, clustering };
}
