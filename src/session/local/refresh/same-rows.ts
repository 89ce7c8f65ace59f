/** A recompute whose rows are those that the view has: it is found out before the commit, where that is cheap. */
import type { CommandContext, StagedWrite, WriteHook } from "../../../commands/contract.js";
import { rowsOfFile } from "../../../commands/table-changes/changes-between.js";
import type { Snapshot } from "../../../delta/contract.js";
import { columnMappingMode } from "../../../schema/column-mapping.js";
import type { Runtime } from "../runtime.js";
import { scanSnapshot } from "../table-scan.js";
import { columnsOf, exactTexts, isComparable } from "./changed-sources.js";
import { memoryOfCommit, type Refresh } from "./view-refresh.js";

/** Rows of more than that many are not compared: the view is written, and what reads it looks at what has changed. */
const MOST_ROWS = 1_000_000;

/** The staged rows are the view's; never leaves the refresh. */
export class SameRows extends Error {}

/** The hook, which throws {@link SameRows} once all that it checks has passed. */
export function unlessSame(refresh: Refresh, hook: WriteHook): WriteHook {
  return {
    ...hook,
    beforeCommit: async (staged) => {
      await hook.beforeCommit?.(staged);
      if (await hasSameRows(refresh, staged)) throw new SameRows();
    },
  };
}

async function hasSameRows({ runtime, snapshot, request }: Refresh, staged: StagedWrite): Promise<boolean> {
  if (snapshot === undefined || request.full || !isComparable(snapshot.schema)) return false;
  // What is in quarantine is of the write that put it there.
  const rules = [request, ...(request.views ?? [])].flatMap((one) => one.expectations);
  if (rules.some((one) => one.onViolation === "drop")) return false;
  const rows = staged.files.reduce((sum, one) => sum + Number(one.rowCount), 0);
  if (rows > MOST_ROWS || rows !== (await rowsOf(snapshot))) return false;
  return rows === 0 || (await isNothingNew(runtime, snapshot, staged));
}

async function rowsOf(snapshot: Snapshot): Promise<number> {
  let rows = 0;
  for await (const files of snapshot.files()) for (const file of files) rows += rowsOfFile(file);
  return rows;
}

/** As many rows on both sides are the same where one side has none that the other lacks. */
async function isNothingNew(runtime: Runtime, snapshot: Snapshot, { files, schema }: StagedWrite): Promise<boolean> {
  const columnMapping = columnMappingMode(snapshot.metadata.configuration);
  const after = await runtime.engine.scan({
    files,
    schema,
    partitionColumns: Object.keys(files[0]?.partition ?? {}),
    ...(columnMapping === undefined ? {} : { columnMapping }),
  });
  const before = await scanSnapshot(runtime, snapshot, { withFile: false, qualifiers: [] });
  const list = [columnsOf(snapshot.schema), ...exactTexts(snapshot.schema)].join(", ");
  const sql = `SELECT 1 FROM (SELECT ${list} FROM ${after} AS a EXCEPT ALL SELECT ${list} FROM ${before.sql} AS b) AS d LIMIT 1`;
  return (await runtime.engine.run(sql)).rows.length === 0;
}

/** Has the view know of what its rows are made now, where that is not what it knows. Gives the version of the commit. */
export async function rememberSame(refresh: Refresh, context: CommandContext): Promise<number | undefined> {
  const { origin, memory, log } = refresh;
  const isKnown =
    memory !== undefined &&
    (["query", "schemas", "definition", "files"] as const).every((one) => memory[one] === origin[one]) &&
    [...origin.versions].every(([id, version]) => memory.versions.get(id) === version);
  if (isKnown) return undefined;
  const transaction = await log.startTransaction();
  const result = await transaction.commit({
    actions: memoryOfCommit(refresh).map((one) => ({ txn: { ...one, lastUpdated: context.now() } })),
    operation: "WRITE",
    operationParameters: { mode: "Overwrite" },
    operationMetrics: { numFiles: 0, numOutputRows: 0, numOutputBytes: 0 },
    read: { predicates: [], files: [] },
    ...(context.job === undefined ? {} : { job: context.job }),
  });
  if (result.status !== "committed") throw result.error;
  return result.version;
}
