/** The metaData and protocol actions of a table that a commit creates, replaces or alters. */
import type { Action, Metadata } from "../delta/actions.js";
import type { Snapshot } from "../delta/contract.js";
import { checkWritable, protocolFor } from "../delta/protocol.js";
import type { StructType } from "../schema/data-type.js";
import { schemaToJson } from "../schema/schema-json.js";
import { unknownProperty, unsupportedFeatureProperty } from "./command-errors.js";

export interface TableDescription {
  readonly schema: StructType;
  readonly partitionColumns: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  readonly comment?: string | undefined;
}

/** Properties of Delta that ask for nothing beyond reader 1 / writer 2. */
const PLAIN_PROPERTIES: ReadonlySet<string> = new Set(
  [
    "appendOnly",
    "autoOptimize",
    "autoOptimize.autoCompact",
    "autoOptimize.optimizeWrite",
    "checkpointInterval",
    "checkpointRetentionDuration",
    "checkpoint.writeStatsAsJson",
    "checkpoint.writeStatsAsStruct",
    "compatibility.symlinkFormatManifest.enabled",
    "dataSkippingNumIndexedCols",
    "dataSkippingStatsColumns",
    "deletedFileRetentionDuration",
    "enableExpiredLogCleanup",
    "enableFullRetentionRollback",
    "isolationLevel",
    "logRetentionDuration",
    "parquet.compression.codec",
    "randomizeFilePrefixes",
    "randomPrefixLength",
    "sampleRetentionDuration",
    "setTransactionRetentionDuration",
    "targetFileSize",
    "tuneFileSizesForRewrites",
    "userMetadata",
  ].map((name) => `delta.${name.toLowerCase()}`),
);

/** Properties that ask for a feature, with the value that does not. */
const FEATURE_PROPERTIES: Readonly<Record<string, string>> = {
  "delta.checkpointpolicy": "classic",
  "delta.columnmapping.mode": "none",
  "delta.enablechangedatafeed": "false",
  "delta.enabledeletionvectors": "false",
  "delta.enableicebergcompatv1": "false",
  "delta.enableicebergcompatv2": "false",
  "delta.enableincommittimestamps": "false",
  "delta.enablerowtracking": "false",
  "delta.enabletypewidening": "false",
  "delta.enablevariantshredding": "false",
  "delta.minreaderversion": "1",
  "delta.minwriterversion": "2",
};

/** Properties that say how to make the table and are not kept in its configuration. */
const PROTOCOL_PROPERTIES: ReadonlySet<string> = new Set(["delta.minreaderversion", "delta.minwriterversion"]);

/**
 * The properties to keep in the table's configuration.
 * Throws DELTA_UNKNOWN_CONFIGURATION for an unknown `delta.*`, DELTA_UNSUPPORTED_FEATURES_FOR_WRITE for one that asks for a feature.
 */
export function checkedProperties(properties: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(properties)) {
    const name = key.toLowerCase();
    if (name.startsWith("delta.")) checkDeltaProperty(key, name, value);
    if (!PROTOCOL_PROPERTIES.has(name)) kept[key] = value;
  }
  return kept;
}

function checkDeltaProperty(key: string, name: string, value: string): void {
  if (PLAIN_PROPERTIES.has(name)) return;
  const plain = FEATURE_PROPERTIES[name];
  if (plain !== undefined && (value.toLowerCase() === plain || (name === "delta.minwriterversion" && value === "1"))) {
    return;
  }
  if (plain !== undefined || /^delta\.(feature|constraints|universalformat)\./.test(name)) {
    throw unsupportedFeatureProperty(key, value);
  }
  throw unknownProperty(key);
}

/**
 * The actions that give a table this description: protocol (where it is new, or grows) and metaData. A table that is replaced keeps
 * its id and its time of creation.
 */
export function describeTable(
  location: string,
  previous: Snapshot | undefined,
  description: TableDescription,
  now: number,
): readonly Action[] {
  const before = previous?.metadata;
  return metadataActions(location, previous, {
    id: before?.id ?? crypto.randomUUID(),
    ...(before?.name === undefined ? {} : { name: before.name }),
    ...(description.comment === undefined ? {} : { description: description.comment }),
    format: { provider: "parquet", options: {} },
    schemaString: schemaToJson(description.schema),
    partitionColumns: description.partitionColumns,
    configuration: description.properties,
    createdTime: before?.createdTime ?? now,
  });
}

export interface MetadataChange {
  readonly schema?: StructType;
  readonly partitionColumns?: readonly string[];
  readonly properties?: Readonly<Record<string, string>>;
  /** null takes the comment away. */
  readonly comment?: string | null;
}

/** The same table with another schema, configuration or comment. */
export function changeMetadata(snapshot: Snapshot, change: MetadataChange): readonly Action[] {
  const { description: before, ...rest } = snapshot.metadata;
  const description = change.comment === undefined ? before : change.comment;
  return metadataActions(snapshot.location, snapshot, {
    ...rest,
    ...(description === undefined || description === null ? {} : { description }),
    ...(change.schema === undefined ? {} : { schemaString: schemaToJson(change.schema) }),
    ...(change.partitionColumns === undefined ? {} : { partitionColumns: change.partitionColumns }),
    ...(change.properties === undefined ? {} : { configuration: change.properties }),
  });
}

function metadataActions(location: string, previous: Snapshot | undefined, metaData: Metadata): readonly Action[] {
  const protocol = protocolFor(metaData, previous?.protocol);
  // Before any file is written, so that a feature that cannot be written costs nothing.
  checkWritable(location, protocol, metaData);
  return protocol === previous?.protocol ? [{ metaData }] : [{ protocol }, { metaData }];
}
