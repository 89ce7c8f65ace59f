/** `lakelet quarantine`: which rows of the project's tables were held back, and their way back into the table. */
import { resolve } from "node:path";
import { nameParts } from "../dataframe/column.js";
import { LakeletError } from "../errors/lakelet-error.js";
import type { Expectation } from "../quality/expectation.js";
import { readExpectations } from "../quality/expectation-file.js";
import { quoteName } from "../schema/type-text.js";
import type { ReplayResult } from "../session/quarantine-contract.js";
import { asLakeletError } from "../tasks/failure.js";
import { projectHere } from "./project-here.js";
import { openSqlSession, runSql, type SqlResult } from "./run-sql.js";

export type { ReplayResult } from "../session/quarantine-contract.js";
export { sqlErrorBody } from "./run-sql.js";

export interface QuarantinedTable {
  readonly table: string;
  readonly rows: number;
  /** The most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly rows: number }[];
}

const SUFFIX = "_quarantine";

/** Tables that have rows in quarantine. */
export async function quarantinedTables(warehouse?: string): Promise<readonly QuarantinedTable[]> {
  const spark = await openSqlSession(await projectHere(), warehouse);
  try {
    const { rows: names } = await spark.execute(
      `SELECT table_catalog, table_schema, table_name FROM system.information_schema.columns WHERE column_name = 'quarantine_reason' AND table_name LIKE '%\\\\${SUFFIX}' ORDER BY ALL`,
    );
    const found: QuarantinedTable[] = [];
    for (const name of names.map((row) => row.map(String))) {
      const { rows } = await spark.execute(
        `SELECT quarantine_reason, count(*) FROM ${name.map(quoteName).join(".")} GROUP BY 1 ORDER BY 2 DESC, 1`,
      );
      const reasons = rows.map(([reason, count]) => ({ reason: String(reason), rows: Number(count) }));
      const table = name.join(".").slice(0, -SUFFIX.length);
      if (reasons.length > 0) found.push({ table, rows: reasons.reduce((sum, one) => sum + one.rows, 0), reasons });
    }
    return found;
  } finally {
    await spark.stop();
  }
}

export interface ShownRows {
  readonly table: string;
  readonly where?: string;
  readonly limit: number;
  readonly warehouse?: string;
}

/** The rows with their reasons, the newest first. Throws TABLE_OR_VIEW_NOT_FOUND where nothing was ever held back. */
export async function quarantinedRows({ table, where, limit, warehouse }: ShownRows): Promise<SqlResult> {
  const parts = nameParts(table);
  const name = parts.map((part, i) => quoteName(i === parts.length - 1 ? `${part}${SUFFIX}` : part)).join(".");
  const condition = where === undefined ? "" : ` WHERE ${where}`;
  try {
    return await runSql({
      text: `SELECT * FROM ${name}${condition} ORDER BY quarantined_at DESC LIMIT ${limit}`,
      parameters: {},
      ...(warehouse === undefined ? {} : { warehouse }),
    });
  } catch (error) {
    const told = asLakeletError(error);
    const isNone = told?.condition === "TABLE_OR_VIEW_NOT_FOUND" && told.problem.includes(`${parts.at(-1)}${SUFFIX}`);
    throw told !== undefined && isNone ? nothingHeldBack(table, told) : error;
  }
}

function nothingHeldBack(table: string, cause: LakeletError): LakeletError {
  return new LakeletError({
    condition: cause.condition,
    sqlState: cause.sqlState,
    problem: `No row of ${table} is in quarantine: there is no table ${table}${SUFFIX}.`,
    cure: "lakelet quarantine list names the tables that have such rows.",
    parameters: cause.parameters,
    cause,
  });
}

export interface ReplayRequest {
  readonly table: string;
  readonly where?: string;
  readonly set: Readonly<Record<string, string>>;
  readonly on?: readonly string[];
  /** A file with expectations in place of those that held the rows back. */
  readonly check?: string;
  readonly dryRun: boolean;
  readonly warehouse?: string;
}

export async function replayQuarantine(request: ReplayRequest): Promise<ReplayResult> {
  const { table, warehouse, check, where, set, on, dryRun } = request;
  const expectations: readonly Expectation[] | undefined =
    check === undefined ? undefined : (await readExpectations(resolve(check))).expectations;
  const spark = await openSqlSession(await projectHere(), warehouse);
  try {
    return await spark.quarantine(table).replay({
      set,
      dryRun,
      ...(where === undefined ? {} : { where }),
      ...(on === undefined ? {} : { on }),
      ...(expectations === undefined ? {} : { expectations }),
    });
  } finally {
    await spark.stop();
  }
}
