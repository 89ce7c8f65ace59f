/** A table as a statement names it, with its folder: what commands take, and the name that people know. */
import { identifierText, qualify, type TableIdentifier } from "../../catalog/table-identifier.js";
import type { TargetTable } from "../../commands/contract.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { Runtime } from "./runtime.js";

export interface SessionTable extends TargetTable {
  /** Absent for a table by path. */
  readonly identifier?: TableIdentifier;
}

/** The Delta table of that name, or of `delta.`/path``, whether it exists yet or not. */
export async function sessionTable(runtime: Runtime, name: readonly string[]): Promise<SessionTable> {
  const [first, second] = name;
  if (name.length === 2 && first?.toLowerCase() === "delta" && second !== undefined) {
    return { name: `delta.\`${second}\``, location: runtime.paths.resolve(second) };
  }
  const identifier = qualify(name, runtime.state.current);
  const entry = await runtime.catalog.lookup(identifier);
  if (entry?.kind === "view") {
    throw new LakeletError({
      condition: "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE",
      sqlState: "42809",
      problem: `${identifierText(identifier)} is a view, not a table.`,
      cure: "Name the table that the view reads.",
    });
  }
  const location = entry?.location ?? runtime.catalog.managedLocation(identifier);
  return { identifier, name: identifierText(identifier), location };
}

/** The same, but it must be there. Throws TABLE_OR_VIEW_NOT_FOUND. */
export async function existingTable(runtime: Runtime, name: readonly string[]): Promise<SessionTable> {
  const table = await sessionTable(runtime, name);
  if (table.identifier) await runtime.catalog.require(table.identifier);
  return table;
}
