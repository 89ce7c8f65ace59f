/** ALTER TABLE ... DROP FEATURE: which features can go, what has to be undone first, and the protocol that is left. */
import type { Metadata, Protocol } from "./actions.js";
import {
  checkpointProtectionNeedsTruncation,
  constraintsLeft,
  featureNeededBy,
  featureNotPresent,
  featureNotRemovable,
  historyIsNotTruncatedFor,
  unknownFeatureToDrop,
} from "./feature-removal-error.js";
import { protocolFeatures, protocolOfFeatures } from "./protocol.js";
import { TABLE_FEATURES } from "./table-feature.js";

/** What is in the table's files or schema because of the feature, and has to be rewritten before it can go. */
export type FeatureTrace = "deletion-vectors" | "physical-names" | "widened-files" | "v2-checkpoint";

export interface FeatureRemoval {
  readonly feature: string;
  /** Changes of the configuration that end the use of the feature; null takes a property away. */
  readonly properties: Readonly<Record<string, string | null>>;
  readonly trace: FeatureTrace | undefined;
  /**
   * none: nothing in the history binds readers. protect: older versions need the feature; checkpoints keep readers from them
   * ({@link protectedRemoval}). truncate: the feature goes when no version in the log lists it any more.
   */
  readonly history: "none" | "protect" | "truncate";
}

/** Features that Spark 4.0 drops. */
const REMOVABLE: Readonly<Record<string, Pick<FeatureRemoval, "properties" | "trace"> & { bindsReaders: boolean }>> = {
  checkConstraints: { properties: {}, trace: undefined, bindsReaders: false },
  inCommitTimestamp: {
    properties: {
      "delta.enableInCommitTimestamps": "false",
      "delta.inCommitTimestampEnablementVersion": null,
      "delta.inCommitTimestampEnablementTimestamp": null,
    },
    trace: undefined,
    bindsReaders: false,
  },
  deletionVectors: {
    properties: { "delta.enableDeletionVectors": null },
    trace: "deletion-vectors",
    bindsReaders: true,
  },
  columnMapping: {
    properties: { "delta.columnMapping.mode": null, "delta.columnMapping.maxColumnId": null },
    trace: "physical-names",
    bindsReaders: true,
  },
  typeWidening: { properties: { "delta.enableTypeWidening": null }, trace: "widened-files", bindsReaders: true },
  "typeWidening-preview": {
    properties: { "delta.enableTypeWidening": null },
    trace: "widened-files",
    bindsReaders: true,
  },
  v2Checkpoint: { properties: { "delta.checkpointPolicy": "classic" }, trace: "v2-checkpoint", bindsReaders: true },
  vacuumProtocolCheck: { properties: {}, trace: undefined, bindsReaders: true },
  checkpointProtection: {
    properties: { "delta.requireCheckpointProtectionBeforeVersion": null },
    trace: undefined,
    bindsReaders: true,
  },
};

/**
 * What DROP FEATURE has to do; nothing is changed here.
 * Throws DELTA_FEATURE_DROP_UNSUPPORTED_CLIENT_FEATURE, DELTA_FEATURE_DROP_FEATURE_NOT_PRESENT, DELTA_FEATURE_DROP_NONREMOVABLE_FEATURE,
 * DELTA_FEATURE_DROP_DEPENDENT_FEATURE, DELTA_FEATURE_DROP_HISTORY_TRUNCATION_NOT_ALLOWED,
 * DELTA_FEATURE_CAN_ONLY_DROP_CHECKPOINT_PROTECTION_WITH_HISTORY_TRUNCATION, DELTA_CANNOT_DROP_CHECK_CONSTRAINT_FEATURE.
 */
export function planFeatureRemoval(
  table: { readonly protocol: Protocol; readonly metadata: Metadata },
  name: string,
  truncateHistory: boolean,
): FeatureRemoval {
  const feature = Object.keys(TABLE_FEATURES).find((one) => one.toLowerCase() === name.toLowerCase());
  if (feature === undefined) throw unknownFeatureToDrop(name);
  const removal = REMOVABLE[feature];
  if (removal === undefined) throw featureNotRemovable(feature);
  const { writer, reader } = protocolFeatures(table.protocol);
  if (!writer.includes(feature) && !reader.includes(feature)) throw featureNotPresent(feature);
  const dependents = writer.filter((one) => TABLE_FEATURES[one]?.requires?.includes(feature));
  if (dependents.length > 0) throw featureNeededBy(feature, dependents);
  if (feature === "checkConstraints") checkNoConstraints(table.metadata);
  if (feature === "checkpointProtection" && !truncateHistory) throw checkpointProtectionNeedsTruncation();
  const { bindsReaders, properties, trace } = removal;
  if (truncateHistory && !bindsReaders) throw historyIsNotTruncatedFor(feature);
  return { feature, properties, trace, history: !bindsReaders ? "none" : truncateHistory ? "truncate" : "protect" };
}

/** The lowest protocol with the features that are left. */
export function protocolWithout(protocol: Protocol, feature: string): Protocol {
  const { reader, writer } = protocolFeatures(protocol);
  const left = (names: readonly string[]): readonly string[] => names.filter((one) => one !== feature);
  return protocolOfFeatures(left(reader), left(writer));
}

/**
 * Protocol and property of the commit that drops a feature which older versions need: from its version on, readers start at a checkpoint,
 * and whoever cleans up the log keeps it. A checkpoint has to be written just before that commit, and one of it.
 */
export function protectedRemoval(
  protocol: Protocol,
  feature: string,
  version: number,
): { readonly protocol: Protocol; readonly properties: Readonly<Record<string, string>> } {
  const { reader, writer } = protocolFeatures(protocolWithout(protocol, feature));
  return {
    protocol: protocolOfFeatures(reader, [...new Set([...writer, "checkpointProtection"])]),
    properties: { "delta.requireCheckpointProtectionBeforeVersion": String(version) },
  };
}

function checkNoConstraints({ configuration }: Metadata): void {
  const prefix = "delta.constraints.";
  const names = Object.keys(configuration).filter((key) => key.toLowerCase().startsWith(prefix));
  if (names.length > 0) throw constraintsLeft(names.map((key) => key.slice(prefix.length)));
}
