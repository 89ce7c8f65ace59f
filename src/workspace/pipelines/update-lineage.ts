/** What an update has made of what, for `system.access`. */
import { type RecordedLineage, recordLineage } from "../../history/system-tables/record-lineage.js";
import type { PipelineEvent } from "../../pipeline/update.js";
import type { SparkSession } from "../../session/contract.js";
import { systemSessionOf } from "../../session/local-session.js";

export interface EndedUpdate {
  readonly session: SparkSession;
  /** Absolute folder of the managed tables. */
  readonly warehouse: string;
  readonly pipelineId: string;
  readonly updateId: string;
  readonly createdBy: string;
}

/** Of the flows that wrote something. */
export async function recordUpdateLineage(update: EndedUpdate, events: readonly PipelineEvent[]): Promise<void> {
  const { session, warehouse, pipelineId, updateId, createdBy } = update;
  const definitions = new Map(
    events.flatMap((one) => (one.kind === "flow-definition" ? [[one.flow.name, one.lineage] as const] : [])),
  );
  const written = events.flatMap((one): RecordedLineage[] => {
    if (one.kind !== "flow-progress" || one.status !== "COMPLETED" || one.version === undefined) return [];
    const lineage = definitions.get(one.flow);
    const entity = { entityType: "PIPELINE", entityId: pipelineId, entityRunId: updateId } as const;
    return lineage === undefined ? [] : [{ ...lineage, ...entity, table: one.target.toLowerCase(), at: one.at }];
  });
  if (written.length === 0) return;
  const transaction = { appId: `lakelet.lineage.${updateId}`, version: 0 };
  await recordLineage({ session: systemSessionOf(session), warehouse, createdBy, transaction }, written);
}
