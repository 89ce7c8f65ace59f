/** Kept changes that no later one can bring back into play are dropped, so that they do not grow with the feed but with the table. */
import { createHash } from "node:crypto";
import { isLakeletError } from "../../errors/lakelet-error.js";
import { quoteName } from "../../schema/type-text.js";
import type { SparkSession } from "../../session/contract.js";
import type { FlowTarget, TableProgress } from "../../session/flow-contract.js";
import { invalidThreshold, keysChanged } from "./cdc-errors.js";
import { type CdcFlow, type DerivationRules, OPERATION, SEQUENCE } from "./change-settings.js";

export interface KeptRows {
  readonly session: SparkSession;
  readonly flow: CdcFlow;
  readonly target: FlowTarget;
  /** The table that keeps the changes. */
  readonly changes: readonly string[];
  readonly rules: DerivationRules;
  readonly kept: TableProgress;
  /** The kept changes, at the version that the target has been brought to. */
  readonly relation: string;
  readonly isTruncated: boolean;
  readonly now: () => number;
}

export interface KeptCounts {
  /** All kept changes. */
  readonly rows: number;
  /** Those that came since the target was brought to them last. */
  readonly fresh: number;
}

/** Below that, reading them costs less than looking after them. */
const FEW_ROWS = 1 << 16;

const THRESHOLD = "pipelines.cdc.tombstoneGCThresholdInSeconds";
const LAST = "`__last`";
const LATEST = "`__latest`";
const STALE = "`__stale`";
const sequence = quoteName(SEQUENCE);
const operation = quoteName(OPERATION);

/**
 * Looked at each time that the number of changes has doubled, and done where half of them go: what it costs is a share of what came. A change
 * of SCD type 1 goes that a later one of its key, or a truncation, leaves nothing of; with IGNORE NULL UPDATES one before a delete. All
 * versions of SCD type 2 stay: a late change may come between any two.
 *
 * @returns the version that the changes have then; undefined where all stay
 */
export async function dropSuperseded(kept: KeptRows, { rows, fresh }: KeptCounts): Promise<number | undefined> {
  const hasDoubled = Math.floor(Math.log2(rows)) > Math.floor(Math.log2(Math.max(rows - fresh, 1)));
  if (kept.rules.storedAs === 2 || rows < FEW_ROWS || !hasDoubled) return undefined;
  const { session, changes, rules } = kept;
  const source = supersedingRows(kept);
  const match = rules.keys.map((key) => `t.${quoteName(key)} = s.${quoteName(key)}`).join(" AND ");
  const isLater = `(t.${sequence} < s.${LAST} OR (s.${STALE} AND t.${sequence} <= s.${LATEST}))`;
  const goes = `${match} AND ${isLater} AND t.${operation} IN ('UPSERT', 'DELETE')`;
  const counted = `SELECT count(*) AS n FROM ${kept.relation} AS t JOIN (${source}) AS s ON ${goes}`;
  const [found] = await (await session.sql(counted)).collect();
  if (Number(found?.n) * 2 < rows) return undefined;
  try {
    const { version } = await session.merge({
      table: changes,
      targetAlias: "t",
      source: await session.sql(source),
      sourceQualifier: ["s"],
      condition: goes,
      clauses: [{ when: "matched", action: { kind: "delete" } }],
      withSchemaEvolution: false,
      expectations: [],
      transactions: [{ appId: droppedBy(kept.kept, kept.flow), version: kept.kept.version }],
    });
    return version;
  } catch (error) {
    // Another flow was at the changes: all of them are still there, and the next doubling asks again.
    if (isLakeletError(error) && error.condition.startsWith("DELTA_CONCURRENT_")) return undefined;
    throw error;
  }
}

/** Of each key LATEST, the sequence LAST below which its changes go, and STALE where they go up to LATEST: rows that come meanwhile stay. */
function supersedingRows({ rules, relation, isTruncated, target, now }: KeptRows): string {
  const keys = rules.keys.map(quoteName).join(", ");
  const greatest = (condition: string) => `max(CASE WHEN ${condition} THEN ${sequence} END)`;
  const last = rules.ignoreNull.size === 0 ? `max(${sequence})` : greatest(`${operation} = 'DELETE'`);
  const truncated = `(SELECT max(${sequence}) FROM ${relation} WHERE ${operation} = 'TRUNCATE')`;
  const threshold = tombstoneThreshold(target);
  const isStale = [
    ...(isTruncated ? [`coalesce(max(${sequence}) <= ${truncated}, false)`] : []),
    // Files are written anew now and then: a tombstone is at least as old as its file.
    ...(threshold === undefined
      ? []
      : [
          `coalesce(${greatest(`${operation} = 'DELETE' AND _metadata.file_modification_time <= timestamp_millis(${now() - threshold * 1000})`)} >= max(${sequence}), false)`,
        ]),
  ];
  return [
    `SELECT ${keys}, ${last} AS ${LAST}, max(${sequence}) AS ${LATEST}, ${isStale.join(" OR ") || "false"} AS ${STALE}`,
    `FROM ${relation} WHERE ${operation} IN ('UPSERT', 'DELETE') GROUP BY ${keys}`,
  ].join(" ");
}

/** Seconds after which a delete is forgotten; undefined where it never is. Throws INVALID_PARAMETER_VALUE. */
export function tombstoneThreshold({ table, properties }: FlowTarget): number | undefined {
  const text = properties[THRESHOLD];
  if (text === undefined) return undefined;
  if (!/^\d{1,12}$/.test(text.trim())) throw invalidThreshold(table.join("."), THRESHOLD, text);
  return Number(text);
}

/**
 * Throws AUTOCDC_INVALID_STATE.KEYS_CHANGED where changes were dropped that other keys would need.
 * @param since up to where the target has been derived by these keys
 */
export function checkSameKeys(flow: CdcFlow, kept: TableProgress, since: number): void {
  const own = droppedBy(kept, flow);
  const prefix = own.slice(0, -keysDigest(flow).length);
  const isOther = ([id, version]: [string, number]) => id.startsWith(prefix) && id !== own && version >= since;
  if ([...kept.transactions].some(isOther)) throw keysChanged(flow.name, flow.target.join("."), flow.place);
}

/** Remembers by which keys changes were dropped. */
function droppedBy({ tableId }: TableProgress, flow: CdcFlow): string {
  return `lakelet.autoCdcDropped/${tableId}/${keysDigest(flow)}`;
}

/** The same for the same keys, whatever their order and letter case. */
export function keysDigest({ keys }: CdcFlow): string {
  const text = JSON.stringify(keys.map((key) => key.toLowerCase()).sort());
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
