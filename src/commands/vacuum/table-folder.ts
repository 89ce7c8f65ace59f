/** What lies in a table's folder, without the log and what else is none of VACUUM's business. */
import type { Storage } from "../../storage/storage.js";

const LOG_FOLDER = "_delta_log";

export interface TableFolder {
  /** Absolute paths. */
  readonly files: readonly string[];
  /** Sub-folders, each before those within it. */
  readonly folders: readonly string[];
  /** True where some name is a symbolic link; links are neither followed nor listed. */
  readonly hasLinks: boolean;
}

/** @param partitionColumns Physical names: a folder of theirs may begin with an underscore. */
export async function listTableFolder(
  storage: Storage,
  location: string,
  partitionColumns: readonly string[],
): Promise<TableFolder> {
  const files: string[] = [];
  const folders: string[] = [];
  let hasLinks = false;
  const pending = [location];
  for (let folder = pending.shift(); folder !== undefined; folder = pending.shift()) {
    const entries = await storage.entries(folder);
    // A table of its own that somebody keeps in this one's folder.
    if (folder !== location && entries.some(({ name }) => name === LOG_FOLDER)) continue;
    for (const { name, kind } of entries) {
      const path = `${folder}/${name}`;
      if (kind === "link") hasLinks = true;
      if (kind === "link" || isHidden(name, partitionColumns)) continue;
      if (kind === "file") files.push(path);
      else {
        folders.push(path);
        pending.push(path);
      }
    }
  }
  return { files, folders, hasLinks };
}

/** As Delta has it: names that begin with `_` or `.` are not the table's, apart from its change data and its partitions. */
function isHidden(name: string, partitionColumns: readonly string[]): boolean {
  if (!(name.startsWith("_") || name.startsWith("."))) return false;
  if (name.startsWith("_change_data")) return false;
  return !partitionColumns.some((column) => name.startsWith(`${column}=`));
}
