/** The names of the files in `_delta_log` (Delta protocol, "File Types"). */
import path from "node:path";

export const LOG_FOLDER = "_delta_log";

export type LogFileName =
  | { readonly kind: "commit"; readonly version: number }
  | { readonly kind: "checkpoint"; readonly version: number; readonly part: number; readonly parts: number }
  | { readonly kind: "v2-checkpoint"; readonly version: number };

const COMMIT = /^(\d{20})\.json$/;
const CLASSIC_CHECKPOINT = /^(\d{20})\.checkpoint(?:\.(\d{10})\.(\d{10}))?\.parquet$/;
const V2_CHECKPOINT = /^(\d{20})\.checkpoint\.[0-9a-fA-F-]{36}\.(?:json|parquet)$/;

/** What a file is by its name; undefined for what readers of the log have to leave alone. */
export function parseLogFileName(name: string): LogFileName | undefined {
  const commit = COMMIT.exec(name);
  if (commit) return { kind: "commit", version: Number(commit[1]) };
  const checkpoint = CLASSIC_CHECKPOINT.exec(name);
  if (checkpoint) {
    const [, version, part, parts] = checkpoint;
    return { kind: "checkpoint", version: Number(version), part: Number(part ?? 1), parts: Number(parts ?? 1) };
  }
  const v2 = V2_CHECKPOINT.exec(name);
  return v2 ? { kind: "v2-checkpoint", version: Number(v2[1]) } : undefined;
}

/** The version as names in the log begin, e.g. `00000000000000000010`. */
export function versionPrefix(version: number): string {
  return String(version).padStart(20, "0");
}

export function logFolderOf(location: string): string {
  return path.join(location, LOG_FOLDER);
}
export function commitFilePath(location: string, version: number): string {
  return path.join(location, LOG_FOLDER, `${versionPrefix(version)}.json`);
}
export function checkpointFilePath(location: string, version: number): string {
  return path.join(location, LOG_FOLDER, `${versionPrefix(version)}.checkpoint.parquet`);
}
export function lastCheckpointPath(location: string): string {
  return path.join(location, LOG_FOLDER, "_last_checkpoint");
}
