/** The change data feed of a table, read the slow way: what each version says of its changes, and the rows that follow from it. */
import type { TargetTable } from "../../src/commands/contract.js";
import { scanFiles } from "../../src/commands/data-file.js";
import type { Action, AddFile } from "../../src/delta/actions.js";
import type { Snapshot } from "../../src/delta/contract.js";
import { field, STRING, struct } from "../../src/schema/data-type.js";
import { type Lake, textOf } from "./lake.js";

export interface Change {
  readonly type: string;
  /** The row as JSON. */
  readonly row: string;
}

/** What a version says of its changes: its change files where it has some, else the rows of the files that it adds and removes. */
export async function changesOf(lake: Lake, target: TargetTable, version: number): Promise<readonly Change[]> {
  const log = lake.context.log(target.location);
  const snapshot = await log.snapshot(version);
  const actions = await log.commit(version);
  const cdc = actions.flatMap((action) => ("cdc" in action ? [asAdd(action.cdc)] : []));
  if (cdc.length > 0) {
    const schema = struct([...snapshot.schema.fields, field("_change_type", STRING)]);
    return readChanges(lake, await scanFiles(lake.context, snapshot, cdc, { schema }));
  }
  return [...(await rowsOf(lake, snapshot, actions, "insert")), ...(await rowsOf(lake, snapshot, actions, "delete"))];
}

/** The rows at `from`, changed as the versions after it say. */
export async function rowsByFeed(lake: Lake, target: TargetTable, from: number): Promise<readonly string[]> {
  const rows = (await lake.rows(target, from)).map(textOf);
  for (let version = from + 1; version <= (await lake.version(target)); version++) {
    const changes = await changesOf(lake, target, version);
    for (const { type, row } of changes) {
      if (type !== "delete" && type !== "update_preimage") continue;
      const at = rows.indexOf(row);
      if (at < 0) throw new Error(`version ${version} tells of ${type} of ${row}, which is not there`);
      rows.splice(at, 1);
    }
    rows.push(...changes.flatMap(({ type, row }) => (type === "insert" || type === "update_postimage" ? [row] : [])));
  }
  return rows.sort();
}

async function rowsOf(
  lake: Lake,
  snapshot: Snapshot,
  actions: readonly Action[],
  type: "insert" | "delete",
): Promise<readonly Change[]> {
  const files = actions.flatMap((action) => {
    if (type === "insert") return "add" in action && action.add.dataChange ? [action.add] : [];
    return "remove" in action && action.remove.dataChange ? [asAdd(action.remove)] : [];
  });
  const { rows } = await lake.engine.run(`SELECT * FROM ${await scanFiles(lake.context, snapshot, files)} AS t`);
  return rows.map((row) => ({ type, row: textOf(row) }));
}

async function readChanges(lake: Lake, relation: string): Promise<readonly Change[]> {
  const { rows } = await lake.engine.run(`SELECT * FROM ${relation} AS t`);
  return rows.map((row) => ({ type: String(row.at(-1)), row: textOf(row.slice(0, -1)) }));
}

function asAdd(file: Partial<AddFile> & { readonly path: string }): AddFile {
  return { partitionValues: {}, size: 0, modificationTime: 0, dataChange: true, ...file };
}
