/** Rows that lakelet keeps about tables, in tables of its own beside them: `data_quality_metrics` and the like. */
import { append } from "../../commands/append.js";
import type { Value } from "../../engine/engine.js";
import type { StructType } from "../../schema/data-type.js";
import { againAfterLostRace } from "./lost-race.js";
import type { Runtime } from "./runtime.js";
import type { SessionTable } from "./session-table.js";

export interface KeptTable {
  readonly name: string;
  readonly schema: StructType;
}

/** Appends to the table in the schema of the one that the rows are about; columns that a version before did not have are added. */
export async function keepRows(
  runtime: Runtime,
  about: Pick<SessionTable, "identifier">,
  { name, schema }: KeptTable,
  rows: readonly (readonly Value[])[],
): Promise<void> {
  if (rows.length === 0) return;
  const target = tableBeside(runtime, about, name);
  const relation = await runtime.engine.register(rows, schema);
  try {
    const source = { sql: `SELECT * FROM ${relation}`, schema };
    await againAfterLostRace(() =>
      append(runtime.commandContext(), target, source, { byName: true, mergeSchema: true }),
    );
  } finally {
    await runtime.engine.drop(relation);
  }
}

/** In the schema of the table; for a table by path in the session's current one. */
export function tableBeside(
  runtime: Runtime,
  { identifier }: Pick<SessionTable, "identifier">,
  name: string,
): SessionTable {
  const own = { ...(identifier ?? { ...runtime.state.current, name: "" }), name };
  return { identifier: own, name, location: runtime.catalog.managedLocation(own) };
}

/** Now, as a value of a timestamp. */
export function timestampNow(): string {
  return new Date().toISOString().replace("Z", "000Z");
}
