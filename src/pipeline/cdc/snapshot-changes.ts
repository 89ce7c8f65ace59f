/** AUTO CDC FROM SNAPSHOT: what differs between a snapshot and the target are changes, of the snapshot's version. */
import type { DataFrame } from "../../dataframe/data-frame.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { Expectation } from "../../quality/expectation.js";
import { type StructField, type StructType, struct } from "../../schema/data-type.js";
import { quoteName, typeText } from "../../schema/type-text.js";
import type { SparkSession } from "../../session/contract.js";
import type { FlowRequest, FlowResult, FlowTarget } from "../../session/flow-contract.js";
import type { SnapshotCdcFlow } from "../definition.js";
import { duplicateSnapshotKey, nullKey, snapshotOutOfOrder } from "./cdc-errors.js";
import { changeExpectations } from "./change-rows.js";
import { END_AT, OPERATION, quotedTable, SEQUENCE, selectedColumns } from "./change-settings.js";
import { comparable } from "./derived-rows.js";
import { createTarget } from "./target-table.js";

export interface SnapshotChanges {
  readonly session: SparkSession;
  readonly flow: SnapshotCdcFlow;
  readonly rows?: DataFrame;
  readonly target: FlowTarget;
  /** Where changes are kept. */
  readonly changes: FlowTarget;
  readonly expectations: readonly Expectation[];
  readonly start: FlowRequest["start"];
  readonly now: () => number;
}

interface Snapshot {
  readonly frame: DataFrame;
  /** Spark text of its version. */
  readonly version: string;
  /** Kept as a row of its own, so that a snapshot that changes nothing is known to have been there. */
  readonly isRemembered: boolean;
  /** The first of a full refresh: compared with nothing, and in place of all that was kept. */
  readonly isAnew: boolean;
}

/** What was kept of a feed or of snapshots. */
export type KeptChanges = Pick<
  FlowResult,
  "checks" | "sources" | "published" | "quarantined" | "malformed" | "filtered" | "views"
>;

const NOTHING: KeptChanges = { checks: [], sources: [], published: 0n, quarantined: 0n, malformed: 0n };

/** `settle` brings the target to what is kept: each snapshot is compared with the one before. */
export async function keepSnapshots(request: SnapshotChanges, settle: () => Promise<unknown>): Promise<KeptChanges> {
  let kept = NOTHING;
  for await (const snapshot of snapshots(request)) {
    if (!snapshot.isAnew) await settle();
    kept = sum(kept, await keepSnapshot(request, snapshot));
  }
  return kept;
}

/** What a snapshot's changes look like, for the schema of the target. */
export async function snapshotSchema(flow: SnapshotCdcFlow, rows: DataFrame): Promise<StructType> {
  const columns = selectedColumns(flow, await rows.schema());
  const version: StructField = {
    name: SEQUENCE,
    dataType: { kind: flow.source.kind === "table" ? "timestamp" : "long" },
    nullable: true,
    metadata: {},
  };
  return struct([...columns, version]);
}

async function* snapshots(request: SnapshotChanges): AsyncGenerator<Snapshot> {
  const { flow, rows, start, now } = request;
  if (flow.source.kind === "table") {
    if (rows === undefined) throw new Error(`the flow ${flow.name} was given no rows`);
    const latest = start === "full" ? undefined : await latestOf(request, `unix_millis(${quoteName(SEQUENCE)})`);
    // A clock that was put back must not put a snapshot before the one that it follows.
    const at = latest === undefined ? now() : Math.max(now(), latest + 1);
    yield { frame: rows, version: `timestamp_millis(${at})`, isRemembered: false, isAnew: start === "full" };
    return;
  }
  // Its progress and its rows are one: read from the beginning, snapshots make all versions anew.
  const isAnew = start !== "continue";
  let latest = isAnew ? undefined : await latestOf(request, quoteName(SEQUENCE));
  for (let isFirst = true; ; isFirst = false) {
    const next = await flow.source.next(latest);
    if (next === undefined) return;
    checkVersion(flow, next.version, latest);
    yield {
      frame: next.frame,
      version: `CAST(${next.version} AS BIGINT)`,
      isRemembered: true,
      isAnew: isAnew && isFirst,
    };
    latest = next.version;
  }
}

function checkVersion(flow: SnapshotCdcFlow, version: number, latest: number | undefined): void {
  if (!Number.isSafeInteger(version)) {
    throw new LakeletError({
      condition: "INVALID_PARAMETER_VALUE.SNAPSHOT_VERSION",
      sqlState: "22023",
      problem: `The flow ${flow.name} was given a snapshot of version ${version}, which is no whole number.`,
      cure: "Number the snapshots, or give the milliseconds of their time.",
      location: flow.place,
    });
  }
  if (latest !== undefined && version <= latest) throw snapshotOutOfOrder(flow.name, version, latest, flow.place);
}

async function latestOf({ session, changes }: SnapshotChanges, version: string): Promise<number | undefined> {
  if ((await session.tableProgress(changes.table)) === undefined) return undefined;
  const found = await session.sql(`SELECT max(${version}) AS latest FROM ${quotedTable(changes.table)}`);
  const [row] = await found.collect();
  return row?.latest === null || row?.latest === undefined ? undefined : Number(row.latest);
}

async function keepSnapshot(request: SnapshotChanges, snapshot: Snapshot): Promise<KeptChanges> {
  const { session, flow, target, changes, expectations } = request;
  const columns = selectedColumns(flow, await snapshot.frame.schema());
  const view = `__snapshot_${crypto.randomUUID().replaceAll("-", "")}`;
  await snapshot.frame.createOrReplaceTempView(view);
  try {
    const count = await checkedRows(request, view);
    const found = await (await session.sql(await differences(request, snapshot, view, columns))).cache();
    const rows = BigInt(await found.count());
    if (rows > 0n && (await session.tableProgress(changes.table)) === undefined) {
      await createTarget(session, changes, await found.schema());
    }
    const write = found.write
      .mode(snapshot.isAnew ? "overwrite" : "append")
      .option("mergeSchema", "true")
      .expectations(...changeExpectations(flow, expectations));
    const isNothing = rows === 0n && !snapshot.isAnew;
    const written = isNothing ? undefined : await write.saveAsTable(quotedTable(changes.table));
    await found.unpersist();
    const published = written?.metrics.numOutputRows ?? 0n;
    const source = { name: sourceName(flow, target), rows: count, files: [], duplicates: [], changed: [] };
    return {
      checks: written?.checks ?? [],
      sources: [source],
      published,
      quarantined: rows - published,
      malformed: 0n,
    };
  } finally {
    await session.catalog.dropTempView(view);
  }
}

function sourceName({ source, name }: SnapshotCdcFlow, target: FlowTarget): string {
  return source.kind === "table" ? source.name.join(".") : `snapshots of ${target.table.join(".")} (${name})`;
}

/** Rows of the snapshot. Throws where a key is NULL, or there twice. */
async function checkedRows({ session, flow, target }: SnapshotChanges, view: string): Promise<bigint> {
  const keys = flow.keys.map(quoteName);
  const isNull = keys.map((key) => `${key} IS NULL`).join(" OR ");
  const [counts] = await (
    await session.sql(
      `SELECT coalesce(sum(n), 0) AS n, coalesce(max(n), 0) AS most, count_if(${isNull}) AS nulls
       FROM (SELECT ${keys.join(", ")}, count(*) AS n FROM ${view} GROUP BY ${keys.join(", ")})`,
    )
  ).collect();
  if (Number(counts?.nulls) > 0) throw nullKey(flow.name, target.table.join("."), undefined);
  if (Number(counts?.most) > 1) {
    const twice = `SELECT to_json(struct(${keys.join(", ")})) AS k FROM ${view} GROUP BY ${keys.join(", ")} HAVING count(*) > 1 LIMIT 1`;
    const [row] = await (await session.sql(twice)).collect();
    throw duplicateSnapshotKey(flow.name, String(row?.k), flow.place);
  }
  return BigInt(String(counts?.n ?? 0));
}

async function differences(
  { session, flow, target }: SnapshotChanges,
  { version, isRemembered, isAnew }: Snapshot,
  view: string,
  columns: readonly StructField[],
): Promise<string> {
  const own = (operation: string) => `${version} AS ${quoteName(SEQUENCE)}, '${operation}' AS ${quoteName(OPERATION)}`;
  const names = columns.map((one) => quoteName(one.name));
  const nothing = columns.map((one) => `CAST(NULL AS ${typeText(one.dataType)}) AS ${quoteName(one.name)}`);
  const known = isAnew ? undefined : (await session.tableProgress(target.table))?.schema;
  const marker = isRemembered ? [`SELECT ${nothing.join(", ")}, ${own("SNAPSHOT")}`] : [];
  if (known === undefined)
    return [`SELECT ${names.join(", ")}, ${own("UPSERT")} FROM ${view}`, ...marker].join(" UNION ALL ");
  const here = (name: string) => known.fields.some((one) => one.name.toLowerCase() === name.toLowerCase());
  const match = flow.keys.map((key) => `t.${quoteName(key)} = s.${quoteName(key)}`).join(" AND ");
  const differs = columns.map(({ name, dataType }) => {
    const value = comparable(`s.${quoteName(name)}`, dataType);
    return here(name) ? `NOT (${value} <=> ${comparable(`t.${quoteName(name)}`, dataType)})` : `${value} IS NOT NULL`;
  });
  const isKey = (name: string) => flow.keys.some((key) => key.toLowerCase() === name.toLowerCase());
  const gone = columns.map((one, index) => (isKey(one.name) ? `t.${quoteName(one.name)}` : nothing[index]));
  const open = flow.storedAs === 1 ? "" : ` WHERE ${quoteName(END_AT)} IS NULL`;
  const current = `(SELECT * FROM ${quotedTable(target.table)}${open})`;
  const firstKey = `t.${quoteName(flow.keys[0] ?? "")}`;
  return [
    `SELECT ${names.map((name) => `s.${name}`).join(", ")}, ${own("UPSERT")} FROM ${view} AS s LEFT JOIN ${current} AS t ON ${match} WHERE ${[`${firstKey} IS NULL`, ...differs].join(" OR ")}`,
    `SELECT ${gone.join(", ")}, ${own("DELETE")} FROM ${current} AS t LEFT ANTI JOIN ${view} AS s ON ${match}`,
    ...marker,
  ].join(" UNION ALL ");
}

function sum(left: KeptChanges, right: KeptChanges): KeptChanges {
  return {
    checks: [...left.checks, ...right.checks],
    sources: [...left.sources, ...right.sources],
    published: left.published + right.published,
    quarantined: left.quarantined + right.quarantined,
    malformed: left.malformed + right.malformed,
  };
}
