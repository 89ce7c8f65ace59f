/** An AUTO CDC flow held against the columns of its feed: what its lists of columns come to, and what in it cannot be. */
import { type DataType, type StructField, type StructType, struct } from "../../schema/data-type.js";
import { quoteName, typeText } from "../../schema/type-text.js";
import type { AutoCdcFlow, ColumnSelection, Flow, SnapshotCdcFlow } from "../definition.js";
import {
  emptyIgnoreNullList,
  emptyKeys,
  flowsDisagree,
  missingColumns,
  multipartColumn,
  notForScd,
  notOrderable,
  reservedColumn,
} from "./cdc-errors.js";

export type CdcFlow = AutoCdcFlow | SnapshotCdcFlow;

/** Of the target, SCD 2. */
export const START_AT = "__START_AT";
export const END_AT = "__END_AT";
/** Of the table that keeps the changes. */
export const SEQUENCE = "__SEQUENCE";
export const OPERATION = "__OPERATION";

const RESERVED = [START_AT, END_AT, SEQUENCE, OPERATION];

/** The columns of the feed that the target gets, keys among them. Throws what is wrong with the flow. */
export function selectedColumns(flow: CdcFlow, feed: StructType): readonly StructField[] {
  checkSettings(flow);
  const names = feed.fields.map((one) => one.name);
  checkNames(flow, "KEYS", flow.keys, names);
  const selected = select(flow, "COLUMNS", flow.columns, feed.fields);
  const reserved = selected.find((one) => RESERVED.some((name) => isSame(name, one.name)));
  if (reserved !== undefined) throw reservedColumn(flow.name, reserved.name, flow.place);
  checkNames(
    flow,
    "COLUMNS leaves out a key; KEYS",
    flow.keys,
    selected.map((one) => one.name),
  );
  return selected;
}

/** What the rows of a target are derived by; the same for all of its flows. */
export interface DerivationRules {
  readonly storedAs: 1 | 2;
  readonly keys: readonly string[];
  readonly data: readonly StructField[];
  /** Columns whose nulls say nothing. */
  readonly ignoreNull: ReadonlySet<string>;
  /** SCD 2: columns whose change makes a version. */
  readonly tracked: readonly StructField[];
  readonly sequenceType: DataType;
}

/** `columns`: those that the kept changes have, their sequence and operation left out. */
export function derivationRules(
  flow: CdcFlow,
  columns: readonly StructField[],
  sequenceType: DataType,
): DerivationRules {
  const spelled = (key: string) => columns.find((one) => isSame(one.name, key))?.name ?? key;
  const keys = flow.keys.map(spelled);
  const data = columns.filter((one) => !keys.includes(one.name));
  return {
    storedAs: flow.storedAs,
    keys,
    data,
    ignoreNull: new Set(ignoredNulls(flow, data).map((one) => one.name)),
    tracked: select(flow, "TRACK HISTORY ON", flow.trackHistory, data),
    sequenceType,
  };
}

/** Of the target: the columns, and for SCD 2 from and until when a version holds. */
export function targetSchemaOf(
  { storedAs, keys, data, sequenceType }: DerivationRules,
  all: readonly StructField[],
): StructType {
  const names = new Set([...keys, ...data.map((one) => one.name)]);
  const columns = all.filter((one) => names.has(one.name)).map((one) => ({ ...one, nullable: true }));
  const bound = (name: string): StructField => ({ name, dataType: sequenceType, nullable: true, metadata: {} });
  return struct(storedAs === 1 ? columns : [...columns, bound(START_AT), bound(END_AT)]);
}

function ignoredNulls(flow: CdcFlow, data: readonly StructField[]): readonly StructField[] {
  if (flow.kind !== "auto-cdc") return [];
  const { ignoreNullUpdates, ignoreNullUpdatesColumns } = flow;
  if (ignoreNullUpdatesColumns === undefined) return ignoreNullUpdates ? data : [];
  return select(flow, "IGNORE NULL UPDATES ON", ignoreNullUpdatesColumns, data);
}

/** Throws NON_ORDERABLE_SEQUENCE. */
export function checkSequence(flow: AutoCdcFlow, type: DataType): void {
  if (!isOrderable(type)) throw notOrderable(flow.name, flow.sequenceBy, typeText(type), flow.place);
}

/** Values of the type can be compared by `=` and ordered. */
export function isOrderable(type: DataType): boolean {
  if (type.kind === "struct") return type.fields.every((one) => isOrderable(one.dataType));
  if (type.kind === "array") return isOrderable(type.elementType);
  return type.kind !== "map" && type.kind !== "variant" && type.kind !== "void" && type.kind !== "interval";
}

/** All AUTO CDC flows of one target follow the same rules. Throws where they do not. */
export function checkFlowsAgree(flows: readonly Flow[]): void {
  const [first, ...others] = flows.filter((one) => one.kind !== "query");
  if (first === undefined) return;
  const rules = rulesText(first);
  const other = others.find((one) => rulesText(one) !== rules);
  if (other) throw flowsDisagree(first.target.join("."), first.name, other.name, other.place);
}

/** The rules as text: the same text, the same rows from the same changes. */
export function rulesText(flow: CdcFlow): string {
  const lowered = (selection: ColumnSelection | undefined) =>
    selection === undefined ? null : JSON.stringify(selection).toLowerCase();
  const ignores =
    flow.kind === "auto-cdc" && flow.ignoreNullUpdates ? (lowered(flow.ignoreNullUpdatesColumns) ?? true) : false;
  const keys = flow.keys.map((key) => key.toLowerCase());
  return JSON.stringify([keys, flow.storedAs, lowered(flow.trackHistory), ignores]);
}

function checkSettings(flow: CdcFlow): void {
  const { name, place, storedAs } = flow;
  if (flow.keys.length === 0) throw emptyKeys(name, place);
  if (storedAs === 1 && flow.trackHistory !== undefined) throw notForScd(name, "TRACK HISTORY ON", 1, place);
  if (flow.kind !== "auto-cdc") return;
  if (storedAs === 2 && flow.applyAsTruncates !== undefined) {
    throw notForScd(name, "APPLY AS TRUNCATE WHEN", 2, place);
  }
  const { ignoreNullUpdatesColumns: ignored } = flow;
  if (ignored !== undefined && "only" in ignored && ignored.only.length === 0) throw emptyIgnoreNullList(name, place);
}

function select(
  flow: CdcFlow,
  clause: string,
  selection: ColumnSelection | undefined,
  fields: readonly StructField[],
): readonly StructField[] {
  if (selection === undefined) return fields;
  const named = "only" in selection ? selection.only : selection.except;
  checkNames(
    flow,
    clause,
    named,
    fields.map((one) => one.name),
  );
  const isNamed = (one: StructField) => named.some((name) => isSame(name, one.name));
  return fields.filter((one) => isNamed(one) === "only" in selection);
}

function checkNames(flow: CdcFlow, clause: string, named: readonly string[], available: readonly string[]): void {
  const missing = named.filter((name) => !available.some((one) => isSame(one, name)));
  const part = missing.find((name) => name.includes("."));
  if (part !== undefined) throw multipartColumn(flow.name, part, flow.place);
  if (missing.length > 0) throw missingColumns(flow.name, clause, missing, available, flow.place);
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

export function quotedTable(name: readonly string[]): string {
  return name.map(quoteName).join(".");
}
