/** MERGE behind a gate: the source is read once, rows that break a rule are held back, the rest is merged. */
import type { CommandResult } from "../../commands/contract.js";
import type { MergeIntoCommand } from "../../commands/merge/merge-command.js";
import { mergeInto } from "../../commands/merge/merge-into.js";
import type { Expectation, ExpectationResult } from "../../quality/expectation.js";
import { engineName, engineString } from "../../schema/engine-type.js";
import type { ReadQuery } from "./compiled-plan.js";
import { checkChangeable } from "./datasets/changeable-table.js";
import { mergeLineage } from "./merge-lineage.js";
import { QualityGate } from "./quality-gate.js";
import type { Runtime } from "./runtime.js";
import type { SessionTable } from "./session-table.js";
import { reportWrite } from "./write-frame.js";

export interface GatedMergeResult extends CommandResult {
  readonly checks: readonly ExpectationResult[];
}

const VERDICT = engineName("__lakelet_verdict");

/** `settled` is called when the source has been read; it may start the whole over. */
export async function gatedMerge(
  runtime: Runtime,
  table: SessionTable,
  source: ReadQuery,
  command: MergeIntoCommand,
  expectations: readonly Expectation[],
  settled: () => Promise<void>,
): Promise<GatedMergeResult> {
  await checkChangeable(runtime, table, "MERGE");
  const context = runtime.commandContext(source.snapshots);
  const lineage = mergeLineage(source, command);
  if (expectations.length === 0) {
    const result = await mergeInto(context, table, source, { ...command, beforeCommit: settled });
    reportWrite(runtime, table, "MERGE", result, 0n, lineage);
    return { ...result, checks: [] };
  }
  const gate = new QualityGate(runtime, table, expectations, context.compiler, { renewal: "add-missing" });
  await gate.prepare();
  const verdict = gate.verdict(source.schema) ?? "NULL::VARCHAR";
  const judged = `SELECT "source".*, ${verdict} AS ${VERDICT} FROM (${source.sql}) AS "source"`;
  const rows = await runtime.engine.materialize(judged).catch(async (error: unknown) => {
    throw await gate.explain(error, source);
  });
  try {
    await settled();
    const writeId = crypto.randomUUID();
    const counts = await runtime.engine.run(
      `SELECT ${VERDICT}, count(*) FROM ${rows} WHERE ${VERDICT} IS NOT NULL GROUP BY 1 ORDER BY 1`,
    );
    const columns = source.schema.fields.map((one) => engineName(one.name)).join(", ");
    const published = `SELECT ${columns} FROM ${rows} WHERE ${VERDICT} IS NULL`;
    const heldBack = counts.rows.map(([text, count]) => ({
      verdict: String(text),
      sql: `(SELECT ${columns} FROM ${rows} WHERE ${VERDICT} = ${engineString(String(text))})`,
      rows: BigInt(String(count)),
    }));
    await gate.audit({ schema: source.schema, published: `(${published})`, heldBack, writeId });
    const result = await mergeInto(context, table, { sql: published, schema: source.schema }, { ...command, writeId });
    await gate.confirm(result, "MERGE");
    reportWrite(runtime, table, "MERGE", result, gate.quarantined, lineage);
    return { ...result, checks: gate.results };
  } finally {
    await runtime.engine.drop(rows);
  }
}
