/** The quarantine of a table whose rows were all made anew: what earlier writes held back goes, for they are gone. */
import { replaceWhere } from "../../../commands/replace-where.js";
import { stringLiteral } from "../../../dataframe/literal.js";
import type { Snapshot } from "../../../delta/contract.js";
import { engineString } from "../../../schema/engine-type.js";
import { againAfterLostRace } from "../lost-race.js";
import { noRowsOf, quarantineOf } from "../quarantine.js";
import type { Runtime } from "../runtime.js";
import type { SessionTable } from "../session-table.js";
import { scanSnapshot } from "../table-scan.js";
import type { Progress } from "./flow-progress.js";

/** In the table: how often its rows were made anew. In its quarantine: how many of these it has followed. */
const RESETS = "lakelet.quarantineReset";

/** What the commit remembers that makes all rows anew. */
export async function resetMark(before: Snapshot | undefined): Promise<Progress> {
  return { appId: RESETS, version: (await resetsOf(before)) + 1 };
}

/** Brings the quarantine to the rows that the table has held back since it was last made anew; a killed process may have owed that. */
export async function followReset(runtime: Runtime, table: SessionTable, snapshot: Snapshot): Promise<void> {
  const version = await resetsOf(snapshot);
  if (version === 0) return;
  const quarantine = runtime.log(quarantineOf(runtime, table).location);
  if (!(await quarantine.exists())) return;
  await againAfterLostRace(async () => {
    const held = await quarantine.snapshot();
    if ((await resetsOf(held)) >= version) return;
    await forget(runtime, table, held, await writesSince(runtime, table), { appId: RESETS, version });
  });
}

async function resetsOf(snapshot: Snapshot | undefined): Promise<number> {
  return (await snapshot?.transactions())?.get(RESETS)?.version ?? 0;
}

/** Ids of the writes from that on which made all rows anew. */
async function writesSince(runtime: Runtime, table: SessionTable): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const { commitInfo } of await runtime.log(table.location).history()) {
    const id = commitInfo.tags?.["lakelet.writeId"];
    if (id !== undefined) ids.push(id);
    if (commitInfo.operation?.startsWith("CREATE OR REPLACE TABLE")) break;
  }
  return ids;
}

async function forget(
  runtime: Runtime,
  table: SessionTable,
  held: Snapshot,
  kept: readonly string[],
  mark: Progress,
): Promise<void> {
  const target = quarantineOf(runtime, table);
  const { sql } = await scanSnapshot(runtime, held, { withFile: false, qualifiers: [] });
  const others = `coalesce("write_id", '') NOT IN (${["", ...kept].map(engineString).join(", ")})`;
  const { rows } = await runtime.engine.run(`SELECT 1 FROM ${sql} AS q WHERE ${others} OR "write_id" IS NULL LIMIT 1`);
  if (rows.length === 0) return remember(runtime, target, mark);
  const none = await noRowsOf(runtime, target.location);
  const predicate = `write_id IS NULL OR NOT (write_id IN (${["", ...kept].map(stringLiteral).join(", ")}))`;
  await replaceWhere(runtime.commandContext(), target, none, predicate, {
    byName: true,
    hook: { transactions: [mark] },
  });
}

async function remember(runtime: Runtime, { location }: SessionTable, mark: Progress): Promise<void> {
  const transaction = await runtime.log(location).startTransaction();
  const result = await transaction.commit({
    actions: [{ txn: { ...mark, lastUpdated: Date.now() } }],
    operation: "WRITE",
    operationParameters: { mode: "Append" },
    operationMetrics: { numFiles: 0, numOutputRows: 0, numOutputBytes: 0 },
    read: { predicates: [], files: [] },
  });
  if (result.status !== "committed") throw result.error;
}
