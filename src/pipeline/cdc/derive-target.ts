/** The target of AUTO CDC flows is brought to what the kept changes say: of the keys that new changes touch, or of all. */
import { createHash } from "node:crypto";
import type { DataFrame } from "../../dataframe/data-frame.js";
import { isLakeletError } from "../../errors/lakelet-error.js";
import { type StructField, type StructType, sameType } from "../../schema/data-type.js";
import { quoteName, typeText } from "../../schema/type-text.js";
import type { SparkSession } from "../../session/contract.js";
import type { FlowTarget, TableProgress } from "../../session/flow-contract.js";
import {
  type CdcFlow,
  type DerivationRules,
  derivationRules,
  OPERATION,
  quotedTable,
  rulesText,
  SEQUENCE,
  START_AT,
  targetSchemaOf,
} from "./change-settings.js";
import { comparable, derivedRows } from "./derived-rows.js";
import {
  checkSameKeys,
  dropSuperseded,
  type KeptCounts,
  keysDigest,
  tombstoneThreshold,
} from "./superseded-changes.js";
import { createTarget, markingRows } from "./target-table.js";

export interface TargetDerivation {
  readonly session: SparkSession;
  readonly flow: CdcFlow;
  readonly target: FlowTarget;
  /** The table that keeps the changes. */
  readonly changes: readonly string[];
  /** All keys, whatever is known of the last time; columns that are no more go. */
  readonly full: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface DerivedTarget {
  /** Undefined where the target has had all changes already, or they changed nothing. */
  readonly version: number | undefined;
  readonly metrics: Readonly<Record<string, bigint>>;
  /** Rows that were inserted or updated. */
  readonly upserted: bigint;
  readonly deleted: bigint;
}

const UNCHANGED: DerivedTarget = { version: undefined, metrics: {}, upserted: 0n, deleted: 0n };

/**
 * Idempotent: killed anywhere, it is right after the next call. The commit of the target remembers, in a `txn` action, which version of the
 * kept changes its rows were derived from; a memory that is lost costs time, not rows.
 */
export async function deriveTarget(derivation: TargetDerivation): Promise<DerivedTarget> {
  const { session, flow, target, changes } = derivation;
  const kept = await session.tableProgress(changes);
  if (kept === undefined) return UNCHANGED;
  const own = new Set([SEQUENCE, OPERATION]);
  const columns = kept.schema.fields.filter((one) => !own.has(one.name));
  const sequence = kept.schema.fields.find((one) => one.name === SEQUENCE) as StructField;
  const rules = derivationRules(flow, columns, sequence.dataType);
  tombstoneThreshold(target);
  const into = await targetState(derivation, targetSchemaOf(rules, columns));
  const memory = memoryOf(flow, kept, into);
  if (!derivation.full) checkSameKeys(flow, kept, memory.sinceKeys);
  if (!derivation.full && memory.since === kept.version) return UNCHANGED;
  const relation = `${quotedTable(changes)} VERSION AS OF ${kept.version}`;
  const { rows, isTruncated } = await countKept(session, rules, relation);
  const plan: Plan = { ...derivation, target, rules, relation, kept, into, memory, isTruncated };
  const since = derivation.full ? undefined : memory.since;
  const news = since === undefined ? "all" : await newsSince(plan, since);
  if (news === "none") return UNCHANGED;
  const derived = news === "all" || since === undefined ? await deriveAll(plan) : await mergeTouched(plan, since);
  await forget(plan, { rows, fresh: news === "all" ? rows : news });
  return derived;
}

/** Once the target has them, changes that no other can bring back into play need not be kept, nor be read again. */
async function forget(plan: Plan, counts: KeptCounts): Promise<void> {
  const { session, target, changes, memory } = plan;
  const version = await dropSuperseded(plan, counts);
  // Where another commit came between, what it brought is still to be derived; the target is then made anew, for rows have gone.
  if (version !== plan.kept.version + 1) return;
  await session.merge({
    table: target.table,
    targetAlias: "t",
    source: session.table(quotedTable(changes)).limit(0),
    sourceQualifier: ["s"],
    condition: "false",
    clauses: [{ when: "matched", action: { kind: "delete" } }],
    withSchemaEvolution: false,
    expectations: [],
    transactions: [{ appId: memory.appId, version }],
  });
}

interface Plan extends TargetDerivation {
  readonly rules: DerivationRules;
  readonly relation: string;
  readonly kept: TableProgress;
  readonly into: TableProgress;
  readonly memory: Memory;
  readonly isTruncated: boolean;
}

async function targetState({ session, target }: TargetDerivation, schema: StructType): Promise<TableProgress> {
  const found = await session.tableProgress(target.table);
  if (found !== undefined) return found;
  await createTarget(session, markingRows(target), schema);
  const created = await session.tableProgress(target.table);
  if (created === undefined) throw new Error(`the table ${target.table.join(".")} was created and is not there`);
  return created;
}

interface Memory {
  readonly appId: string;
  /** The last version that the target's rows were derived from by the same keys; -1 where there is none. */
  readonly sinceKeys: number;
  /** Absent where the version is remembered already, though not as the last one. */
  readonly remembers: { readonly appId: string; readonly version: number } | undefined;
  /** Version of the changes that the target's rows were derived from, by the same rules; undefined where that is not known. */
  readonly since: number | undefined;
}

/** Only what was derived last counts: rows that were derived by other rules since are not the ones that this memory is of. */
function memoryOf(flow: CdcFlow, kept: TableProgress, into: TableProgress): Memory {
  const prefix = `lakelet.autoCdc/${kept.tableId}/`;
  const ofKeys = `${prefix}${keysDigest(flow)}/`;
  const appId = ofKeys + createHash("sha256").update(rulesText(flow)).digest("hex").slice(0, 16);
  const own = into.transactions.get(appId);
  const others = [...into.transactions].filter(([id]) => id.startsWith(prefix) && id !== appId);
  const isLast = own !== undefined && others.every(([, version]) => version < own);
  const isNew = own === undefined || own < kept.version;
  const byKeys = [...into.transactions].flatMap(([id, version]) => (id.startsWith(ofKeys) ? [version] : []));
  const sinceKeys = Math.max(-1, ...byKeys);
  return {
    appId,
    sinceKeys,
    remembers: isNew ? { appId, version: kept.version } : undefined,
    since: isLast ? own : undefined,
  };
}

interface KeptState {
  readonly rows: number;
  readonly isTruncated: boolean;
}

async function countKept(session: SparkSession, { storedAs }: DerivationRules, relation: string): Promise<KeptState> {
  // Type 2 has no truncations, and keeps all.
  if (storedAs === 2) return { rows: 0, isTruncated: false };
  const truncates = `count_if(${quoteName(OPERATION)} = 'TRUNCATE')`;
  const [found] = await (
    await session.sql(`SELECT count(*) AS n, ${truncates} AS truncates FROM ${relation}`)
  ).collect();
  return { rows: Number(found?.n), isTruncated: Number(found?.truncates) > 0 };
}

/** Their number; `all`: the table was truncated, changes that were kept are no more, or the log does not say any longer what came since. */
async function newsSince({ session, changes, kept }: Plan, since: number): Promise<number | "none" | "all"> {
  const others = `count_if(_change_type <> 'insert' OR ${quoteName(OPERATION)} = 'TRUNCATE')`;
  try {
    const news = await session.sql(
      `SELECT count(*) AS n, ${others} AS others FROM ${newChanges(changes, since, kept)}`,
    );
    const [counts] = await news.collect();
    if (Number(counts?.n) === 0) return "none";
    return Number(counts?.others) === 0 ? Number(counts?.n) : "all";
  } catch (error) {
    if (CHANGES_NOT_KNOWN.some((condition) => isLakeletError(error, condition))) return "all";
    throw error;
  }
}

/** Of a log whose commits were cleaned up, or that was not asked to keep changes throughout. */
const CHANGES_NOT_KNOWN = [
  "DELTA_VERSION_NOT_FOUND",
  "DELTA_MISSING_CHANGE_DATA",
  "DELTA_CHANGE_DATA_FEED_INCOMPATIBLE_SCHEMA_CHANGE",
  "DELTA_CHANGE_DATA_FEED_INCOMPATIBLE_DATA_SCHEMA",
];

function newChanges(changes: readonly string[], since: number, kept: TableProgress): string {
  const name = quotedTable(changes).replace(/[\\']/g, "\\$&");
  return `table_changes('${name}', ${since + 1}, ${kept.version})`;
}

async function deriveAll(plan: Plan): Promise<DerivedTarget> {
  const { session, target, rules, relation, isTruncated, memory, full } = plan;
  const alive = rules.storedAs === 1 ? ` WHERE ${quoteName(OPERATION)} = 'UPSERT'` : "";
  const steps = derivedRows({ rules, changes: relation, isTruncated });
  const rows = await session.sql(`WITH ${steps} SELECT ${outputOf(plan).join(", ")} FROM derived${alive}`);
  const evolves = full && target.schemaDdl === undefined ? "overwriteSchema" : "mergeSchema";
  const { remembers } = memory;
  const writer = Object.entries({
    [evolves]: "true",
    ...(remembers === undefined ? {} : { txnAppId: remembers.appId, txnVersion: String(remembers.version) }),
  }).reduce((before, [key, value]) => before.option(key, value), rows.write.mode("overwrite"));
  const { version, metrics } = await writer.saveAsTable(quotedTable(target.table));
  return { version, metrics, upserted: metrics.numOutputRows ?? 0n, deleted: 0n };
}

async function mergeTouched(plan: Plan, since: number): Promise<DerivedTarget> {
  const { session, target, rules, memory } = plan;
  const fields = derivedFields(plan);
  const known = new Set(plan.into.schema.fields.map((one) => one.name.toLowerCase()));
  const identity = rules.storedAs === 1 ? rules.keys : [...rules.keys, START_AT];
  const differs = fields
    .filter((one) => !identity.includes(one.name))
    .map(({ name, dataType }) => {
      const value = comparable(`s.${quoteName(name)}`, dataType);
      const other = comparable(`t.${quoteName(name)}`, dataType);
      return known.has(name.toLowerCase()) ? `NOT (${other} <=> ${value})` : `${value} IS NOT NULL`;
    });
  const names = fields.map((one) => [one.name]);
  const values = fields.map((one) => `s.${quoteName(one.name)}`);
  const assignments = names.map((column, index) => ({ target: column, value: values[index] as string }));
  const isDelete = `s.${quoteName(OPERATION)} = 'DELETE'`;
  const { version, metrics } = await session.merge({
    table: target.table,
    targetAlias: "t",
    source: await touchedRows(plan, since),
    sourceQualifier: ["s"],
    condition: identity.map((name) => `t.${quoteName(name)} = s.${quoteName(name)}`).join(" AND "),
    clauses: [
      { when: "matched", condition: isDelete, action: { kind: "delete" } },
      ...(differs.length === 0
        ? []
        : [{ when: "matched", condition: differs.join(" OR "), action: { kind: "update", assignments } } as const]),
      { when: "not-matched", condition: `NOT (${isDelete})`, action: { kind: "insert", columns: names, values } },
    ],
    withSchemaEvolution: true,
    expectations: [],
    ...(memory.remembers === undefined ? {} : { transactions: [memory.remembers] }),
  });
  const { numTargetRowsInserted = 0n, numTargetRowsUpdated = 0n, numTargetRowsDeleted = 0n } = metrics;
  const upserted = numTargetRowsInserted + numTargetRowsUpdated;
  // A commit that only remembers changes nothing that anyone reads.
  if (upserted + numTargetRowsDeleted === 0n) return UNCHANGED;
  return { version, metrics, upserted, deleted: numTargetRowsDeleted };
}

/** What the target has to have of the keys that new changes touch, and as DELETE what it has and must not. */
async function touchedRows(plan: Plan, since: number): Promise<DataFrame> {
  const { session, changes, kept, rules, relation, isTruncated, target } = plan;
  const keys = rules.keys.map(quoteName);
  const touched = `SELECT DISTINCT ${keys.join(", ")} FROM ${newChanges(changes, since, kept)} WHERE ${quoteName(OPERATION)} IN ('UPSERT', 'DELETE')`;
  const steps = `touched AS (${touched}),\n${derivedRows({ rules, changes: relation, keys: "touched", isTruncated })}`;
  const output = outputOf(plan);
  if (rules.storedAs === 1) {
    return session.sql(`WITH ${steps} SELECT ${output.join(", ")}, ${quoteName(OPERATION)} FROM derived`);
  }
  const same = (side: string, names: readonly string[]) =>
    names.map((name) => `t.${name} = ${side}.${name}`).join(" AND ");
  const identity = new Set([...rules.keys, START_AT]);
  const gone = derivedFields(plan).map(({ name, dataType }) =>
    identity.has(name) ? `t.${quoteName(name)}` : `CAST(NULL AS ${typeText(dataType)}) AS ${quoteName(name)}`,
  );
  return session.sql(
    [
      `WITH ${steps}`,
      `SELECT ${output.join(", ")}, 'UPSERT' AS ${quoteName(OPERATION)} FROM derived UNION ALL`,
      `SELECT ${gone.join(", ")}, 'DELETE' AS ${quoteName(OPERATION)} FROM ${quotedTable(target.table)} AS t`,
      `LEFT SEMI JOIN touched AS k ON ${same("k", keys)}`,
      `LEFT ANTI JOIN derived AS d ON ${same("d", [...keys, quoteName(START_AT)])}`,
    ].join("\n"),
  );
}

/** Columns of the rows to write, with the target's types where it has them and keeps them. */
function derivedFields(plan: Plan): readonly StructField[] {
  const { rules, kept, into } = plan;
  return targetSchemaOf(rules, kept.schema.fields).fields.map((one) => {
    const there = into.schema.fields.find((other) => other.name.toLowerCase() === one.name.toLowerCase());
    if (there === undefined) return one;
    return takesTypes(plan) ? { ...there, dataType: one.dataType } : there;
  });
}

/** A table that is made anew has the types of its feed; one that widens is given them, and says itself which it cannot take. */
function takesTypes({ full, target, into }: Plan): boolean {
  if (target.schemaDdl !== undefined) return false;
  return full || into.properties["delta.enableTypeWidening"] === "true";
}

function outputOf(plan: Plan): readonly string[] {
  const derived = targetSchemaOf(plan.rules, plan.kept.schema.fields).fields;
  return derivedFields(plan).map((one, index) => {
    const from = derived[index] as StructField;
    const name = quoteName(from.name);
    if (sameType(from.dataType, one.dataType) && from.name === one.name) return name;
    return `CAST(${name} AS ${typeText(one.dataType)}) AS ${quoteName(one.name)}`;
  });
}
