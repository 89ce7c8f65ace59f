/** The names of the files in `_delta_log` (Delta protocol, "File Types"). */
import path from "node:path";

export const LOG_FOLDER = "_delta_log";
export const SIDECAR_FOLDER = "_sidecars";

export type LogFileName =
  | { readonly kind: "commit"; readonly version: number }
  | { readonly kind: "compacted"; readonly first: number; readonly version: number }
  | { readonly kind: "checksum"; readonly version: number }
  | { readonly kind: "checkpoint"; readonly version: number; readonly part: number; readonly parts: number }
  | { readonly kind: "uuid-checkpoint"; readonly version: number };

const COMMIT = /^(\d{20})\.json$/;
const COMPACTED = /^(\d{20})\.(\d{20})\.compacted\.json$/;
const CHECKSUM = /^(\d{20})\.crc$/;
const CLASSIC_CHECKPOINT = /^(\d{20})\.checkpoint(?:\.(\d{10})\.(\d{10}))?\.parquet$/;
const UUID_CHECKPOINT = /^(\d{20})\.checkpoint\.[0-9a-fA-F-]{36}\.(?:json|parquet)$/;

/** What a file is by its name; undefined for what readers of the log have to leave alone. */
export function parseLogFileName(name: string): LogFileName | undefined {
  const commit = COMMIT.exec(name);
  if (commit) return { kind: "commit", version: Number(commit[1]) };
  const checkpoint = CLASSIC_CHECKPOINT.exec(name);
  if (checkpoint) {
    const [, version, part, parts] = checkpoint;
    return { kind: "checkpoint", version: Number(version), part: Number(part ?? 1), parts: Number(parts ?? 1) };
  }
  const uuid = UUID_CHECKPOINT.exec(name);
  if (uuid) return { kind: "uuid-checkpoint", version: Number(uuid[1]) };
  const compacted = COMPACTED.exec(name);
  if (compacted) return { kind: "compacted", first: Number(compacted[1]), version: Number(compacted[2]) };
  const checksum = CHECKSUM.exec(name);
  return checksum ? { kind: "checksum", version: Number(checksum[1]) } : undefined;
}

/** The version as names in the log begin, e.g. `00000000000000000010`. */
export function versionPrefix(version: number): string {
  return String(version).padStart(20, "0");
}

export function logFolderOf(location: string): string {
  return path.join(location, LOG_FOLDER);
}
export function sidecarFolderOf(location: string): string {
  return path.join(location, LOG_FOLDER, SIDECAR_FOLDER);
}
export function commitFilePath(location: string, version: number): string {
  return path.join(location, LOG_FOLDER, `${versionPrefix(version)}.json`);
}
export function compactedFilePath(location: string, first: number, last: number): string {
  return path.join(location, LOG_FOLDER, `${versionPrefix(first)}.${versionPrefix(last)}.compacted.json`);
}
/** @param uuid Of a checkpoint in the v2 naming. */
export function checkpointFilePath(location: string, version: number, uuid?: string): string {
  return path.join(
    location,
    LOG_FOLDER,
    `${versionPrefix(version)}.checkpoint.${uuid === undefined ? "" : `${uuid}.`}parquet`,
  );
}
export function lastCheckpointPath(location: string): string {
  return path.join(location, LOG_FOLDER, "_last_checkpoint");
}
