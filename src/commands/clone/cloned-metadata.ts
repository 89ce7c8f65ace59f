/** The metadata of a clone: the source's at its version, with what the statement says on top. */
import type { Action, DomainMetadata, Metadata } from "../../delta/actions.js";
import type { Snapshot } from "../../delta/contract.js";
import { checkWritable, protocolFeatures, protocolFor } from "../../delta/protocol.js";
import type { CommandContext, TargetTable } from "../contract.js";
import { checkProperties } from "../property-rules.js";

/** Since when commits tell their times is a fact of the source's log; a clone is a table, whatever fills the source. */
const NOT_CLONED =
  /^(?:delta\.inCommitTimestampEnablement(?:Version|Timestamp)|pipelines\.(?:pipelineId|datasetType)|lakelet\.sql\..*)$/;

/** Protocol and metaData of the clone. Throws what the properties raise, and DELTA_UNSUPPORTED_FEATURES_FOR_WRITE. */
export function clonedMetadata(
  { configuration }: CommandContext,
  target: TargetTable,
  source: Snapshot,
  existing: Snapshot | undefined,
  overrides: Readonly<Record<string, string>>,
): readonly Action[] {
  const { name: _name, ...described } = source.metadata;
  const { properties, request } = checkProperties(overrides, configuration);
  const own = Object.entries(source.metadata.configuration).filter(([key]) => !NOT_CLONED.test(key));
  const metaData: Metadata = {
    ...described,
    id: existing?.metadata.id ?? crypto.randomUUID(),
    ...(existing?.metadata.name === undefined ? {} : { name: existing.metadata.name }),
    configuration: { ...Object.fromEntries(own), ...properties },
  };
  const features = [...protocolFeatures(source.protocol).writer, ...(request.features ?? [])];
  const protocol = protocolFor(metaData, existing?.protocol ?? source.protocol, { ...request, features });
  checkWritable(target.location, protocol, metaData);
  return protocol === existing?.protocol ? [{ metaData }] : [{ protocol }, { metaData }];
}

/** The source's domains, and the end of those that only the replaced table had. */
export async function clonedDomains(source: Snapshot, existing: Snapshot | undefined): Promise<readonly Action[]> {
  const domains = await source.domains();
  const gone = [...((await existing?.domains()) ?? new Map<string, DomainMetadata>()).values()]
    .filter(({ domain }) => !domains.has(domain))
    .map((one) => ({ ...one, removed: true }));
  return [...domains.values(), ...gone].map((domainMetadata) => ({ domainMetadata }));
}
