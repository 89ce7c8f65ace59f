/** VACUUM, COPY INTO and the other statements that look after a table: each to its command, with the rows that Databricks gives. */
import { repairTable } from "../../commands/check-table/repair-table.js";
import { cloneTable } from "../../commands/clone/clone-table.js";
import { convertToDelta } from "../../commands/convert/convert-to-delta.js";
import type { MaintenanceResult, TableVersion } from "../../commands/maintenance-result.js";
import { optimize } from "../../commands/optimize/optimize.js";
import { reorgTable } from "../../commands/reorg/reorg-table.js";
import { restoreTable } from "../../commands/restore/restore-table.js";
import { vacuum } from "../../commands/vacuum/vacuum.js";
import { LONG } from "../../schema/data-type.js";
import { quoteName } from "../../schema/type-text.js";
import { timestampOf, versionOf } from "../../sql/analysis/time-travel.js";
import type { MaintenanceStatement, VersionPoint } from "../../sql/maintenance-statement.js";
import type { Statement } from "../../sql/statement.js";
import { copyInto } from "./copy-into.js";
import { copyRequest } from "./copy-statement.js";
import { createModeOf, tableToCreate } from "./create-table.js";
import type { Runtime } from "./runtime.js";
import { existingTable, type SessionTable } from "./session-table.js";
import { resultOf, type StatementContext, type StatementResult } from "./statement-context.js";
import { reportWrite } from "./write-frame.js";

type Of<Kind extends MaintenanceStatement["kind"]> = Extract<MaintenanceStatement, { kind: Kind }>;

/** Undefined where the statement is none of these. */
export async function executeMaintenanceStatement(
  statement: Statement,
  { runtime }: StatementContext,
): Promise<StatementResult | undefined> {
  switch (statement.kind) {
    case "optimize": {
      const table = await existingTable(runtime, statement.table);
      const { where, zOrderBy, full } = statement;
      return told(
        runtime,
        table,
        "OPTIMIZE",
        await optimize(runtime.commandContext(), table, { where, zOrderBy, full }),
      );
    }
    case "vacuum": {
      const table = await existingTable(runtime, statement.table);
      const { mode, retainHours, dryRun } = statement;
      return told(
        runtime,
        table,
        "VACUUM",
        await vacuum(runtime.commandContext(), table, { mode, retainHours, dryRun }),
      );
    }
    case "restore": {
      const table = await existingTable(runtime, statement.table);
      const version = tableVersion(runtime, statement.to);
      return told(runtime, table, "RESTORE", await restoreTable(runtime.commandContext(), table, version));
    }
    case "reorg": {
      const table = await existingTable(runtime, statement.table);
      const options = { where: statement.where, apply: "PURGE" };
      return told(runtime, table, "REORG", await reorgTable(runtime.commandContext(), table, options));
    }
    case "clone-table":
      return clone(statement, runtime);
    case "fsck": {
      const table = await existingTable(runtime, statement.table);
      const { dryRun } = statement;
      return told(runtime, table, "FSCK", await repairTable(runtime.commandContext(), table, { dryRun }));
    }
    case "convert-to-delta":
      return convert(statement, runtime);
    case "copy-into":
      return copy(statement, runtime);
    default:
      return undefined;
  }
}

/** What a command gave, as the statement's rows; the session's listener is told. */
function told(runtime: Runtime, table: SessionTable, operation: string, result: MaintenanceResult): StatementResult {
  reportWrite(runtime, table, operation, result);
  const { schema, rows, version } = result;
  return { schema, rows, summary: `${operation} ${table.name}${version === undefined ? "" : `: version ${version}`}` };
}

/** The version that a statement names. */
export function tableVersion(runtime: Runtime, point: VersionPoint): TableVersion {
  const constants = { context: runtime.state.functionContext(), parameters: {} };
  if ("version" in point) return { version: versionOf(point.version, constants) };
  return { timestamp: Number(timestampOf(point.timestamp, constants) / 1000n) };
}

async function clone(statement: Of<"clone-table">, runtime: Runtime): Promise<StatementResult> {
  const source = await existingTable(runtime, statement.source.table);
  const target = await tableToCreate(runtime, statement);
  const { at } = statement.source;
  const result = await cloneTable(runtime.commandContext(), target, source, {
    kind: statement.shallow ? "shallow" : "deep",
    mode: createModeOf(statement),
    properties: statement.properties,
    external: statement.location !== undefined,
    ...(at === undefined ? {} : { at: tableVersion(runtime, at) }),
  });
  await target.register();
  return told(runtime, target, "CLONE", result);
}

async function convert(statement: Of<"convert-to-delta">, runtime: Runtime): Promise<StatementResult> {
  const [format, path] = statement.table;
  const isFolder = statement.table.length === 2 && format?.toLowerCase() === "parquet" && path !== undefined;
  const table = isFolder
    ? { name: `parquet.\`${path}\``, location: runtime.paths.resolve(path) }
    : await existingTable(runtime, statement.table);
  const result = await convertToDelta(runtime.commandContext(), table, {
    collectStatistics: !statement.noStatistics,
    ...(statement.partitionedBy.length > 0 ? { partitionBy: statement.partitionedBy } : {}),
  });
  return told(runtime, table, "CONVERT", result);
}

async function copy(statement: Of<"copy-into">, runtime: Runtime): Promise<StatementResult> {
  const table = await existingTable(runtime, statement.table);
  const request = copyRequest(statement, statement.table.map(quoteName).join("."));
  const { rowsIngested, malformedLines, version } = await copyInto(runtime, request);
  const rows = BigInt(rowsIngested);
  return resultOf(
    [
      ["num_affected_rows", LONG],
      ["num_inserted_rows", LONG],
      ["num_skipped_corrupt_files", LONG],
    ],
    [[rows, rows, 0n]],
    `COPY INTO ${table.name}: ${version === undefined ? "nothing new" : `version ${version}, ${rows} rows, ${malformedLines} malformed lines`}`,
  );
}
