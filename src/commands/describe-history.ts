/** DESCRIBE HISTORY: one row a commit, newest first. */
import type { HistoryEntry } from "../delta/contract.js";
import type { EngineResult, Value } from "../engine/engine.js";
import { BOOLEAN, field, LONG, map, STRING, type StructType, struct, TIMESTAMP } from "../schema/data-type.js";
import { tableNotFound } from "./command-errors.js";
import type { CommandContext, TargetTable } from "./contract.js";

const JOB = struct(
  ["jobId", "jobName", "jobRunId", "runId", "jobOwnerId", "triggerType"].map((name) => field(name, STRING)),
);

export const HISTORY_SCHEMA: StructType = struct([
  field("version", LONG),
  field("timestamp", TIMESTAMP),
  field("userId", STRING),
  field("userName", STRING),
  field("operation", STRING),
  field("operationParameters", map(STRING, STRING)),
  field("job", JOB),
  field("notebook", struct([field("notebookId", STRING)])),
  field("clusterId", STRING),
  field("readVersion", LONG),
  field("isolationLevel", STRING),
  field("isBlindAppend", BOOLEAN),
  field("operationMetrics", map(STRING, STRING)),
  field("userMetadata", STRING),
  field("engineInfo", STRING),
]);

/** Rows of {@link HISTORY_SCHEMA}. Throws DELTA_TABLE_NOT_FOUND. */
export async function describeHistory(
  context: CommandContext,
  target: TargetTable,
  limit?: number,
): Promise<EngineResult & { readonly schema: StructType }> {
  const log = context.log(target.location);
  if (!(await log.exists())) throw tableNotFound(target.name);
  const entries = await log.history(limit);
  const columns = HISTORY_SCHEMA.fields.map((one) => one.name);
  return { schema: HISTORY_SCHEMA, columns, rows: entries.map(historyRow) };
}

function historyRow({ version, timestamp, commitInfo }: HistoryEntry): readonly Value[] {
  return [
    BigInt(version),
    timestampText(timestamp),
    null,
    null,
    commitInfo.operation ?? null,
    textMap(commitInfo.operationParameters),
    jobOf(commitInfo.job),
    null,
    null,
    commitInfo.readVersion === undefined ? null : BigInt(commitInfo.readVersion),
    commitInfo.isolationLevel ?? null,
    commitInfo.isBlindAppend ?? null,
    textMap(commitInfo.operationMetrics),
    commitInfo.userMetadata ?? null,
    commitInfo.engineInfo ?? null,
  ];
}

function jobOf(job: Readonly<Record<string, string>> | undefined): Value {
  if (job === undefined) return null;
  return Object.fromEntries(JOB.fields.map(({ name }) => [name, job[name] ?? null]));
}

/** Other writers put any JSON there; what is no text is shown as its JSON. */
function textMap(values: Readonly<Record<string, unknown>> | undefined): Value {
  if (values === undefined) return null;
  const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
  return new Map(Object.entries(values).map(([key, value]) => [key, text(value)]));
}

/** Milliseconds since the epoch in the form of the engine's timestamps. */
export function timestampText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/Z$/, "000Z");
}
