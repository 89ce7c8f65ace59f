/** The table features that lakelet knows, how far it supports each, and when a table really uses one (Delta protocol, "Table Features"). */
import { type DataType, type StructField, type StructType, TIMESTAMP_NTZ } from "../schema/data-type.js";
import { schemaFromJson } from "../schema/schema-json.js";
import type { Metadata } from "./actions.js";

/** `when-inactive`: only while the table does not use the feature, though its protocol may list it. */
export type Support = "yes" | "when-inactive" | "no";

export interface TableFeature {
  /** Readers have to know it, too; else only writers. */
  readonly readerWriter: boolean;
  readonly read: Support;
  readonly write: Support;
  /** The legacy versions that imply it, where there are some. */
  readonly legacyReader?: number;
  readonly legacyWriter?: number;
  /** Features that a protocol with this one has to list, too. */
  readonly requires?: readonly string[];
  /** Whether a table with this metadata uses the feature. Undefined: the metadata does not tell. */
  readonly isActive?: (metadata: Metadata, schema: StructType) => boolean;
}

const writerOnly = { readerWriter: false, read: "yes" } as const;

/** To support one more feature is to change its line here, once the code for it stands. */
export const TABLE_FEATURES: Readonly<Record<string, TableFeature>> = {
  appendOnly: { ...writerOnly, write: "yes", legacyWriter: 2, isActive: isTrue("delta.appendOnly") },
  invariants: { ...writerOnly, write: "yes", legacyWriter: 2, isActive: hasField("delta.invariants") },
  checkConstraints: { ...writerOnly, write: "yes", legacyWriter: 3, isActive: hasConstraint },
  changeDataFeed: {
    ...writerOnly,
    write: "yes",
    legacyWriter: 4,
    isActive: isTrue("delta.enableChangeDataFeed"),
  },
  generatedColumns: {
    ...writerOnly,
    write: "yes",
    legacyWriter: 4,
    isActive: hasField("delta.generationExpression"),
  },
  columnMapping: {
    readerWriter: true,
    read: "yes",
    write: "yes",
    legacyReader: 2,
    legacyWriter: 5,
    isActive: ({ configuration }) => (configuration["delta.columnMapping.mode"] ?? "none") !== "none",
  },
  identityColumns: {
    ...writerOnly,
    write: "yes",
    legacyWriter: 6,
    isActive: hasField("delta.identity.start"),
  },
  allowColumnDefaults: { ...writerOnly, write: "yes", isActive: hasField("CURRENT_DEFAULT") },
  inCommitTimestamp: { ...writerOnly, write: "yes", isActive: isTrue("delta.enableInCommitTimestamps") },
  domainMetadata: { ...writerOnly, write: "yes" },
  rowTracking: {
    ...writerOnly,
    write: "yes",
    requires: ["domainMetadata"],
    isActive: isTrue("delta.enableRowTracking"),
  },
  clustering: { ...writerOnly, write: "yes", requires: ["domainMetadata"] },
  // Data files of these tables must have what Iceberg's readers need, and nothing here sees to it.
  icebergCompatV1: {
    ...writerOnly,
    write: "when-inactive",
    requires: ["columnMapping"],
    isActive: isTrue("delta.enableIcebergCompatV1"),
  },
  icebergCompatV2: {
    ...writerOnly,
    write: "when-inactive",
    requires: ["columnMapping"],
    isActive: isTrue("delta.enableIcebergCompatV2"),
  },
  materializePartitionColumns: { ...writerOnly, write: "no" },
  checkpointProtection: { ...writerOnly, write: "yes" },
  // Which commits count is known to the catalog alone.
  catalogManaged: { readerWriter: true, read: "no", write: "no", requires: ["inCommitTimestamp"] },
  timestampNtz: {
    readerWriter: true,
    read: "yes",
    write: "yes",
    isActive: (_metadata, schema) => hasType(schema, (type) => type.kind === TIMESTAMP_NTZ.kind),
  },
  // It binds those who delete files, and nothing here deletes files of a table yet.
  vacuumProtocolCheck: { readerWriter: true, read: "yes", write: "yes" },
  deletionVectors: { readerWriter: true, read: "yes", write: "yes", isActive: isTrue("delta.enableDeletionVectors") },
  v2Checkpoint: { readerWriter: true, read: "yes", write: "yes", isActive: hasV2CheckpointPolicy },
  typeWidening: { readerWriter: true, read: "yes", write: "yes", isActive: isTrue("delta.enableTypeWidening") },
  variantType: { readerWriter: true, read: "yes", write: "no", isActive: hasVariant },
  variantShredding: { readerWriter: true, read: "yes", write: "no", isActive: isTrue("delta.enableVariantShredding") },
  // The names of features from before they were final; the tables are the same.
  "typeWidening-preview": { readerWriter: true, read: "yes", write: "yes" },
  "variantType-preview": { readerWriter: true, read: "yes", write: "no" },
  "variantShredding-preview": { readerWriter: true, read: "yes", write: "no" },
};

/** The features that a legacy protocol's versions stand for. */
export function legacyFeatures(minReaderVersion: number, minWriterVersion: number): string[] {
  return Object.entries(TABLE_FEATURES)
    .filter(
      ([, { legacyReader = 1, legacyWriter }]) =>
        legacyWriter !== undefined && legacyWriter <= minWriterVersion && legacyReader <= minReaderVersion,
    )
    .map(([name]) => name);
}

/** Metadata lives as long as the snapshots that share it, and each transaction asks again. */
const knownActive = new WeakMap<Metadata, readonly string[]>();

/** The known features that a table with this metadata uses. */
export function activeFeatures(metadata: Metadata): readonly string[] {
  const known = knownActive.get(metadata);
  if (known !== undefined) return known;
  const schema = schemaFromJson(metadata.schemaString);
  const active = Object.entries(TABLE_FEATURES)
    .filter(([, feature]) => feature.isActive?.(metadata, schema) === true)
    .map(([name]) => name);
  knownActive.set(metadata, active);
  return active;
}

function isTrue(property: string): (metadata: Metadata) => boolean {
  return ({ configuration }) => configuration[property]?.toLowerCase() === "true";
}

function hasConstraint({ configuration }: Metadata): boolean {
  return Object.keys(configuration).some((key) => key.startsWith("delta.constraints."));
}

function hasV2CheckpointPolicy({ configuration }: Metadata): boolean {
  return configuration["delta.checkpointPolicy"] === "v2";
}

function hasVariant(_metadata: Metadata, schema: StructType): boolean {
  return hasType(schema, (type) => type.kind === "variant");
}

function hasField(metadataKey: string): (metadata: Metadata, schema: StructType) => boolean {
  const matches = (one: StructField): boolean => Object.hasOwn(one.metadata, metadataKey);
  return (_metadata, schema) => hasType(schema, (type) => type.kind === "struct" && type.fields.some(matches));
}

/** True if the type, or any within it, satisfies the test. */
function hasType(type: DataType, test: (type: DataType) => boolean): boolean {
  if (test(type)) return true;
  switch (type.kind) {
    case "struct":
      return type.fields.some((one) => hasType(one.dataType, test));
    case "array":
      return hasType(type.elementType, test);
    case "map":
      return hasType(type.keyType, test) || hasType(type.valueType, test);
    default:
      return false;
  }
}
