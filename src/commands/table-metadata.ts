/** The metaData and protocol actions of a table that a commit creates, replaces or alters. */
import type { Action, Metadata } from "../delta/actions.js";
import type { Snapshot } from "../delta/contract.js";
import { checkWritable, type ProtocolRequest, protocolFeatures, protocolFor } from "../delta/protocol.js";
import { columnMappingMode, greatestColumnId, MAX_COLUMN_ID, withColumnMapping } from "../schema/column-mapping.js";
import type { StructType } from "../schema/data-type.js";
import { schemaFromJson, schemaToJson } from "../schema/schema-json.js";
import { clusteringAction } from "./clustering-columns.js";
import { reservedChangeColumns } from "./command-errors.js";
import type { TableDescription } from "./table-definition.js";

/**
 * The actions that give a table this description: protocol (where it is new, or grows), metaData, and the clustering columns. A table
 * that is replaced keeps its id, its time of creation, and the features of its protocol.
 */
export function describeTable(
  location: string,
  previous: Snapshot | undefined,
  description: TableDescription,
  now: number,
): readonly Action[] {
  const before = previous?.metadata;
  const metadata: Metadata = {
    id: before?.id ?? crypto.randomUUID(),
    ...(before?.name === undefined ? {} : { name: before.name }),
    ...(description.comment === undefined ? {} : { description: description.comment }),
    format: { provider: "parquet", options: {} },
    schemaString: schemaToJson(description.schema),
    partitionColumns: description.partitionColumns,
    configuration: description.properties,
    createdTime: before?.createdTime ?? now,
  };
  const wasClustered = previous !== undefined && protocolFeatures(previous.protocol).writer.includes("clustering");
  const clusters = description.clusterBy.length > 0 || wasClustered;
  return [
    ...metadataActions(location, previous, metadata, description.request),
    ...(clusters ? [clusteringAction(description.schema, description.clusterBy)] : []),
  ];
}

export interface MetadataChange {
  /** Fields of a table with mapped columns have their ids and physical names, see {@link withMappedColumns}. */
  readonly schema?: StructType;
  readonly partitionColumns?: readonly string[];
  readonly properties?: Readonly<Record<string, string>>;
  /** null takes the comment away. */
  readonly comment?: string | null;
  readonly request?: ProtocolRequest;
}

/** The same table with another schema, configuration or comment. */
export function changeMetadata(snapshot: Snapshot, change: MetadataChange): readonly Action[] {
  const { description: before, ...rest } = snapshot.metadata;
  const description = change.comment === undefined ? before : change.comment;
  const configuration = change.properties ?? rest.configuration;
  const metadata: Metadata = {
    ...rest,
    ...(description === undefined || description === null ? {} : { description }),
    ...(change.schema === undefined ? {} : { schemaString: schemaToJson(change.schema) }),
    ...(change.partitionColumns === undefined ? {} : { partitionColumns: change.partitionColumns }),
    configuration: change.schema === undefined ? configuration : withGreatestId(configuration, change.schema),
  };
  return metadataActions(snapshot.location, snapshot, metadata, change.request);
}

/** Ids are never given twice, not even those of columns that are gone. */
function withGreatestId(
  configuration: Readonly<Record<string, string>>,
  schema: StructType,
): Readonly<Record<string, string>> {
  if (columnMappingMode(configuration) === undefined) return configuration;
  const greatest = Math.max(Number(configuration[MAX_COLUMN_ID] ?? "0"), greatestColumnId(schema));
  return { ...configuration, [MAX_COLUMN_ID]: String(greatest) };
}

/** The schema of a table with these properties: where its columns are mapped, new fields get ids and physical names. */
export function withMappedColumns(schema: StructType, properties: Readonly<Record<string, string>>): StructType {
  if (columnMappingMode(properties) === undefined) return schema;
  return withColumnMapping(schema, Number(properties[MAX_COLUMN_ID] ?? "0"), "fresh");
}

function metadataActions(
  location: string,
  previous: Snapshot | undefined,
  metaData: Metadata,
  request: ProtocolRequest = {},
): readonly Action[] {
  checkChangeFeedColumns(metaData);
  const protocol = protocolFor(metaData, previous?.protocol, request);
  // Before any file is written, so that a feature that cannot be written costs nothing.
  checkWritable(location, protocol, metaData);
  return protocol === previous?.protocol ? [{ metaData }] : [{ protocol }, { metaData }];
}

const CHANGE_COLUMNS: ReadonlySet<string> = new Set(["_change_type", "_commit_version", "_commit_timestamp"]);

/** Throws RESERVED_CDC_COLUMNS_ON_WRITE where the table has columns that its change data feed adds. */
function checkChangeFeedColumns({ configuration, schemaString }: Metadata): void {
  if (configuration["delta.enableChangeDataFeed"]?.toLowerCase() !== "true") return;
  const names = schemaFromJson(schemaString).fields.map((one) => one.name);
  const reserved = names.filter((name) => CHANGE_COLUMNS.has(name.toLowerCase()));
  if (reserved.length > 0) throw reservedChangeColumns(reserved);
}
