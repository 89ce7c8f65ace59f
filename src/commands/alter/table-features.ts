/** ADD FEATURE and DROP FEATURE: the protocol of a table names a feature, or ceases to. */
import type { Action } from "../../delta/actions.js";
import type { Snapshot } from "../../delta/contract.js";
import {
  type FeatureRemoval,
  planFeatureRemoval,
  protectedRemoval,
  protocolWithout,
} from "../../delta/feature-removal.js";
import { waitForRetention } from "../../delta/feature-removal-error.js";
import { protocolFeatures, protocolFor } from "../../delta/protocol.js";
import { separateProtocolRequest } from "../../delta/protocol-request.js";
import { withoutColumnMapping } from "../../schema/column-mapping.js";
import { changeMetadata, type MetadataChange } from "../table-metadata.js";
import { liveFiles } from "../table-state.js";
import { featureStillUsed } from "./alter-errors.js";
import type { AlteredTable, PlannedAlteration } from "./altered-table.js";
import { columnNamesAreOwn, hasTypeChanges } from "./feature-traces.js";

export function addFeature({ snapshot }: AlteredTable, feature: string): PlannedAlteration | undefined {
  const { request } = separateProtocolRequest({ [`delta.feature.${feature}`]: "supported" });
  const protocol = protocolFor(snapshot.metadata, snapshot.protocol, request);
  if (protocol === snapshot.protocol) return undefined;
  return {
    actions: changeMetadata(snapshot, { request }),
    operation: "UPGRADE PROTOCOL",
    operationParameters: { newProtocol: JSON.stringify(protocol) },
  };
}

/**
 * A feature that binds writers only goes at once. Where older versions need one that binds readers, checkpoints keep readers from them
 * (the feature checkpointProtection); with TRUNCATE HISTORY it goes once no version in the log lists it.
 */
export async function dropFeature(
  { context, snapshot }: AlteredTable,
  name: string,
  truncateHistory: boolean,
): Promise<PlannedAlteration> {
  const removal = planFeatureRemoval(snapshot, name, truncateHistory);
  const change = await withoutTrace(snapshot, removal);
  if (removal.history === "truncate") await checkHistory(snapshot, context.log(snapshot.location), removal.feature);
  const log = context.log(snapshot.location);
  const guarded =
    removal.history === "protect"
      ? protectedRemoval(snapshot.protocol, removal.feature, snapshot.version + 1)
      : undefined;
  if (guarded !== undefined) await log.checkpoint(snapshot.version);
  const configuration = change.properties ?? snapshot.metadata.configuration;
  const metadata = changeMetadata(snapshot, { ...change, properties: { ...configuration, ...guarded?.properties } });
  return {
    actions: [
      { protocol: guarded?.protocol ?? protocolWithout(snapshot.protocol, removal.feature) },
      ...metadata.filter((action) => "metaData" in action),
    ],
    operation: "DROP FEATURE",
    operationParameters: { featureName: removal.feature, truncateHistory: String(truncateHistory) },
    readsRows: true,
    ...(guarded === undefined ? {} : { committed: (version: number) => log.checkpoint(version) }),
  };
}

/** The metadata without the feature. Throws where files still need it, because that would have to rewrite them. */
async function withoutTrace(
  snapshot: Snapshot,
  { feature, properties, trace }: FeatureRemoval,
): Promise<MetadataChange> {
  const { metadata, schema } = snapshot;
  const ended = Object.entries({ ...metadata.configuration, ...properties }).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  const change = { properties: Object.fromEntries(ended) };
  switch (trace) {
    case "deletion-vectors":
      if ((await liveFiles(snapshot)).some((file) => file.deletionVector !== undefined)) {
        throw featureStillUsed(
          feature,
          "Files of the table have deletion vectors.",
          "Run REORG TABLE ... APPLY (PURGE) first.",
        );
      }
      return change;
    case "physical-names":
      if (!columnNamesAreOwn(schema)) {
        throw featureStillUsed(feature, "Its files know columns by other names.", "Write the rows to a new table.");
      }
      return { ...change, schema: withoutColumnMapping(schema) };
    case "widened-files":
      if (hasTypeChanges(schema)) {
        throw featureStillUsed(
          feature,
          "Its files may have columns of narrower types.",
          "Write the rows to a new table.",
        );
      }
      return change;
    default:
      return change;
  }
}

async function checkHistory(
  { protocol, version, properties }: Snapshot,
  log: {
    history(): Promise<readonly { readonly version: number }[]>;
    commit(version: number): Promise<readonly Action[]>;
  },
  feature: string,
): Promise<void> {
  for (const entry of await log.history()) {
    const own =
      entry.version === version ? undefined : (await log.commit(entry.version)).find((action) => "protocol" in action);
    const features = protocolFeatures(own?.protocol ?? protocol);
    if ([...features.reader, ...features.writer].includes(feature) && entry.version < version) {
      throw waitForRetention(feature, properties["delta.logRetentionDuration"] ?? "interval 30 days");
    }
  }
}
