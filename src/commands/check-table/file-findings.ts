/** Checks that the files of the newest version are there, whole and as the log has them, and that no others lie about. */
import type { AddFile } from "../../delta/actions.js";
import type { Snapshot } from "../../delta/contract.js";
import { deletionVectorPath, readDeletionVector } from "../../delta/deletion-vector.js";
import { absolutePath, canonicalPath } from "../../delta/file-path.js";
import { isLakeletError } from "../../errors/lakelet-error.js";
import { physicalName } from "../../schema/column-mapping.js";
import { findField } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import { inParallel } from "../../storage/in-parallel.js";
import type { CommandContext } from "../contract.js";
import { recordCount } from "../data-file.js";
import { neededFiles } from "../vacuum/needed-files.js";
import { listTableFolder } from "../vacuum/table-folder.js";
import { type Finding, messageOf } from "./finding.js";

const STAT_CONCURRENCY = 128;
/** Footers that one statement reads. */
const FOOTERS_AT_ONCE = 500;

export interface FileFindings {
  readonly findings: readonly Finding[];
  /** Files that can be read. */
  readonly whole: readonly AddFile[];
}

export async function fileFindings(
  context: CommandContext,
  snapshot: Snapshot,
  files: readonly AddFile[],
): Promise<FileFindings> {
  const present = await inParallel(files, STAT_CONCURRENCY, (file) => presence(context, snapshot, file));
  const there = files.filter((_, i) => present[i]?.there);
  const vectors = await inParallel(there, 4, (file) => vectorFindings(context, snapshot, file));
  const footers = await footerFindings(context, snapshot, there);
  const broken = new Set(vectors.flatMap((found, i) => (found.length > 0 ? [there[i]] : [])));
  return {
    findings: [
      ...duplicates(files),
      ...present.flatMap(({ findings }) => findings),
      ...vectors.flat(),
      ...footers.findings,
    ],
    whole: there.filter((file) => !broken.has(file) && !footers.unreadable.has(file)),
  };
}

/** One live file under several deletion vectors gives its rows several times. */
function duplicates(files: readonly AddFile[]): readonly Finding[] {
  const seen = new Map<string, number>();
  for (const { path } of files) seen.set(canonicalPath(path), (seen.get(canonicalPath(path)) ?? 0) + 1);
  return [...seen]
    .filter(([, times]) => times > 1)
    .map(([path, times]) => {
      const detail = `The file is live ${times} times, under different deletion vectors.`;
      return { severity: "error", finding: "DUPLICATE_DATA_FILE", path, detail };
    });
}

async function presence(
  { storage }: CommandContext,
  { location }: Snapshot,
  file: AddFile,
): Promise<{ readonly there: boolean; readonly findings: readonly Finding[] }> {
  const entry = await storage.stat(absolutePath(location, file.path));
  const tell = (finding: Finding["finding"], detail: string): readonly Finding[] => [
    { severity: "error", finding, path: file.path, detail },
  ];
  if (entry === undefined) return { there: false, findings: tell("MISSING_DATA_FILE", "The file is not there.") };
  if (entry.size === file.size) return { there: true, findings: [] };
  const detail = `The log has ${file.size} bytes, the file ${entry.size}.`;
  return { there: true, findings: tell("DATA_FILE_SIZE_MISMATCH", detail) };
}

async function vectorFindings(
  { storage }: CommandContext,
  { location }: Snapshot,
  { path, deletionVector, stats }: AddFile,
): Promise<readonly Finding[]> {
  if (deletionVector === undefined) return [];
  try {
    const positions = await readDeletionVector(storage, location, deletionVector);
    const [rows, last] = [recordCount(stats === undefined ? {} : { stats }), positions.at(-1)];
    if (rows === undefined || last === undefined || last < rows) return [];
    const detail = `The deletion vector marks row ${last} of a file of ${rows} rows.`;
    return [{ severity: "error", finding: "UNREADABLE_DELETION_VECTOR", path, detail }];
  } catch (error) {
    if (isLakeletError(error, "FILE_NOT_EXIST")) {
      const file = deletionVectorPath(location, deletionVector) ?? "";
      return [{ severity: "error", finding: "MISSING_DELETION_VECTOR", path, detail: `${file} is not there.` }];
    }
    return [{ severity: "error", finding: "UNREADABLE_DELETION_VECTOR", path, detail: messageOf(error) }];
  }
}

async function footerFindings(
  context: CommandContext,
  snapshot: Snapshot,
  files: readonly AddFile[],
): Promise<{ readonly findings: readonly Finding[]; readonly unreadable: ReadonlySet<AddFile> }> {
  const findings: Finding[] = [];
  const unreadable = new Set<AddFile>();
  const check = async (some: readonly AddFile[]): Promise<void> => {
    try {
      findings.push(...(await countFindings(context, snapshot, some)));
    } catch (error) {
      if (isLakeletError(error, "OPERATION_CANCELED")) throw error;
      const [file] = some;
      if (some.length > 1) {
        const half = Math.ceil(some.length / 2);
        await check(some.slice(0, half));
        await check(some.slice(half));
      } else if (file !== undefined) {
        unreadable.add(file);
        findings.push({
          severity: "error",
          finding: "UNREADABLE_DATA_FILE",
          path: file.path,
          detail: messageOf(error),
        });
      }
    }
  };
  for (let first = 0; first < files.length; first += FOOTERS_AT_ONCE)
    await check(files.slice(first, first + FOOTERS_AT_ONCE));
  return { findings, unreadable };
}

async function countFindings(
  { engine }: CommandContext,
  { location }: Snapshot,
  files: readonly AddFile[],
): Promise<readonly Finding[]> {
  const paths = files.map((file) => absolutePath(location, file.path));
  const { rows } = await engine.run(
    `SELECT file_name, num_rows FROM parquet_file_metadata([${paths.map(engineString).join(", ")}])`,
  );
  const counts = new Map(rows.map(([name, count]) => [String(name), BigInt(String(count))]));
  return files.flatMap((file, i): Finding[] => {
    const [told, held] = [recordCount(file), counts.get(paths[i] ?? "")];
    if (told === undefined || held === undefined || told === held) return [];
    const detail = `The statistics have ${told} rows, the file ${held}.`;
    return [{ severity: "error", finding: "RECORD_COUNT_MISMATCH", path: file.path, detail }];
  });
}

/** Files that the log does not name, not even as removed. */
export async function orphans({ storage }: CommandContext, snapshot: Snapshot): Promise<readonly Finding[]> {
  const { location, partitionColumns, schema } = snapshot;
  const physical = partitionColumns.flatMap((name) => {
    const column = findField(schema, name);
    return column === undefined ? [name] : [name, physicalName(column)];
  });
  const { files, hasLinks } = await listTableFolder(storage, location, physical);
  const { needed } = await neededFiles(storage, snapshot, Number.NEGATIVE_INFINITY, hasLinks);
  return files
    .filter((path) => !needed.has(path) && !path.startsWith(`${location}/_change_data/`))
    .map((path) => {
      const detail =
        "No version that the log still has names the file: a write left it behind, or is at work. VACUUM deletes it.";
      return { severity: "warning", finding: "ORPHANED_FILE", path, detail };
    });
}
