/** The properties of a table that ask for a protocol instead of being kept: `delta.feature.*`, `delta.minReaderVersion`, `delta.minWriterVersion`. */
import { LakeletError } from "../errors/lakelet-error.js";
import type { ProtocolRequest } from "./protocol.js";
import { TABLE_FEATURES } from "./table-feature.js";

const FEATURE_PREFIX = "delta.feature.";
const MIN_READER_VERSION = "delta.minreaderversion";
const MIN_WRITER_VERSION = "delta.minwriterversion";

export interface SeparatedProperties {
  /** What a table keeps in its configuration. */
  readonly properties: Readonly<Record<string, string>>;
  /** For `protocolFor`. */
  readonly request: ProtocolRequest;
}

/**
 * Parts the properties of a CREATE or ALTER from the protocol that they ask for.
 * Throws DELTA_UNSUPPORTED_FEATURES_IN_CONFIG for a feature that nobody knows, DELTA_UNSUPPORTED_FEATURE_STATUS for another value than
 * `supported`, DELTA_INVALID_PROTOCOL_VERSION for versions that there are not. Whether lakelet writes the feature is for `checkWritable`.
 * @example separateProtocolRequest({ "delta.feature.domainMetadata": "supported" }).request // { features: ["domainMetadata"] }
 */
export function separateProtocolRequest(properties: Readonly<Record<string, string>>): SeparatedProperties {
  const kept: Record<string, string> = {};
  const features: string[] = [];
  const versions: { minReaderVersion?: number; minWriterVersion?: number } = {};
  for (const [key, value] of Object.entries(properties)) {
    const name = key.toLowerCase();
    if (name.startsWith(FEATURE_PREFIX)) features.push(requestedFeature(name.slice(FEATURE_PREFIX.length), value));
    else if (name === MIN_READER_VERSION) versions.minReaderVersion = protocolVersion(key, value, 3);
    else if (name === MIN_WRITER_VERSION) versions.minWriterVersion = protocolVersion(key, value, 7);
    else kept[key] = value;
  }
  return { properties: kept, request: { ...versions, ...(features.length === 0 ? {} : { features }) } };
}

function requestedFeature(lowerCaseName: string, value: string): string {
  const name = Object.keys(TABLE_FEATURES).find((one) => one.toLowerCase() === lowerCaseName);
  if (name === undefined) throw unknownFeature(lowerCaseName);
  if (!["supported", "enabled"].includes(value.toLowerCase())) throw unknownStatus(name, value);
  return name;
}

function protocolVersion(key: string, value: string, maximum: number): number {
  const version = Number(value);
  if (!Number.isInteger(version) || version < 1 || version > maximum) {
    throw new LakeletError({
      condition: "DELTA_INVALID_PROTOCOL_VERSION",
      sqlState: "KD004",
      problem: `The table property ${key} has the value "${value}".`,
      cure: `Give a version between 1 and ${maximum}.`,
      parameters: { key, value },
    });
  }
  return version;
}

function unknownFeature(name: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_UNSUPPORTED_FEATURES_IN_CONFIG",
    sqlState: "56038",
    problem: `The table feature "${name}" is not known.`,
    cure: `Known are ${Object.keys(TABLE_FEATURES).sort().join(", ")}.`,
    parameters: { configs: `${FEATURE_PREFIX}${name}` },
  });
}

function unknownStatus(feature: string, status: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_UNSUPPORTED_FEATURE_STATUS",
    sqlState: "0AKDE",
    problem: `The table property ${FEATURE_PREFIX}${feature} has the value "${status}".`,
    cure: 'Set it to "supported".',
    parameters: { feature, status },
  });
}
