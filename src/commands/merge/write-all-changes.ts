/** Engine SQL of all rows that a MERGE writes: those that stay in touched files, changed or not, and those that it inserts. Pure. */
import { engineName } from "../../schema/engine-type.js";
import { copiedColumn } from "../rewrite.js";
import { TARGET_ALIAS } from "../row-condition.js";
import { checkedSelect } from "../row-query.js";
import type { TouchedFiles } from "./find-touched-files.js";
import type { CompiledClause } from "./merge-clauses.js";
import { codeSql, type MergePlan, SOURCE_ALIAS } from "./merge-plan.js";
import { type MergeSource, SOURCE_ROW } from "./merge-source.js";

const TARGET = engineName(TARGET_ALIAS);
const SOURCE = engineName(SOURCE_ALIAS);
const CODE = '"__lakelet_code"';
const FILE = '"__lakelet_file"';
const ROW = '"__lakelet_row"';
const BY_SOURCE = '"__lakelet_by_source"';

/** Rows of the source without a match that a clause inserts; `unmatched` is engine SQL of the join that leaves them. */
function insertSql(plan: MergePlan, source: MergeSource, unmatched: string): string {
  const code = codeSql(plan.notMatched, "NULL");
  const rows = `SELECT ${SOURCE}.*, ${code} AS ${CODE} FROM ${source.relation} AS ${SOURCE} ${unmatched}`;
  const columns = columnsByCode(plan, plan.notMatched, `${SOURCE}.${CODE}`, () => undefined);
  const filter = plan.notMatched.some((one) => one.condition === undefined)
    ? ""
    : ` WHERE ${SOURCE}.${CODE} IS NOT NULL`;
  return checked(plan, `SELECT ${columns} FROM (${rows}) AS ${SOURCE}${filter}`);
}

/** A merge that only inserts: one anti join against the table. */
export function insertOnlySql(plan: MergePlan, source: MergeSource, scan: string): string {
  return insertSql(plan, source, `ANTI JOIN ${scan} AS ${TARGET} ON ${plan.condition}`);
}

/**
 * `scan` is engine SQL of the files to write again, with positions. Where an update reads nothing of the target's row, the rows that
 * change are left out of the copy and come from the source instead; else each row is joined with its match and decided by the clause.
 */
export function allChangesSql(
  plan: MergePlan,
  source: MergeSource,
  touched: TouchedFiles,
  scan: string | undefined,
): string {
  const parts: string[] = [];
  if (scan !== undefined) {
    const updates = plan.matched.filter((one) => one.action === "update");
    const replaces = plan.notMatchedBySource.length === 0 && updates.every((one) => !one.readsTarget);
    parts.push(
      ...(replaces ? replacingSql(plan, source, touched, scan, updates) : [decidingSql(plan, source, touched, scan)]),
    );
  }
  if (plan.notMatched.length > 0) {
    const on = `${SOURCE}.${engineName(SOURCE_ROW)} = m.source`;
    parts.push(insertSql(plan, source, `ANTI JOIN ${touched.matches} AS m ON ${on}`));
  }
  return parts.join(" UNION ALL ");
}

function replacingSql(
  plan: MergePlan,
  source: MergeSource,
  touched: TouchedFiles,
  scan: string,
  updates: readonly CompiledClause[],
): readonly string[] {
  const copied = plan.schema.fields.map((one) => `${copiedColumn(one.name, plan.schema)} AS ${engineName(one.name)}`);
  const taken = `(SELECT p.file, m.row FROM ${touched.matches} AS m JOIN ${positions(touched)} ON m.file = p.candidate WHERE m.code >= 0)`;
  const copy = `SELECT ${copied.join(", ")} FROM ${scan} AS ${TARGET} ANTI JOIN ${taken} AS m ON ${TARGET}."__file_index" = m.file AND ${TARGET}."__row_number" = m.row`;
  if (updates.length === 0) return [copy];
  const columns = columnsByCode(plan, updates, `${SOURCE}.${CODE}`, () => undefined);
  const codes = updates.map((one) => one.code).join(", ");
  const rows = `SELECT s.*, m.code AS ${CODE} FROM ${touched.matches} AS m JOIN ${source.relation} AS s ON m.source = s.${engineName(SOURCE_ROW)} WHERE m.code IN (${codes})`;
  return [copy, checked(plan, `SELECT ${columns} FROM (${rows}) AS ${SOURCE}`)];
}

function decidingSql(plan: MergePlan, source: MergeSource, touched: TouchedFiles, scan: string): string {
  const clauses = [...plan.matched, ...plan.notMatchedBySource];
  const bySource = plan.notMatchedBySource.length > 0;
  const rows = bySource
    ? `(SELECT ${TARGET}.*, ${codeSql(plan.notMatchedBySource, "NULL")} AS ${BY_SOURCE} FROM ${scan} AS ${TARGET})`
    : scan;
  const matched = `(SELECT s.*, p.file AS ${FILE}, m.row AS ${ROW}, m.code AS ${CODE} FROM ${touched.matches} AS m JOIN ${positions(touched)} ON m.file = p.candidate JOIN ${source.relation} AS s ON m.source = s.${engineName(SOURCE_ROW)})`;
  const code = bySource ? `coalesce(${SOURCE}.${CODE}, ${TARGET}.${BY_SOURCE})` : `${SOURCE}.${CODE}`;
  const updates = clauses.filter((one) => one.action === "update");
  const deletes = clauses.filter((one) => one.action === "delete").map((one) => one.code);
  const columns = columnsByCode(plan, updates, code, (name) => copiedColumn(name, plan.schema));
  const filter = deletes.length === 0 ? "" : ` WHERE ${code} IS NULL OR ${code} NOT IN (${deletes.join(", ")})`;
  const on = `${TARGET}."__file_index" = ${SOURCE}.${FILE} AND ${TARGET}."__row_number" = ${SOURCE}.${ROW}`;
  return checked(
    plan,
    `SELECT ${columns} FROM ${rows} AS ${TARGET} LEFT JOIN ${matched} AS ${SOURCE} ON ${on}${filter}`,
  );
}

/** The files that are written again: their position among those looked at, and in the scan. */
function positions({ touched }: TouchedFiles): string {
  const rewritten = rewrittenFiles(touched);
  const pairs = rewritten.map(({ position }, i) => `(CAST(${position} AS BIGINT), CAST(${i} AS BIGINT))`);
  return `(VALUES ${pairs.join(", ")}) AS p(candidate, file)`;
}

/** Touched files with rows that stay; from the others nothing is to be read. */
export function rewrittenFiles(touched: TouchedFiles["touched"]): TouchedFiles["touched"] {
  return touched.filter(({ rows, deleted }) => deleted < rows);
}

function columnsByCode(
  plan: MergePlan,
  clauses: readonly CompiledClause[],
  code: string,
  otherwise: (column: string) => string | undefined,
): string {
  const columns = plan.schema.fields.map(({ name }) => {
    const fallback = otherwise(name);
    const values = clauses.map((one) => one.columns.get(name) ?? "NULL");
    const [only] = values;
    const same = values.every((one) => one === (fallback ?? only));
    if (same && only !== undefined) return `${only} AS ${engineName(name)}`;
    const whens = clauses.map((one, i) => `WHEN ${one.code} THEN ${values[i]}`);
    const last = fallback === undefined ? "" : ` ELSE ${fallback}`;
    return `${whens.length === 0 ? (fallback ?? "NULL") : `CASE ${code} ${whens.join(" ")}${last} END`} AS ${engineName(name)}`;
  });
  return columns.join(", ");
}

function checked({ schema, checks }: MergePlan, rows: string): string {
  if (checks.length === 0) return rows;
  return checkedSelect(
    rows,
    schema.fields.map((one) => one.name),
    checks,
  );
}
