/** Engine SQL of all rows that a MERGE writes: those that stay in touched files, changed or not, and those that it inserts. Pure. */
import { engineName } from "../../schema/engine-type.js";
import { CHANGE_TYPE, changeTypes, NEW_ROWS } from "../change-data.js";
import { copiedColumn, copiedColumns } from "../rewrite.js";
import { TARGET_ALIAS } from "../row-condition.js";
import { checkedSelect } from "../row-query.js";
import { positionsInScan } from "../row-selection.js";
import { onlyWhere } from "../updated-rows.js";
import type { TouchedFile, TouchedFiles } from "./find-touched-files.js";
import type { CompiledClause } from "./merge-clauses.js";
import { codeSql, type MergePlan, SOURCE_ALIAS } from "./merge-plan.js";
import { type MergeSource, SOURCE_ROW } from "./merge-source.js";

const TARGET = engineName(TARGET_ALIAS);
const SOURCE = engineName(SOURCE_ALIAS);
const CODE = '"__lakelet_code"';
const FILE = '"__lakelet_file"';
const ROW = '"__lakelet_row"';
const BY_SOURCE = '"__lakelet_by_source"';

/** What a MERGE found, and the files of it that are read again. */
export interface FoundRows {
  readonly plan: MergePlan;
  readonly source: MergeSource;
  readonly touched: TouchedFiles;
  readonly files: readonly TouchedFile[];
  /** Engine SQL of their rows, with positions; undefined where there is none. */
  readonly scan: string | undefined;
}

/** Rows of the source without a match that a clause inserts; `unmatched` is engine SQL of the join that leaves them. */
function insertSql(plan: MergePlan, source: MergeSource, unmatched = ""): string {
  const code = codeSql(plan.notMatched, "NULL");
  const rows = `SELECT ${SOURCE}.*, ${code} AS ${CODE} FROM ${source.relation} AS ${SOURCE} ${unmatched}`;
  const columns = columnsByCode(plan, plan.notMatched, `${SOURCE}.${CODE}`, () => undefined);
  const filter = plan.notMatched.some((one) => one.condition === undefined)
    ? ""
    : ` WHERE ${SOURCE}.${CODE} IS NOT NULL`;
  return checked(plan, `SELECT ${columns} FROM (${rows}) AS ${SOURCE}${filter}`);
}

/** Of a source whose rows are known to match nothing. */
export function allInsertedSql(plan: MergePlan, source: MergeSource): string {
  return insertSql(plan, source);
}

/** A merge that only inserts: one anti join against the table. */
export function insertOnlySql(plan: MergePlan, source: MergeSource, scan: string): string {
  return insertSql(plan, source, `ANTI JOIN ${scan} AS ${TARGET} ON ${plan.condition}`);
}

/** The rows that a merge inserts where its matches are known; undefined where it inserts none. */
export function insertedSql({ plan, source, touched }: FoundRows): string | undefined {
  if (plan.notMatched.length === 0) return undefined;
  const on = `${SOURCE}.${engineName(SOURCE_ROW)} = m.source`;
  return insertSql(plan, source, `ANTI JOIN ${touched.matches} AS m ON ${on}`);
}

/**
 * Copy-on-write: all that touched files keep, and the inserts. Where an update reads nothing of the target's row, the rows that change
 * are left out of the copy and come from the source instead; else each row is joined with its match and decided by the clause.
 */
export function allChangesSql(found: FoundRows): string {
  const parts: string[] = [];
  if (found.scan !== undefined) {
    const replaces = found.plan.notMatchedBySource.length === 0 && replacesRows(found.plan);
    if (replaces) parts.push(untouchedSql(found, found.scan), ...replacedSql(found));
    else parts.push(decidedSql(found, found.scan, "all"));
  }
  return joined([...parts, insertedSql(found)]);
}

/** Merge-on-read: the rows that change as they are afterwards, and the inserts. */
export function newRowsOnlySql(found: FoundRows): string {
  const { plan, scan } = found;
  const changes = [...plan.matched, ...plan.notMatchedBySource].some((one) => one.action === "update");
  const parts: string[] = [];
  if (changes && scan !== undefined) {
    const replaces = replacesRows(plan) && plan.notMatchedBySource.every((one) => one.action !== "update");
    parts.push(...(replaces ? replacedSql(found) : [decidedSql(found, scan, "updated")]));
  }
  return joined([...parts, insertedSql(found)]);
}

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(" UNION ALL ");
}

/** True where each update takes the whole row from the source. */
function replacesRows({ matched }: MergePlan): boolean {
  return matched.every((one) => one.action !== "update" || !one.readsTarget);
}

function replacedSql({ plan, source, touched }: FoundRows): readonly string[] {
  const updates = plan.matched.filter((one) => one.action === "update");
  if (updates.length === 0) return [];
  const columns = columnsByCode(plan, updates, `${SOURCE}.${CODE}`, () => undefined);
  const codes = updates.map((one) => one.code).join(", ");
  const rows = `SELECT s.*, m.code AS ${CODE} FROM ${touched.matches} AS m JOIN ${source.relation} AS s ON m.source = s.${engineName(SOURCE_ROW)} WHERE m.code IN (${codes})`;
  return [checked(plan, `SELECT ${columns} FROM (${rows}) AS ${SOURCE}`)];
}

/** The rows of the files that no clause takes. */
export function untouchedSql({ plan, touched, files }: FoundRows, scan: string): string {
  const at = `${TARGET}."__file_index" = m.file AND ${TARGET}."__row_number" = m.row`;
  const copied = copiedColumns(plan.schema);
  if (plan.notMatchedBySource.length === 0) {
    const taken = `(SELECT p.file, m.row FROM ${touched.matches} AS m JOIN ${positionsInScan(files)} ON m.file = p.candidate WHERE m.code >= 0)`;
    return `SELECT ${copied} FROM ${scan} AS ${TARGET} ANTI JOIN ${taken} AS m ON ${at}`;
  }
  const matched = `(SELECT p.file, m.row, m.code FROM ${onePairARow(plan, touched)} AS m JOIN ${positionsInScan(files)} ON m.file = p.candidate)`;
  const code = `coalesce(m.code, ${TARGET}.${BY_SOURCE})`;
  return `SELECT ${copied} FROM ${rowsWithCode(plan, scan)} AS ${TARGET} LEFT JOIN ${matched} AS m ON ${at} WHERE ${code} IS NULL OR ${code} < 0`;
}

/** Rows of the target, each joined with its match and decided by the clause that takes it. */
interface DecidedRows {
  readonly from: string;
  /** Engine SQL of the clause's code; NULL or negative where none takes the row. */
  readonly code: string;
}

function decidedRows(found: FoundRows, scan: string, keepsUnmatched: boolean): DecidedRows {
  const { plan, source, touched, files } = found;
  const bySource = plan.notMatchedBySource.length > 0;
  const matched = `(SELECT s.*, p.file AS ${FILE}, m.row AS ${ROW}, m.code AS ${CODE} FROM ${onePairARow(plan, touched)} AS m JOIN ${positionsInScan(files)} ON m.file = p.candidate JOIN ${source.relation} AS s ON m.source = s.${engineName(SOURCE_ROW)})`;
  const join = keepsUnmatched || bySource ? "LEFT JOIN" : "JOIN";
  const on = `${TARGET}."__file_index" = ${SOURCE}.${FILE} AND ${TARGET}."__row_number" = ${SOURCE}.${ROW}`;
  return {
    from: `${rowsWithCode(plan, scan)} AS ${TARGET} ${join} ${matched} AS ${SOURCE} ON ${on}`,
    code: bySource ? `coalesce(${SOURCE}.${CODE}, ${TARGET}.${BY_SOURCE})` : `${SOURCE}.${CODE}`,
  };
}

/** The scan, with the code of the clause that takes a row where it has no match. */
function rowsWithCode(plan: MergePlan, scan: string): string {
  if (plan.notMatchedBySource.length === 0) return scan;
  return `(SELECT ${TARGET}.*, ${codeSql(plan.notMatchedBySource, "NULL")} AS ${BY_SOURCE} FROM ${scan} AS ${TARGET})`;
}

/** The matches, each row of the target once. */
export function onePairARow({ needsOneMatch }: MergePlan, { matches }: TouchedFiles): string {
  if (needsOneMatch) return matches;
  return `(SELECT file, row, min(source) AS source, min(code) AS code FROM ${matches} GROUP BY file, row)`;
}

function decidedSql(found: FoundRows, scan: string, wanted: "all" | "updated"): string {
  const { plan } = found;
  const { updates, deletes } = codesOf(plan);
  const { from, code } = decidedRows(found, scan, wanted === "all");
  const columns = columnsByCode(plan, updates, code, (name) => copiedColumn(name, plan.schema));
  const all = deletes.length === 0 ? "" : ` WHERE ${code} IS NULL OR ${code} NOT IN (${deletes.join(", ")})`;
  const filter = wanted === "all" ? all : ` WHERE ${code} IN (${updates.map((one) => one.code).join(", ")})`;
  return checked(plan, `SELECT ${columns} FROM ${from}${filter}`);
}

function codesOf({ matched, notMatchedBySource }: MergePlan): {
  readonly updates: readonly CompiledClause[];
  readonly deletes: readonly number[];
} {
  const clauses = [...matched, ...notMatchedBySource];
  return {
    updates: clauses.filter((one) => one.action === "update"),
    deletes: clauses.filter((one) => one.action === "delete").map((one) => one.code),
  };
}

/** For the change data feed: each row that a clause takes as it was and as it is afterwards, and the inserts. */
export function changeFeedSql(found: FoundRows): string {
  const { plan, scan } = found;
  const kind = engineName(CHANGE_TYPE);
  const parts = scan === undefined ? [] : [changedRowsSql(found, scan)];
  const inserted = insertedSql(found);
  if (inserted !== undefined) parts.push(`SELECT *, ${changeTypes(["insert"])} AS ${kind} FROM (${inserted})`);
  const isNew = `"row".${kind} IN (${changeTypes(NEW_ROWS)})`;
  const columns = [...plan.schema.fields.map((one) => one.name), CHANGE_TYPE];
  return checkedSelect(parts.join(" UNION ALL "), columns, plan.checks.map(onlyWhere(isNew)));
}

function changedRowsSql(found: FoundRows, scan: string): string {
  const { plan } = found;
  const { updates, deletes } = codesOf(plan);
  const { from, code } = decidedRows(found, scan, false);
  const kind = engineName(CHANGE_TYPE);
  const isAfter = `k.${kind} = ${changeTypes(["update_postimage"])}`;
  const columns = plan.schema.fields.map(({ name }) => {
    const before = copiedColumn(name, plan.schema);
    const after = valueByCode(name, updates, code, before);
    return `${after === before ? before : `CASE WHEN ${isAfter} THEN ${after} ELSE ${before} END`} AS ${engineName(name)}`;
  });
  const kinds = [
    ...updates.flatMap((one) =>
      (["update_preimage", "update_postimage"] as const).map((type) => `(${one.code}, ${changeTypes([type])})`),
    ),
    ...deletes.map((one) => `(${one}, ${changeTypes(["delete"])})`),
  ];
  return `SELECT ${columns.join(", ")}, k.${kind} FROM ${from} JOIN (VALUES ${kinds.join(", ")}) AS k(code, ${kind}) ON k.code = ${code}`;
}

function columnsByCode(
  plan: MergePlan,
  clauses: readonly CompiledClause[],
  code: string,
  otherwise: (column: string) => string | undefined,
): string {
  const columns = plan.schema.fields.map(
    ({ name }) => `${valueByCode(name, clauses, code, otherwise(name))} AS ${engineName(name)}`,
  );
  return columns.join(", ");
}

/** Engine SQL of a column after the clause of that code; `fallback` where no clause takes the row. */
function valueByCode(
  name: string,
  clauses: readonly CompiledClause[],
  code: string,
  fallback: string | undefined,
): string {
  const values = clauses.map((one) => one.columns.get(name) ?? "NULL");
  const [only] = values;
  if (only === undefined) return fallback ?? "NULL";
  if (values.every((one) => one === (fallback ?? only))) return only;
  const whens = clauses.map((one, i) => `WHEN ${one.code} THEN ${values[i]}`);
  return `CASE ${code} ${whens.join(" ")}${fallback === undefined ? "" : ` ELSE ${fallback}`} END`;
}

function checked({ schema, checks }: MergePlan, rows: string): string {
  if (checks.length === 0) return rows;
  return checkedSelect(
    rows,
    schema.fields.map((one) => one.name),
    checks,
  );
}
