/** What a flow has had of its sources: `txn` actions of its table, written by the commits that carry the rows. */
import type { Snapshot } from "../../../delta/contract.js";
import { LakeletError } from "../../../errors/lakelet-error.js";

export interface Progress {
  readonly appId: string;
  readonly version: number;
}

/** How far a flow has read a table. */
export interface TableProgress {
  readonly id: string;
  /** Inclusive. */
  readonly version: number;
}

/** A file that a flow has read. */
export interface FileProgress {
  /** Fingerprint of its content. */
  readonly content: number;
  /** Milliseconds since the epoch; undefined where the log does not say. */
  readonly readAt: number | undefined;
}

export interface FlowProgress {
  /** Number of the batches so far. */
  readonly batches: number;
  /** By the table's location. */
  readonly tables: ReadonlyMap<string, TableProgress>;
  /** By URI. */
  readonly files: ReadonlyMap<string, FileProgress>;
  /** A backfill has run. */
  readonly isDone: boolean;
  /** Number of the batch with which the progress that counts began: what is remembered of earlier ones was thrown away. */
  readonly start: number;
  /** Other flows of the table: number of their batches. */
  readonly others: ReadonlyMap<string, number>;
}

const NOTHING: FlowProgress = {
  batches: 0,
  tables: new Map(),
  files: new Map(),
  isDone: false,
  start: 0,
  others: new Map(),
};

/** Transactions of flows are told from other applications' by these. */
const BATCHES = "lakelet.flow/";
const START = "lakelet.flowStart/";
const TABLE = "lakelet.flowTable/";
const FILE = "lakelet.flowFile/";
const DONE = "lakelet.flowDone/";

const RETENTION = "delta.setTransactionRetentionDuration";

/** Throws UNSUPPORTED_FEATURE.TRANSACTION_RETENTION for a table that forgets transactions, and with them what its flows have had. */
export function checkKeepsProgress(name: string, properties: Readonly<Record<string, string>>): void {
  if (properties[RETENTION] === undefined) return;
  throw new LakeletError({
    condition: "UNSUPPORTED_FEATURE.TRANSACTION_RETENTION",
    sqlState: "0A000",
    problem: `The streaming table ${name} has the property ${RETENTION} = '${properties[RETENTION]}'.`,
    reason:
      "The progress of its flows is kept as transactions of the table: once they are forgotten, rows would come again.",
    cure: `ALTER TABLE ${name} UNSET TBLPROPERTIES ('${RETENTION}').`,
    parameters: { property: RETENTION },
  });
}

export async function flowProgress(snapshot: Snapshot | undefined, flow: string): Promise<FlowProgress> {
  if (snapshot === undefined) return NOTHING;
  const transactions = await snapshot.transactions();
  const key = encodeURIComponent(flow);
  const versionOf = (appId: string) => transactions.get(appId)?.version ?? 0;
  const start = versionOf(`${START}${key}`);
  const [tables, files] = [new Map<string, TableProgress>(), new Map<string, FileProgress>()];
  const others = new Map<string, number>();
  const [ofTables, ofFiles] = [`${TABLE}${key}/${start}/`, `${FILE}${key}/${start}/`];
  for (const { appId, version, lastUpdated } of transactions.values()) {
    if (appId.startsWith(ofFiles)) files.set(appId.slice(ofFiles.length), { content: version, readAt: lastUpdated });
    else if (appId.startsWith(ofTables)) {
      const rest = appId.slice(ofTables.length);
      const end = rest.indexOf("/");
      tables.set(rest.slice(end + 1), { id: rest.slice(0, end), version });
    } else if (appId.startsWith(BATCHES) && appId !== `${BATCHES}${key}`) {
      others.set(appId.slice(BATCHES.length), version);
    }
  }
  const isDone = transactions.has(`${DONE}${key}/${start}`);
  return { batches: versionOf(`${BATCHES}${key}`), tables, files, isDone, start, others };
}

/** Progress from the beginning: that of the batch that comes next. */
export function fromBeginning(before: FlowProgress): FlowProgress {
  return { ...NOTHING, batches: before.batches, start: before.batches + 1, others: before.others };
}

/**
 * The mark of a batch. Two batches of one flow at a time cannot both be committed, for both bear it.
 * @param clears the rows of all flows go: the others begin anew, too, and none of them can be at a commit meanwhile
 */
export function batchMarks(flow: string, progress: FlowProgress, clears: boolean): readonly Progress[] {
  const key = encodeURIComponent(flow);
  const marks = [{ appId: `${BATCHES}${key}`, version: progress.batches + 1 }];
  if (progress.start > 0) marks.push({ appId: `${START}${key}`, version: progress.start });
  if (!clears) return marks;
  const others = [...progress.others].flatMap(([other, batches]) => [
    { appId: `${BATCHES}${other}`, version: batches + 1 },
    { appId: `${START}${other}`, version: batches + 1 },
  ]);
  return [...marks, ...others];
}

export function tableMark(flow: string, { start }: FlowProgress, location: string, read: TableProgress): Progress {
  return { appId: `${TABLE}${encodeURIComponent(flow)}/${start}/${read.id}/${location}`, version: read.version };
}

export function fileMark(flow: string, { start }: FlowProgress, uri: string, fingerprint: number): Progress {
  return { appId: `${FILE}${encodeURIComponent(flow)}/${start}/${uri}`, version: fingerprint };
}

export function doneMark(flow: string, { start }: FlowProgress): Progress {
  return { appId: `${DONE}${encodeURIComponent(flow)}/${start}`, version: 1 };
}
