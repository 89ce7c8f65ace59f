/** Which tables may be read and written, and which protocol a table needs (Delta protocol, "Protocol Evolution"). */
import type { Metadata, Protocol } from "./actions.js";
import { unsupportedFeatures, unsupportedProtocol } from "./delta-error.js";
import { activeFeatures, legacyFeatures, type Support, TABLE_FEATURES } from "./table-feature.js";

/** From these versions on a protocol lists its features by name. */
const READER_FEATURES_VERSION = 3;
const WRITER_FEATURES_VERSION = 7;

/** What a new table gets: everything that reads Delta reads it. */
export const LOWEST_PROTOCOL: Protocol = { minReaderVersion: 1, minWriterVersion: 2 };

/** The features that bind those who read the table, and those who write it. */
export function protocolFeatures(protocol: Protocol): { readonly reader: string[]; readonly writer: string[] } {
  const { minReaderVersion, minWriterVersion } = protocol;
  const legacy = legacyFeatures(minReaderVersion, minWriterVersion);
  const reader =
    minReaderVersion >= READER_FEATURES_VERSION
      ? [...(protocol.readerFeatures ?? [])]
      : legacy.filter((name) => (TABLE_FEATURES[name]?.legacyReader ?? Number.POSITIVE_INFINITY) <= minReaderVersion);
  const writer = minWriterVersion >= WRITER_FEATURES_VERSION ? [...(protocol.writerFeatures ?? [])] : legacy;
  return { reader, writer };
}

/** Throws DELTA_UNSUPPORTED_FEATURES_FOR_READ or DELTA_INVALID_PROTOCOL_VERSION where reading could give wrong rows. */
export function checkReadable(location: string, protocol: Protocol, metadata: Metadata): void {
  checkVersions(location, protocol);
  const { reader } = protocolFeatures(protocol);
  // Before the schema is parsed: with an unknown feature it may hold types that cannot be.
  const refused = reader.filter((name) => (TABLE_FEATURES[name]?.read ?? "no") === "no");
  if (refused.length > 0) throw unsupportedFeatures(location, "READ", refused);
  const active = activeFeatures(metadata);
  // A feature in use counts even where the protocol fails to list it: the rows need it all the same.
  const needed = new Set([...reader, ...active.filter((name) => TABLE_FEATURES[name]?.readerWriter)]);
  const lacking = [...needed].filter((name) => !isSupported(TABLE_FEATURES[name]?.read, name, active));
  if (lacking.length > 0) throw unsupportedFeatures(location, "READ", lacking);
}

/** Throws DELTA_UNSUPPORTED_FEATURES_FOR_WRITE or DELTA_INVALID_PROTOCOL_VERSION where a write could break the table. */
export function checkWritable(location: string, protocol: Protocol, metadata: Metadata): void {
  checkReadable(location, protocol, metadata);
  const active = activeFeatures(metadata);
  const { reader, writer } = protocolFeatures(protocol);
  const needed = new Set([...reader, ...writer, ...active]);
  const lacking = [...needed].filter((name) => !isSupported(TABLE_FEATURES[name]?.write, name, active));
  if (lacking.length > 0) throw unsupportedFeatures(location, "WRITE", lacking);
}

/** What was asked for beside what the metadata needs, as by the properties `delta.feature.*` and `delta.min*Version`. */
export interface ProtocolRequest {
  readonly features?: readonly string[];
  readonly minReaderVersion?: number;
  readonly minWriterVersion?: number;
}

/**
 * The protocol that a table with this metadata needs, starting from the one that it has: the same object where nothing is missing.
 * Features bring those that they require. As Spark does it: versions without names where they stand for exactly the features of the
 * table, else names, those included that the old versions stood for. Versions that were asked for stand for their features; reader 3
 * and writer 7 by themselves for none.
 * @param current Undefined for a new table.
 * @example
 * protocolFor(metadata); // of a new table
 * protocolFor(metadata, snapshot.protocol, { features: ["domainMetadata"] }); // an upgrade
 */
export function protocolFor(
  metadata: Metadata,
  current: Protocol | undefined = undefined,
  requested: ProtocolRequest = {},
): Protocol {
  const before = current ?? newTableProtocol(requested);
  const has = protocolFeatures(before);
  const { minReaderVersion = 1, minWriterVersion = 1, features = [] } = requested;
  const implied = minWriterVersion < WRITER_FEATURES_VERSION ? legacyFeatures(minReaderVersion, minWriterVersion) : [];
  const needed = withRequired([...implied, ...activeFeatures(metadata), ...features]);
  const missing = needed.filter((name) => !has.writer.includes(name) && !has.writer.includes(`${name}-preview`));
  if (missing.length === 0) return before;
  const writer = [...new Set([...has.writer, ...has.reader, ...missing])];
  const reader = writer.filter((name) => has.reader.includes(name) || TABLE_FEATURES[name]?.readerWriter === true);
  return protocolOfFeatures(reader, writer, before);
}

/** Who names versions gets no features that these do not stand for. */
function newTableProtocol({ minWriterVersion }: ProtocolRequest): Protocol {
  return minWriterVersion === undefined ? LOWEST_PROTOCOL : { minReaderVersion: 1, minWriterVersion: 1 };
}

/** The features, each followed by those that it requires. */
export function withRequired(names: readonly string[]): string[] {
  return [...new Set(names.flatMap((name) => [name, ...withRequired(TABLE_FEATURES[name]?.requires ?? [])]))];
}

/** The lowest protocol that has these features; one that names features goes on naming them. */
export function protocolOfFeatures(
  reader: readonly string[],
  writer: readonly string[],
  before: Protocol = { minReaderVersion: 1, minWriterVersion: 1 },
): Protocol {
  const minReaderVersion = Math.max(
    before.minReaderVersion,
    ...reader.map((name) => TABLE_FEATURES[name]?.legacyReader ?? READER_FEATURES_VERSION),
  );
  const legacyWriter = Math.max(
    before.minWriterVersion,
    ...writer.map((name) => TABLE_FEATURES[name]?.legacyWriter ?? WRITER_FEATURES_VERSION),
  );
  const implied = legacyFeatures(minReaderVersion, legacyWriter);
  if (legacyWriter < WRITER_FEATURES_VERSION && implied.length === writer.length) {
    return { minReaderVersion, minWriterVersion: legacyWriter };
  }
  return {
    minReaderVersion,
    minWriterVersion: WRITER_FEATURES_VERSION,
    ...(minReaderVersion >= READER_FEATURES_VERSION ? { readerFeatures: reader } : {}),
    writerFeatures: writer,
  };
}

function checkVersions(location: string, { minReaderVersion, minWriterVersion }: Protocol): void {
  if (minReaderVersion > READER_FEATURES_VERSION || minWriterVersion > WRITER_FEATURES_VERSION) {
    throw unsupportedProtocol(location, minReaderVersion, minWriterVersion);
  }
}

function isSupported(support: Support | undefined, name: string, active: readonly string[]): boolean {
  if (support === "when-inactive") return !active.includes(name);
  return support === "yes";
}
