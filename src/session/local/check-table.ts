/** `checkTable`: expectations on a table as it stands. */

import { nameParts } from "../../dataframe/column.js";
import type { Action } from "../../delta/actions.js";
import type { DeltaLog, Snapshot } from "../../delta/contract.js";
import { isLakeletError, LakeletError } from "../../errors/lakelet-error.js";
import type { Expectation, ExpectationResult } from "../../quality/expectation.js";
import { QualityGate } from "./quality-gate.js";
import type { Runtime } from "./runtime.js";
import { sessionTable } from "./session-table.js";
import { scanSnapshot } from "./table-scan.js";

export async function checkTable(
  runtime: Runtime,
  name: string,
  expectations: readonly Expectation[],
): Promise<readonly ExpectationResult[]> {
  const dropping = expectations.find((one) => one.onViolation === "drop");
  if (dropping) {
    throw new LakeletError({
      condition: "INVALID_EXPECTATION",
      sqlState: "42000",
      problem: `The expectation "${dropping.name}" drops rows, but a check of a table changes nothing.`,
      cure: "Use expect or expectOrFail here, and expectOrDrop in the write.",
    });
  }
  const table = await sessionTable(runtime, nameParts(name));
  if (table.identifier) await runtime.catalog.require(table.identifier);
  const snapshot = await runtime.log(table.location).snapshot();
  const { sql } = await scanSnapshot(runtime, snapshot, { withFile: false, qualifiers: [] });
  const gate = new QualityGate(runtime, table, expectations, runtime.commandContext().compiler, {
    renewal: "add",
    tableKeeps: "none",
  });
  const before = () => beforeLastWrite(runtime.log(table.location), snapshot.version, table.name);
  await gate.audit({ schema: snapshot.schema, published: sql, heldBack: [], writeId: crypto.randomUUID(), before });
  return gate.results;
}

/** The table as it was before the last commit that changed its rows: compared with itself it would always be the same. */
async function beforeLastWrite(log: DeltaLog, newest: number, name: string): Promise<Snapshot | null> {
  try {
    for (let version = newest; version > 0; version--) {
      const actions = await log.commit(version);
      if (actions.some(changesRows)) return await log.snapshot(version - 1);
    }
    return null;
  } catch (error) {
    if (!isLakeletError(error, "DELTA_VERSION_NOT_FOUND")) throw error;
    throw new LakeletError({
      condition: "INVALID_EXPECTATION",
      sqlState: "42000",
      problem: `${name} cannot be compared with the rows that it had before its last write.`,
      reason: `${error.message}`,
      cure: "Give the rule what to compare with: distribution and meanDrift a `reference`, schemaIs its DDL; or put it on the write.",
      cause: error,
    });
  }
}

function changesRows(action: Action): boolean {
  return ("add" in action && action.add.dataChange) || ("remove" in action && action.remove.dataChange);
}
