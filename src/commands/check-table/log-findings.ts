/** Checks the log by itself: its commits follow each other and can be read, and each checkpoint says what the commits say. */
import type { Action } from "../../delta/actions.js";
import { CheckpointReader } from "../../delta/checkpoint-reader.js";
import { canonicalPath, fileKey } from "../../delta/file-path.js";
import { readLastCheckpoint } from "../../delta/last-checkpoint.js";
import { lastCheckpointPath } from "../../delta/log-file-name.js";
import { type CheckpointFiles, type CommitFile, type LogListing, listLog } from "../../delta/log-listing.js";
import { DeltaSnapshot } from "../../delta/snapshot.js";
import { readCommits } from "../../delta/snapshot-loader.js";
import type { CommandContext, TargetTable } from "../contract.js";
import { type Finding, messageOf } from "./finding.js";

export async function logFindings(context: CommandContext, target: TargetTable): Promise<readonly Finding[]> {
  const listing = await listLog(context.storage, target.location);
  const commits: Finding[] = [];
  for (const one of listing.commits) commits.push(...(await commitFindings(context, target, one)));
  return [
    ...gaps(listing),
    ...commits,
    ...(await checkpointFindings(context, target, listing)),
    ...(await lastCheckpointFindings(context, target, listing)),
  ];
}

function gaps({ commits, checkpoints }: LogListing): readonly Finding[] {
  const newest = checkpoints.at(-1)?.version ?? -1;
  return commits.flatMap((commit, i): Finding[] => {
    const before = commits[i - 1]?.version;
    if (before === undefined || commit.version === before + 1) return [];
    const first = before + 1;
    const missing =
      commit.version - 1 === first ? `Version ${first} is` : `Versions ${first} to ${commit.version - 1} are`;
    // What a newer checkpoint holds is lost to time travel only.
    const severity = commit.version - 1 > newest ? "error" : "warning";
    return [{ severity, finding: "LOG_GAP", version: first, detail: `${missing} missing between two commits.` }];
  });
}

async function commitFindings(
  context: CommandContext,
  target: TargetTable,
  { version, path }: CommitFile,
): Promise<readonly Finding[]> {
  let actions: readonly Action[];
  try {
    actions = await context.log(target.location).commit(version);
  } catch (error) {
    return [{ severity: "error", finding: "MALFORMED_COMMIT", version, path, detail: messageOf(error) }];
  }
  const seen = new Map<string, number>();
  const count = (key: string): void => void seen.set(key, (seen.get(key) ?? 0) + 1);
  for (const action of actions) {
    if ("add" in action) count(`add of ${canonicalPath(action.add.path)}`);
    else if ("remove" in action) count(`remove of ${canonicalPath(action.remove.path)}`);
    else if ("metaData" in action) count("metaData");
    else if ("protocol" in action) count("protocol");
    else if ("txn" in action) count(`txn of ${action.txn.appId}`);
    else if ("domainMetadata" in action) count(`domainMetadata of ${action.domainMetadata.domain}`);
  }
  return [...seen]
    .filter(([, times]) => times > 1)
    .map(([key, times]) => {
      const detail = `The commit has ${times} actions ${key}, and may have one.`;
      return { severity: "error", finding: "DUPLICATE_ACTION", version, path, detail };
    });
}

/** Each checkpoint is held against what the commits before it say, starting from the checkpoint before that. */
async function checkpointFindings(
  context: CommandContext,
  target: TargetTable,
  { commits, checkpoints }: LogListing,
): Promise<readonly Finding[]> {
  const source = { storage: context.storage, engine: context.engine, location: target.location };
  const findings: Finding[] = [];
  let before: CheckpointReader | undefined;
  for (const files of checkpoints) {
    try {
      const checkpoint = await CheckpointReader.open(source, files);
      const expected = await replayedFiles(context, target, before, commits, files.version);
      const found = await liveKeys(DeltaSnapshot.of(target.location, checkpoint, undefined, [], context.engine));
      if (expected !== undefined) findings.push(...differences(files, expected, found));
      before = checkpoint;
    } catch (error) {
      const detail = messageOf(error);
      findings.push({ severity: "warning", finding: "UNREADABLE_CHECKPOINT", ...placeOf(files), detail });
    }
  }
  return findings;
}

/** Undefined where commits are missing or cannot be read, which is told elsewhere. */
async function replayedFiles(
  { storage, engine }: CommandContext,
  { location }: TargetTable,
  base: CheckpointReader | undefined,
  commits: readonly CommitFile[],
  version: number,
): Promise<ReadonlySet<string> | undefined> {
  const first = (base?.version ?? -1) + 1;
  const between = commits.filter((one) => one.version >= first && one.version <= version);
  if (between.length !== version - first + 1) return undefined;
  try {
    return await liveKeys(DeltaSnapshot.of(location, base, undefined, await readCommits(storage, between), engine));
  } catch {
    return undefined;
  }
}

async function liveKeys(snapshot: DeltaSnapshot): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for await (const batch of snapshot.files()) for (const file of batch) keys.add(fileKey(file));
  return keys;
}

function differences(
  files: CheckpointFiles,
  expected: ReadonlySet<string>,
  found: ReadonlySet<string>,
): readonly Finding[] {
  const tell = (finding: Finding["finding"], key: string, what: string): Finding => {
    const [path = key] = key.split("\0");
    return { severity: "error", finding, ...placeOf(files), detail: `${path} ${what}` };
  };
  return [
    ...[...expected]
      .filter((key) => !found.has(key))
      .map((key) => tell("CHECKPOINT_LACKS_FILE", key, "is live by the commits, and not in the checkpoint.")),
    ...[...found]
      .filter((key) => !expected.has(key))
      .map((key) => tell("CHECKPOINT_HAS_OTHER_FILE", key, "is in the checkpoint, and not live by the commits.")),
  ];
}

function placeOf({ version, paths }: CheckpointFiles): Pick<Finding, "version" | "path"> {
  const [path] = paths;
  return path === undefined ? { version } : { version, path };
}

async function lastCheckpointFindings(
  { storage }: CommandContext,
  { location }: TargetTable,
  { checkpoints }: LogListing,
): Promise<readonly Finding[]> {
  const path = lastCheckpointPath(location);
  if ((await storage.stat(path)) === undefined) return [];
  const last = await readLastCheckpoint(storage, location);
  if (last !== undefined && checkpoints.some(({ version }) => version === last.version)) return [];
  const detail =
    last === undefined ? "It cannot be read." : `It names version ${last.version}, which has no complete checkpoint.`;
  return [{ severity: "warning", finding: "BAD_LAST_CHECKPOINT", path, detail }];
}
