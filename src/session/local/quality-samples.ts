/** `data_quality_samples`: a few of the rows that made a write fail. Nobody has them afterwards: the gate takes its files away. */
import { columnOf, type EvaluatedRows, type Evaluation, ROWS } from "../../quality/audited-rows.js";
import type { ExpectationResult, ExpectationRule } from "../../quality/expectation.js";
import { hidesColumn } from "../../quality/hidden-columns.js";
import { repeatedKeys } from "../../quality/repeated-keys.js";
import { isRowRule } from "../../quality/rules.js";
import { violationSql } from "../../quality/violation.js";
import { field, STRING, type StructType, struct, TIMESTAMP } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import { type KeptTable, keepRows, timestampNow } from "./kept-rows.js";
import type { Runtime } from "./runtime.js";
import type { SessionTable } from "./session-table.js";

const SAMPLES: KeptTable = {
  name: "data_quality_samples",
  schema: struct([
    field("job_run_id", STRING),
    field("job_name", STRING),
    field("task_key", STRING),
    field("table_name", STRING),
    field("check_name", STRING),
    field("write_id", STRING),
    field("timestamp", TIMESTAMP),
    field("row", STRING),
  ]),
};

/** Rows of each failed check that are kept; 0 for none. */
const SAMPLE_ROWS = "spark.lakelet.quality.sampleRows";
const USUAL_ROWS = 5;
const LONGEST_TEXT = 1000;
/** Stands for a value that nobody is shown. */
const HIDDEN = "'•••'";

/** Of those that failed; rules about no row in particular (a count, a query) have none. Gives the first row of each, as JSON, by its check. */
export async function keepSamples(
  runtime: Runtime,
  table: SessionTable,
  evaluation: Evaluation,
  results: readonly ExpectationResult[],
  writeId: string,
): Promise<ReadonlyMap<string, string>> {
  const configuration = runtime.state.all();
  const limit = Number(configuration[SAMPLE_ROWS] ?? USUAL_ROWS);
  const first = new Map<string, string>();
  if (!(limit > 0)) return first;
  const { job } = runtime.options;
  const at = timestampNow();
  const columns = shownColumns(evaluation.rows.schema, hidesColumn(configuration));
  const rows: (readonly (string | null)[])[] = [];
  for (const { expectation } of results.filter((one) => one.status === "FAILED")) {
    const chosen = await badRowsSql(expectation.rule, evaluation);
    if (chosen === undefined) continue;
    const found = await runtime.engine.run(
      `SELECT to_json("shown")::VARCHAR FROM (SELECT ${columns} FROM (${chosen}) AS ${engineName(ROWS)} LIMIT ${Math.floor(limit)}) AS "shown"`,
    );
    const { name } = expectation;
    for (const [row] of found.rows) {
      const identity = [job?.jobRunId ?? null, job?.jobName ?? null, job?.taskKey ?? null];
      rows.push([...identity, table.name, name, writeId, at, String(row)]);
      if (!first.has(name)) first.set(name, String(row));
    }
  }
  await keepRows(runtime, table, SAMPLES, rows);
  return first;
}

async function badRowsSql(rule: ExpectationRule, evaluation: Evaluation): Promise<string | undefined> {
  const { rows, compiler, referenced } = evaluation;
  const alias = engineName(ROWS);
  const all = `${allRows(rows)} AS ${alias}`;
  if (rule.kind === "unique" && rule.within === "table") {
    const equal = rule.columns.map((one, i) => `${columnOf(one, evaluation).sql} = "keys"."k${i}"`).join(" AND ");
    return `SELECT ${alias}.* FROM ${rows.published} AS ${alias} SEMI JOIN (${await repeatedKeys(rule, evaluation)}) AS "keys" ON ${equal}`;
  }
  if (rule.kind === "unique") {
    const keys = rule.columns.map((one) => columnOf(one, evaluation).sql);
    const present = keys.map((one) => `${one} IS NOT NULL`).join(" AND ");
    // Rows of one key beside each other.
    return `SELECT ${alias}.* FROM ${all} WHERE ${present} QUALIFY count(*) OVER (PARTITION BY ${keys.join(", ")}) > 1 ORDER BY ${keys.join(", ")}`;
  }
  const about = rule.kind === "not-null" ? { kind: rule.kind, column: rule.column } : rule;
  if (!isRowRule(about)) return undefined;
  return `SELECT ${alias}.* FROM ${all} WHERE ${violationSql(about, { compiler, schema: rows.schema, alias: ROWS, referenced })}`;
}

function allRows({ published, heldBack, schema }: EvaluatedRows): string {
  if (heldBack.length === 0) return published;
  const names = schema.fields.map((one) => engineName(one.name)).join(", ");
  return `(${[published, ...heldBack.map((one) => one.sql)].map((one) => `SELECT ${names} FROM ${one} AS "part"`).join(" UNION ALL ")})`;
}

function shownColumns(schema: StructType, hides: (column: string) => boolean): string {
  const shown = schema.fields.map(({ name, dataType }) => {
    const column = `${engineName(ROWS)}.${engineName(name)}`;
    const value = hides(name) ? HIDDEN : dataType.kind === "string" ? `left(${column}, ${LONGEST_TEXT})` : column;
    return `${value} AS ${engineName(name)}`;
  });
  return shown.join(", ");
}
