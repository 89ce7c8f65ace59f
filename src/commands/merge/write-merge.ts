/** Writes what a MERGE decided: new files, deletion vectors or files written again, and the change data feed. */
import type { WrittenFile } from "../../engine/engine.js";
import { changeFeedEnabled, changeSchema, newRowsSql } from "../change-data.js";
import type { CommandContext, TargetTable } from "../contract.js";
import { scanFiles } from "../data-file.js";
import { markRows } from "../deletion-vectors.js";
import type { FileChanges } from "../file-changes.js";
import type { StagedFiles } from "../staged-files.js";
import type { OpenTable } from "../table-state.js";
import type { TouchedFile, TouchedFiles } from "./find-touched-files.js";
import type { MergePlan } from "./merge-plan.js";
import type { MergeSource } from "./merge-source.js";
import {
  allChangesSql,
  changeFeedSql,
  type FoundRows,
  newRowsOnlySql,
  onePairARow,
  untouchedSql,
} from "./write-all-changes.js";

export interface MergeWrite {
  readonly context: CommandContext;
  readonly target: TargetTable;
  readonly table: OpenTable;
  readonly staged: StagedFiles;
  readonly plan: MergePlan;
  readonly source: MergeSource;
  readonly touched: TouchedFiles;
  /** Rows are marked as gone by deletion vectors; else their files are written again. */
  readonly marks: boolean;
}

/** Files that lose all their rows are removed in either way. */
export async function writeMerge(write: MergeWrite): Promise<FileChanges> {
  const { marks, touched } = write;
  const changes = needsChangeFeed(write) ? await writeChangeFeed(write) : [];
  const all = touched.touched;
  if (!marks) {
    const rewritten = all.filter(({ rows, deleted }) => deleted < rows);
    const written = await stage(write, await copyOnWriteSql(write, rewritten, changes));
    return { removed: all.map(({ file }) => file), marked: [], written, changes };
  }
  const updated = all.filter(({ taken, deleted }) => deleted < taken);
  const sql = changes.length > 0 ? await rowsOfFeed(write, changes) : newRowsOnlySql(await foundRows(write, updated));
  const written = await stage(write, sql);
  const gone = all.filter(({ rows, taken }) => taken >= rows);
  const mixed = all.filter(({ rows, taken }) => taken < rows);
  const marked = await markRows(write.context, write.staged, write.table.snapshot, takenPositions(write), mixed);
  return { removed: gone.map(({ file }) => file), marked, written, changes };
}

/** Where all that happens to files is that they go, adds and removes tell it. */
function needsChangeFeed({ table, touched }: MergeWrite): boolean {
  return changeFeedEnabled(table.snapshot.properties) && touched.touched.some(({ rows, deleted }) => deleted < rows);
}

async function writeChangeFeed(write: MergeWrite): Promise<readonly WrittenFile[]> {
  return stage(write, changeFeedSql(await foundRows(write, write.touched.touched)), true);
}

function rowsOfFeed({ context, target, table, plan }: MergeWrite, changes: readonly WrittenFile[]): Promise<string> {
  return newRowsSql(context, target, table.snapshot, changes, plan.schema);
}

/** With a change feed the changed rows were evaluated for its files, and come from there. */
async function copyOnWriteSql(
  write: MergeWrite,
  rewritten: readonly TouchedFile[],
  changes: readonly WrittenFile[],
): Promise<string> {
  const found = await foundRows(write, rewritten);
  if (changes.length === 0) return allChangesSql(found);
  const fresh = await rowsOfFeed(write, changes);
  return found.scan === undefined ? fresh : `${untouchedSql(found, found.scan)} UNION ALL ${fresh}`;
}

async function foundRows(
  { context, table, plan, source, touched }: MergeWrite,
  files: readonly TouchedFile[],
): Promise<FoundRows> {
  const adds = files.map(({ file }) => file);
  const scan =
    files.length === 0
      ? undefined
      : await scanFiles(context, table.snapshot, adds, { withPosition: true, schema: plan.schema });
  return { plan, source, touched, files, scan };
}

/** Engine SQL behind FROM of the rows that go, each once. */
function takenPositions({ plan, touched }: MergeWrite): string {
  const matched = `SELECT file, row FROM ${onePairARow(plan, touched)} WHERE code >= 0`;
  return touched.unmatched === undefined
    ? `(${matched})`
    : `(${matched} UNION ALL SELECT file, row FROM ${touched.unmatched})`;
}

/** One COPY; no SQL: nothing is written. */
export async function stage(
  { staged, table, plan }: Pick<MergeWrite, "staged" | "table" | "plan">,
  sql: string,
  changeData = false,
): Promise<readonly WrittenFile[]> {
  if (sql === "") return [];
  const { partitionColumns, properties } = table.snapshot;
  const schema = changeData ? changeSchema(plan.schema) : plan.schema;
  const { files } = await staged.write({ sql, schema, partitionColumns, properties, changeData });
  return files;
}
