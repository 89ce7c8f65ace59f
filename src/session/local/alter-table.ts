/** ALTER TABLE: each action to its command; the catalog follows where the table's name or place changes. */
import { identifierText, qualify } from "../../catalog/table-identifier.js";
import type { TableEntry } from "../../catalog/warehouse-catalog.js";
import { alterTable as alterDeltaTable } from "../../commands/alter/alter-table.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { sameType } from "../../schema/data-type.js";
import type { Statement } from "../../sql/statement.js";
import { checkAlterable } from "./datasets/changeable-table.js";
import type { Runtime } from "./runtime.js";
import { existingTable, type SessionTable } from "./session-table.js";
import { done, type StatementContext, type StatementResult } from "./statement-context.js";

type AlterTable = Extract<Statement, { kind: "alter-table" }>;

export async function alterTable(
  { table: name, action }: AlterTable,
  { runtime }: StatementContext,
): Promise<StatementResult> {
  await refuseView(runtime, name);
  const table = await existingTable(runtime, name);
  await checkAlterable(runtime, table, action.kind);
  const command = runtime.commandContext();
  switch (action.kind) {
    case "rename":
      return rename(runtime, table, action.to);
    case "set-location":
      return relocate(runtime, table, action.location);
    case "unsupported":
      throw unsupported(action.name);
    default:
      await alterDeltaTable(command, table, action);
      return done(`ALTER TABLE ${table.name}`);
  }
}

async function refuseView(runtime: Runtime, name: readonly string[]): Promise<void> {
  if (name.length === 2 && name[0]?.toLowerCase() === "delta") return;
  const entry = await runtime.catalog.lookup(qualify(name, runtime.state.current));
  if (entry?.kind !== "view") return;
  throw new LakeletError({
    condition: "EXPECT_TABLE_NOT_VIEW.USE_ALTER_VIEW",
    sqlState: "42809",
    problem: `ALTER TABLE expects a table, but ${identifierText(entry.identifier)} is a view.`,
    cure: "Write ALTER VIEW.",
    parameters: { viewName: identifierText(entry.identifier) },
  });
}

async function rename(runtime: Runtime, table: SessionTable, to: readonly string[]): Promise<StatementResult> {
  const entry = await entryOf(runtime, table, "RENAME TO");
  const { catalog, schema } = entry.identifier;
  const target = qualify(to, { catalog, schema });
  await runtime.catalog.rename(entry, target);
  runtime.forget(entry.location);
  return done(`ALTER TABLE ${table.name} RENAME TO ${identifierText(target)}`);
}

/** The name of an external table may move to a table of the same columns and partitions. */
async function relocate(runtime: Runtime, table: SessionTable, path: string): Promise<StatementResult> {
  const entry = await entryOf(runtime, table, "SET LOCATION");
  if (entry.managed) throw unsupported("SET LOCATION of a managed table");
  const location = runtime.paths.resolve(path);
  const log = runtime.log(location);
  if (!(await log.exists())) throw notDelta(location);
  const [before, after] = await Promise.all([runtime.log(entry.location).snapshot(), log.snapshot()]);
  const samePartitions = before.partitionColumns.join("\0") === after.partitionColumns.join("\0");
  if (!sameType(before.schema, after.schema) || !samePartitions) throw otherSchema(table.name, location);
  await runtime.catalog.relocate(entry, location);
  return done(`ALTER TABLE ${table.name} SET LOCATION ${location}`);
}

async function entryOf(runtime: Runtime, table: SessionTable, action: string): Promise<TableEntry> {
  if (table.identifier === undefined) throw byPath(table.name, action);
  const entry = await runtime.catalog.require(table.identifier);
  if (entry.kind === "view") throw new Error("a table was expected");
  return entry;
}

function byPath(name: string, action: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_CANNOT_RENAME_PATH",
    sqlState: "22KD1",
    problem: `ALTER TABLE ${action} needs a table by name; ${name} is one by path.`,
    cure: "Move the folder, and use its new path.",
  });
}

function notDelta(location: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_SET_LOCATION_SCHEMA_MISMATCH",
    sqlState: "42KDJ",
    problem: `There is no Delta table in ${location}.`,
    cure: "Name the folder of a Delta table with the same columns.",
  });
}

function otherSchema(table: string, location: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_SET_LOCATION_SCHEMA_MISMATCH",
    sqlState: "42KDJ",
    problem: `The schema of the new Delta location ${location} is different from the current schema of ${table}.`,
    cure: "Drop the table and create it at the new location.",
  });
}

function unsupported(action: string): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_FEATURE.STATEMENT",
    sqlState: "0A000",
    problem: `ALTER TABLE ${action} is not supported by this version of lakelet.`,
    parameters: { statement: `ALTER TABLE ${action}` },
  });
}
