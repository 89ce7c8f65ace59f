/** Writes the rows of bins of files again, each bin into as few files as its size asks for; rows that are gone stay away. */
import type { AddFile } from "../../delta/actions.js";
import type { Snapshot } from "../../delta/contract.js";
import type { WrittenFile } from "../../engine/engine.js";
import type { StructType } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import type { CommandContext, TargetTable } from "../contract.js";
import { addActions } from "../data-file.js";
import { copiedColumn } from "../rewrite.js";
import { TARGET_ALIAS } from "../row-condition.js";
import type { StagedFiles } from "../staged-files.js";
import { totalBytes } from "../table-state.js";
import { scanTrackedFiles, trackingColumns, withColumns } from "../tracked-rows.js";
import type { Bin } from "./file-selection.js";
import { type ColumnPath, layOut, PIECE } from "./space-filling-curve.js";

export interface BinRewrite {
  readonly target: TargetTable;
  readonly snapshot: Snapshot;
  readonly staged: StagedFiles;
  /** Bytes of a written file. */
  readonly fileSize: number;
  /** Columns by which rows are laid out; none: in no order. */
  readonly layoutBy: readonly ColumnPath[];
  /** Of the added files, besides what is in them. */
  readonly marks?: Pick<AddFile, "tags" | "clusteringProvider">;
}

export interface RewrittenBins {
  readonly written: readonly WrittenFile[];
  readonly added: readonly AddFile[];
}

const BIN = "__bin";
/** Small bins share a COPY: more files than these would be too many to have open. */
const BINS_OF_A_COPY = 64;
const BYTES_OF_A_COPY = 256 * 2 ** 20;

export async function rewriteBins(
  context: CommandContext,
  rewrite: BinRewrite,
  bins: readonly Bin[],
): Promise<RewrittenBins> {
  const written: WrittenFile[] = [];
  const added: AddFile[] = [];
  const collect = (files: readonly WrittenFile[], bin: Bin): void => {
    written.push(...files);
    added.push(...addedFiles(context, rewrite, files, bin));
  };
  for (const group of groupsOf(bins, rewrite.layoutBy.length > 0)) {
    const [first] = group;
    if (first === undefined) continue;
    if (group.length === 1) collect(await writeBin(context, rewrite, first), first);
    else for (const [i, files] of await writeTogether(context, rewrite, group)) collect(files, group[i] as Bin);
  }
  return { written, added };
}

function groupsOf(bins: readonly Bin[], eachAlone: boolean): readonly (readonly Bin[])[] {
  const groups: Bin[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const bin of bins) {
    const bytes = Number(totalBytes(bin.files));
    const last = groups.at(-1);
    if (eachAlone || last === undefined || last.length >= BINS_OF_A_COPY || size + bytes > BYTES_OF_A_COPY) {
      groups.push([bin]);
      size = bytes;
    } else {
      last.push(bin);
      size += bytes;
    }
  }
  return groups;
}

async function writeBin(context: CommandContext, rewrite: BinRewrite, bin: Bin): Promise<readonly WrittenFile[]> {
  const { snapshot, layoutBy, fileSize } = rewrite;
  const relation = await scanTrackedFiles(context, snapshot, bin.files, snapshot.schema);
  const schema = dataSchema(snapshot, bin.files);
  const columns = columnList(schema);
  if (layoutBy.length === 0) {
    const sql = `SELECT ${columns} FROM ${relation} AS ${engineName(TARGET_ALIAS)}`;
    // A file grows beyond the size by what is in memory when it is reached, and a bin is to become one file.
    return (await stage(rewrite, { sql, schema, targetFileSize: fileSize * 2 })).map((file) => ({
      ...file,
      partition: {},
    }));
  }
  const pieces = Math.max(1, Math.round(Number(totalBytes(bin.files)) / fileSize));
  const layout = await layOut(context, relation, snapshot.schema, layoutBy, pieces);
  const from = `FROM ${layout.sql} AS ${engineName(TARGET_ALIAS)}`;
  const written =
    pieces === 1
      ? await stage(rewrite, { sql: `SELECT ${columns} ${from} ORDER BY ${layout.order}`, schema })
      : await stage(rewrite, { sql: `SELECT ${columns}, ${PIECE} ${from}`, schema, splitBy: PIECE });
  return written.map((file) => ({ ...file, partition: {} }));
}

/** One COPY for several bins, which are told apart by the index of the file that a row comes from. */
async function writeTogether(
  context: CommandContext,
  rewrite: BinRewrite,
  bins: readonly Bin[],
): Promise<ReadonlyMap<number, readonly WrittenFile[]>> {
  const files = bins.flatMap((bin) => bin.files);
  const binOfFile = bins.flatMap((bin, i) => bin.files.map(() => i));
  const { snapshot } = rewrite;
  const schema = dataSchema(snapshot, files);
  const relation = await scanTrackedFiles(context, snapshot, files, snapshot.schema, { withPosition: true });
  const bin = `(CAST([${binOfFile.join(", ")}] AS BIGINT[]))[__file_index + 1] AS ${BIN}`;
  const sql = `SELECT ${columnList(schema)}, ${bin} FROM ${relation} AS ${engineName(TARGET_ALIAS)}`;
  const written = new Map<number, WrittenFile[]>();
  for (const file of await stage(rewrite, { sql, schema, splitBy: BIN })) {
    const index = Number(file.partition[BIN]);
    written.set(index, [...(written.get(index) ?? []), { ...file, partition: {} }]);
  }
  return written;
}

async function stage(
  { staged, snapshot }: BinRewrite,
  {
    splitBy,
    ...write
  }: {
    readonly sql: string;
    readonly schema: StructType;
    readonly splitBy?: string;
    readonly targetFileSize?: number;
  },
): Promise<readonly WrittenFile[]> {
  const partitionColumns = splitBy === undefined ? [] : [splitBy];
  const { files } = await staged.write({ ...write, partitionColumns, properties: snapshot.properties });
  return files;
}

/** What the files hold: the columns but those of the partition, and what row tracking keeps. */
function dataSchema(snapshot: Snapshot, files: readonly AddFile[]): StructType {
  const { schema, partitionColumns } = snapshot;
  const fields = schema.fields.filter(({ name }) => !partitionColumns.includes(name));
  return withColumns({ kind: "struct", fields }, trackingColumns(snapshot, files));
}

function columnList(schema: StructType): string {
  return schema.fields.map(({ name }) => `${copiedColumn(name, schema)} AS ${engineName(name)}`).join(", ");
}

/** Files with the partition values of their bin as they stand in the log. */
function addedFiles(
  context: CommandContext,
  { target, snapshot, marks }: BinRewrite,
  files: readonly WrittenFile[],
  { partitionValues }: Bin,
): readonly AddFile[] {
  return addActions(context, target, snapshot, files).flatMap((action) =>
    "add" in action ? [{ ...action.add, ...marks, partitionValues, dataChange: false }] : [],
  );
}
