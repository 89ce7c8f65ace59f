/** `checkTable`: expectations on a table as it stands. */

import { nameParts } from "../../dataframe/column.js";
import { LakeletError } from "../../errors/lakelet-error.js";
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
  const gate = new QualityGate(runtime, table, expectations, runtime.commandContext().compiler);
  await gate.audit({ schema: snapshot.schema, published: sql, heldBack: [], writeId: crypto.randomUUID() });
  return gate.results;
}
