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

/**
 * The protocol that a table with this metadata needs, starting from the one that it has: the same object where nothing is missing.
 * An upgrade to named features lists every legacy feature that the old versions stood for.
 */
export function protocolFor(metadata: Metadata, current: Protocol = LOWEST_PROTOCOL): Protocol {
  const has = protocolFeatures(current);
  const missing = activeFeatures(metadata).filter((name) => !has.writer.includes(name));
  if (missing.length === 0) return current;
  const writer = [...new Set([...has.writer, ...missing])];
  const reader = writer.filter((name) => has.reader.includes(name) || TABLE_FEATURES[name]?.readerWriter === true);
  const needsReaderFeatures =
    current.minReaderVersion >= READER_FEATURES_VERSION ||
    reader.some((name) => TABLE_FEATURES[name]?.legacyReader === undefined);
  return {
    minReaderVersion: needsReaderFeatures
      ? READER_FEATURES_VERSION
      : Math.max(current.minReaderVersion, reader.length > 0 ? 2 : 1),
    minWriterVersion: WRITER_FEATURES_VERSION,
    ...(needsReaderFeatures ? { readerFeatures: reader } : {}),
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
