/** The gates that held rows back, as the metrics of their writes remember them. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { Expectation, ExpectationRule, ViolationAction } from "../../quality/expectation.js";
import { findField } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import type { ReplayOptions } from "../quarantine-contract.js";
import { tableBeside } from "./kept-rows.js";
import { quarantineOf } from "./quarantine.js";
import type { Runtime } from "./runtime.js";
import type { SessionTable } from "./session-table.js";
import { scanSnapshot } from "./table-scan.js";

/** Writes that had the same rules. */
export interface GateOfRows {
  readonly writeIds: readonly string[];
  readonly expectations: readonly Expectation[];
}

/** Commits in which the ids of writes are looked for; rows that were held back before them count. */
const HISTORY_LIMIT = 1000;
const METRICS = "data_quality_metrics";

/** Parts of the name of the quarantine beside a table. */
export function quarantineNameOf(table: readonly string[]): readonly string[] {
  return table.map((part, i) => (i === table.length - 1 ? `${part.replace(/\/+$/, "")}_quarantine` : part));
}

/**
 * The writes whose rows are in quarantine and that came to pass, by their rules. Those that did not are run again by whoever ran them: their
 * rows are not replayed.
 */
export async function gatesOfRows(
  runtime: Runtime,
  table: SessionTable,
  options: ReplayOptions,
): Promise<readonly GateOfRows[]> {
  const writes = await knownWrites(runtime, table, options);
  if (writes.length === 0) return [];
  if (options.expectations !== undefined) return [{ writeIds: writes, expectations: options.expectations }];
  const rules = await rulesOf(runtime, table, writes);
  const gates = new Map<string, { writeIds: string[]; expectations: readonly Expectation[] }>();
  for (const write of writes) {
    const expectations = rules.get(write);
    if (expectations === undefined) throw noGate(table);
    const key = JSON.stringify(expectations);
    const gate = gates.get(key) ?? { writeIds: [], expectations };
    gate.writeIds.push(write);
    gates.set(key, gate);
  }
  return [...gates.values()];
}

async function knownWrites(runtime: Runtime, table: SessionTable, options: ReplayOptions): Promise<readonly string[]> {
  const log = runtime.log(quarantineOf(runtime, table).location);
  const { sql } = await scanSnapshot(runtime, await log.snapshot(), { withFile: false, qualifiers: [] });
  const { rows } = await runtime.engine.run(
    `SELECT "write_id", epoch_ms(max("quarantined_at"))::BIGINT FROM ${sql} AS q WHERE "quarantine_text" IS NULL AND "write_id" IS NOT NULL GROUP BY 1 ORDER BY 2, 1`,
  );
  const history = await runtime.log(table.location).history(HISTORY_LIMIT);
  const operations = new Map(
    history.map(({ commitInfo }) => [commitInfo.tags?.["lakelet.writeId"], commitInfo.operation]),
  );
  const oldest = history.length < HISTORY_LIMIT ? 0 : (history.at(-1)?.timestamp ?? 0);
  const known = rows.filter(([id, at]) => operations.has(String(id)) || Number(at) < oldest).map(([id]) => String(id));
  if (options.on === undefined && known.some((id) => operations.get(id) === "MERGE")) throw mergeKeys(table);
  return known;
}

async function rulesOf(
  runtime: Runtime,
  table: SessionTable,
  writes: readonly string[],
): Promise<ReadonlyMap<string, readonly Expectation[]>> {
  const found = new Map<string, Expectation[]>();
  const log = runtime.log(tableBeside(runtime, table, METRICS).location);
  if (!(await log.exists())) return found;
  const snapshot = await log.snapshot();
  if (findField(snapshot.schema, "rule") === undefined) return found;
  const { sql } = await scanSnapshot(runtime, snapshot, { withFile: false, qualifiers: [] });
  const { rows } = await runtime.engine.run(
    `SELECT "write_id", "check_name", "on_violation", "rule" FROM ${sql} AS m WHERE "rule" IS NOT NULL AND "write_id" IN (${writes.map(engineString).join(", ")}) ORDER BY "write_id", "check_name"`,
  );
  for (const [write, name, action, rule] of rows) {
    const expectation: Expectation = {
      name: String(name),
      rule: JSON.parse(String(rule)) as ExpectationRule,
      onViolation: String(action) as ViolationAction,
    };
    found.set(String(write), [...(found.get(String(write)) ?? []), expectation]);
  }
  return found;
}

export function nothingHeldBack(table: SessionTable): LakeletError {
  return new LakeletError({
    condition: "TABLE_OR_VIEW_NOT_FOUND",
    sqlState: "42P01",
    problem: `There is no quarantine of ${table.name}.`,
    reason: "No gate has ever held back a row of it.",
    cure: "Look at `lakelet quarantine list`.",
    parameters: { relationName: `${table.name}_quarantine` },
  });
}

function noGate(table: SessionTable): LakeletError {
  return new LakeletError({
    condition: "QUARANTINE_NO_GATE",
    sqlState: "55000",
    problem: `The rules that held rows of ${table.name} back are not known any more.`,
    reason: `${METRICS} has no rules for their write.`,
    cure: "Give the expectations that the rows have to meet.",
  });
}

function mergeKeys(table: SessionTable): LakeletError {
  return new LakeletError({
    condition: "QUARANTINE_MERGE_KEYS",
    sqlState: "42000",
    problem: `Rows of ${table.name} were held back from a MERGE, so appending them could make keys twice.`,
    cure: 'Name the key columns, by which they are merged: replay({ on: ["id"] }), or `--on id`.',
  });
}
