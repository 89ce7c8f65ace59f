/** The commits by which VACUUM tells the table's history that it has begun and ended; they hold no action. */
import type { CommandContext, TargetTable } from "../contract.js";

/** In milliseconds. */
export interface Retention {
  readonly milliseconds: number;
  readonly default: number;
  /** As the statement has it. */
  readonly specified?: number;
  readonly checked: boolean;
}

const LOGGING = "spark.databricks.delta.vacuum.logging.enabled";
const MAX_ATTEMPTS = 10;

export async function logVacuumStart(
  context: CommandContext,
  target: TargetTable,
  retention: Retention,
  metrics: Readonly<Record<string, bigint>>,
): Promise<void> {
  const parameters = {
    retentionCheckEnabled: `${retention.checked}`,
    ...(retention.specified === undefined ? {} : { specifiedRetentionMillis: `${retention.specified}` }),
    defaultRetentionMillis: `${retention.default}`,
  };
  await logOperation(context, target, "VACUUM START", parameters, metrics);
}

/** Gives the version of the commit, undefined where `spark.databricks.delta.vacuum.logging.enabled` is false. */
export function logVacuumEnd(
  context: CommandContext,
  target: TargetTable,
  metrics: Readonly<Record<string, bigint>>,
): Promise<number | undefined> {
  return logOperation(context, target, "VACUUM END", { status: "COMPLETED" }, metrics);
}

async function logOperation(
  context: CommandContext,
  target: TargetTable,
  operation: string,
  operationParameters: Readonly<Record<string, string>>,
  operationMetrics: Readonly<Record<string, bigint>>,
): Promise<number | undefined> {
  if (context.configuration[LOGGING]?.toLowerCase() === "false") return undefined;
  for (let attempt = 1; ; attempt++) {
    const transaction = await context.log(target.location).startTransaction();
    const result = await transaction.commit({
      actions: [],
      operation,
      operationParameters,
      operationMetrics,
      read: { predicates: [], files: [] },
      ...(context.job === undefined ? {} : { job: context.job }),
    });
    if (result.status === "committed") return result.version;
    // A commit without actions contradicts no winner, whatever it did.
    if (result.status === "unknown" || attempt === MAX_ATTEMPTS) throw result.error;
  }
}
