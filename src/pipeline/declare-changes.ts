/** `pipeline.autoCdc` and `pipeline.autoCdcFromSnapshot`: flows that apply changes. */
import type { Column } from "../dataframe/column.js";
import type { DataFrame } from "../dataframe/data-frame.js";
import { LakeletError } from "../errors/lakelet-error.js";
import { quoteName } from "../schema/type-text.js";
import { parseExpression, parseIdentifier } from "../sql/parse/parse.js";
import { currentDeclarations } from "./declarations.js";
import { checkKeys, columnNames, selectionOf, sqlText, textsOf } from "./declare-options.js";
import type { AutoCdcFlow, SnapshotCdcFlow } from "./definition.js";
import { withoutLive } from "./query-names.js";

type ColumnLike = string | Column;

interface ChangeOptions {
  /** A streaming table: `pipeline.createStreamingTable`. */
  readonly target: string;
  /** Of the flow; that of the target where absent. */
  readonly name?: string;
  readonly keys: readonly ColumnLike[];
  /** 1 by default. */
  readonly storedAsScdType?: 1 | 2 | "1" | "2";
  readonly trackHistoryColumnList?: readonly ColumnLike[];
  readonly trackHistoryExceptColumnList?: readonly ColumnLike[];
  readonly sparkConf?: Readonly<Record<string, string | number | boolean>>;
}

export interface AutoCdcOptions extends ChangeOptions {
  /** The feed: a table or view of the pipeline, or any table; read as a stream. */
  readonly source: string;
  /** What orders the changes: a column, or `struct("at", "id")`. */
  readonly sequenceBy: ColumnLike;
  readonly ignoreNullUpdates?: boolean;
  readonly ignoreNullUpdatesColumnList?: readonly ColumnLike[];
  readonly ignoreNullUpdatesExceptColumnList?: readonly ColumnLike[];
  readonly applyAsDeletes?: ColumnLike;
  readonly applyAsTruncates?: ColumnLike;
  readonly columnList?: readonly ColumnLike[];
  readonly exceptColumnList?: readonly ColumnLike[];
  /** A backfill: the source is read whole, in one update only. */
  readonly once?: boolean;
}

export interface SnapshotOptions extends ChangeOptions {
  /** A table or view whose rows at each update are a snapshot; or what gives the next one and its version after the last. */
  readonly source: string | ((latest: number | undefined) => Next | Promise<Next>);
}

type Next = readonly [DataFrame, number] | { readonly frame: DataFrame; readonly version: number } | undefined | null;

const CHANGE_OPTIONS = [
  "target",
  "name",
  "source",
  "keys",
  "storedAsScdType",
  "trackHistoryColumnList",
  "trackHistoryExceptColumnList",
  "sparkConf",
];
const FEED_OPTIONS = [
  ...CHANGE_OPTIONS,
  "sequenceBy",
  "ignoreNullUpdates",
  "ignoreNullUpdatesColumnList",
  "ignoreNullUpdatesExceptColumnList",
  "applyAsDeletes",
  "applyAsTruncates",
  "columnList",
  "exceptColumnList",
  "once",
];

/** AUTO CDC INTO: Python's `create_auto_cdc_flow`. */
export function autoCdc(options: AutoCdcOptions): void {
  const call = "pipeline.autoCdc";
  checkKeys(call, options, FEED_OPTIONS);
  const { applyAsDeletes, applyAsTruncates, once = false } = options;
  const name = withoutLive(parseIdentifier(options.source)).map(quoteName).join(".");
  const columns = selectionOf(call, "columns", options.columnList, options.exceptColumnList);
  const ignored = selectionOf(
    call,
    "columns whose nulls are ignored",
    options.ignoreNullUpdatesColumnList,
    options.ignoreNullUpdatesExceptColumnList,
  );
  currentDeclarations().addFlow({
    ...changeFlow(call, options),
    kind: "auto-cdc",
    source: { kind: "sql", text: `SELECT * FROM ${once ? "" : "STREAM "}${name}` },
    sequenceBy: expression(options.sequenceBy),
    ...(applyAsDeletes === undefined ? {} : { applyAsDeletes: expression(applyAsDeletes) }),
    ...(applyAsTruncates === undefined ? {} : { applyAsTruncates: expression(applyAsTruncates) }),
    ignoreNullUpdates: options.ignoreNullUpdates ?? ignored !== undefined,
    ...(ignored === undefined ? {} : { ignoreNullUpdatesColumns: ignored }),
    ...(columns === undefined ? {} : { columns }),
    once,
  } satisfies AutoCdcFlow);
}

/** AUTO CDC FROM SNAPSHOT: Python's `create_auto_cdc_from_snapshot_flow`. */
export function autoCdcFromSnapshot(options: SnapshotOptions): void {
  const call = "pipeline.autoCdcFromSnapshot";
  checkKeys(call, options, CHANGE_OPTIONS);
  const declarations = currentDeclarations();
  const flow = changeFlow(call, options);
  const { source } = options;
  if (typeof source === "string") {
    const name = withoutLive(parseIdentifier(source));
    declarations.addFlow({ ...flow, kind: "snapshot-cdc", source: { kind: "table", name } } satisfies SnapshotCdcFlow);
    return;
  }
  const next = (latest: number | undefined) =>
    declarations.inFunction(flow.name, flow.place, async () => nextOf(await source(latest)));
  declarations.addFlow({ ...flow, kind: "snapshot-cdc", source: { kind: "next", next } } satisfies SnapshotCdcFlow);
}

function nextOf(next: Next): { readonly frame: DataFrame; readonly version: number } | undefined {
  if (next === undefined || next === null) return undefined;
  return "frame" in next ? next : { frame: next[0], version: next[1] };
}

function changeFlow(call: string, options: ChangeOptions) {
  const target = withoutLive(parseIdentifier(options.target));
  const trackHistory = selectionOf(
    call,
    "columns whose history is tracked",
    options.trackHistoryColumnList,
    options.trackHistoryExceptColumnList,
  );
  return {
    name: options.name ?? target.join("."),
    target,
    place: currentDeclarations().place(),
    configuration: textsOf(options.sparkConf),
    keys: columnNames(options.keys),
    storedAs: scdType(call, options.storedAsScdType),
    ...(trackHistory === undefined ? {} : { trackHistory }),
  };
}

function scdType(call: string, given: ChangeOptions["storedAsScdType"] = 1): 1 | 2 {
  const type = Number(given);
  if (type === 1 || type === 2) return type;
  throw new LakeletError({
    condition: "UNSUPPORTED_OPTION",
    sqlState: "0A000",
    problem: `${call} was given storedAsScdType ${given}, which is no SCD type.`,
    cure: "Give 1 for the rows as they are now, 2 for their history.",
    parameters: { option: "storedAsScdType" },
  });
}

/** A mistake in it is told where it is declared. */
function expression(value: ColumnLike): string {
  const text = sqlText(value);
  parseExpression(text);
  return text;
}
