/** A check of a whole table that says what is wrong, row by row, and changes nothing. */
import type { AddFile } from "../../delta/actions.js";
import type { Snapshot } from "../../delta/contract.js";
import { isLakeletError } from "../../errors/lakelet-error.js";
import { tableNotFound } from "../command-errors.js";
import type { CommandContext, TargetTable } from "../contract.js";
import { type MaintenanceResult, maintenanceResult } from "../maintenance-result.js";
import { liveFiles } from "../table-state.js";
import { fileFindings, orphans } from "./file-findings.js";
import { FINDING_SCHEMA, type Finding, findingRow, messageOf } from "./finding.js";
import { logFindings } from "./log-findings.js";
import { constraintFindings, statisticsFindings } from "./row-findings.js";

export interface CheckTableOptions {
  /** Whether the rows are held against each file's statistics: of some files (the default), of all, or of none. */
  readonly statistics?: "none" | "sample" | "full";
  /** Whether rows are held against NOT NULL and CHECK constraints. */
  readonly constraints?: boolean;
}

/** Files whose rows a sample reads. */
const SAMPLE = 16;

/**
 * Holds a table against itself: the commits against each other, checkpoints against the commits, files, footers and deletion vectors against
 * the log, rows against statistics and constraints.
 *
 * @returns Rows of severity, finding (e.g. `MISSING_DATA_FILE`), version, path, detail; none where all is well.
 * @throws DELTA_TABLE_NOT_FOUND.
 * @example (await checkTable(context, target, { statistics: "full", constraints: true })).rows // []
 */
export async function checkTable(
  context: CommandContext,
  target: TargetTable,
  options: CheckTableOptions = {},
): Promise<MaintenanceResult> {
  const log = context.log(target.location);
  if (!(await log.exists())) throw tableNotFound(target.name);
  const findings: Finding[] = [...(await logFindings(context, target))];
  const snapshot = await log.snapshot().catch((error: unknown) => {
    if (isLakeletError(error, "OPERATION_CANCELED")) throw error;
    findings.push({ severity: "error", finding: "LOG_UNREADABLE", detail: messageOf(error) });
    return undefined;
  });
  if (snapshot !== undefined) findings.push(...(await contentFindings(context, snapshot, options)));
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const metrics = { numErrors: BigInt(errors), numWarnings: BigInt(findings.length - errors) };
  return maintenanceResult({ version: undefined, metrics }, FINDING_SCHEMA, findings.map(findingRow));
}

async function contentFindings(
  context: CommandContext,
  snapshot: Snapshot,
  { statistics = "sample", constraints = false }: CheckTableOptions,
): Promise<readonly Finding[]> {
  const { findings, whole } = await fileFindings(context, snapshot, await liveFiles(snapshot));
  const looked = statistics === "none" ? [] : statistics === "full" ? whole : sampled(whole);
  return [
    ...findings,
    ...(await orphans(context, snapshot)),
    ...(await statisticsFindings(context, snapshot, looked)),
    ...(constraints ? await constraintFindings(context, snapshot, whole) : []),
  ];
}

/** From everywhere in the table, and the same ones each time. */
function sampled(files: readonly AddFile[]): readonly AddFile[] {
  const step = Math.max(1, files.length / SAMPLE);
  return Array.from({ length: Math.min(SAMPLE, files.length) }, (_, i) => files[Math.floor(i * step)]).filter(
    (file) => file !== undefined,
  );
}
