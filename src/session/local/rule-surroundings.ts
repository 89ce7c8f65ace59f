/** What the rules of a gate are told of the lake: other tables, queries, the table as it was, earlier runs. */

import { nameParts } from "../../dataframe/column.js";
import type { Snapshot } from "../../delta/contract.js";
import type { RuleSurroundings } from "../../quality/audited-rows.js";
import type { Expectation } from "../../quality/expectation.js";
import { judgingAsync } from "../../quality/judging-error.js";
import type { ReferencedRows } from "../../quality/violation.js";
import type { StructType } from "../../schema/data-type.js";
import { engineName, engineString } from "../../schema/engine-type.js";
import { quoteName } from "../../schema/type-text.js";
import { parseSchema } from "../../sql/parse/parse.js";
import type { Relation } from "../../sql/relation.js";
import { queryOf } from "./compiled-plan.js";
import { tableBeside } from "./kept-rows.js";
import type { FileSources } from "./opened-files.js";
import type { Runtime } from "./runtime.js";
import type { SessionTable } from "./session-table.js";
import { SparkStep } from "./spark-step.js";
import { scanSnapshot } from "./table-scan.js";

/** The rows under audit, as the text of a rule calls them and as Spark SQL does. */
const ROWS = "{rows}";
const ROWS_NAME = "__lakelet_rows";
const METRICS = "data_quality_metrics";

/** The table as it was before the rows under audit came; the newest snapshot where undefined, none where null. */
export type TableBefore = Snapshot | null | undefined | (() => Promise<Snapshot | null>);

/** @param sources opens what the queries read; to be closed once they have run */
export function ruleSurroundings(
  runtime: Runtime,
  table: SessionTable,
  sources: FileSources,
  before: TableBefore,
): RuleSurroundings {
  return {
    now: () => runtime.commandContext().now(),
    parseSchema,
    query: (text, rows) => compiled(runtime, sources, text.replaceAll(ROWS, quoteName(ROWS_NAME)), rows),
    before: () => rowsBefore(runtime, table, before),
    history: (check, runs) => earlierValues(runtime, table, check, runs),
  };
}

/** The rows of the tables that rules refer to, by the name that they write. */
export async function referencedRows(
  runtime: Runtime,
  expectations: readonly Expectation[],
  sources: FileSources,
): Promise<ReadonlyMap<string, ReferencedRows>> {
  const found = new Map<string, ReferencedRows>();
  for (const { name: expectation, rule } of expectations) {
    if (rule.kind !== "references" || found.has(rule.table)) continue;
    const name = nameParts(rule.table).map(quoteName).join(".");
    const text = `SELECT * FROM ${name}`;
    found.set(rule.table, await judgingAsync(expectation, () => compiled(runtime, sources, text)));
  }
  return found;
}

async function compiled(
  runtime: Runtime,
  sources: FileSources,
  text: string,
  rows?: ReferencedRows,
): Promise<ReferencedRows> {
  const step = new SparkStep(runtime, sources, false, () => Promise.reject(new TypeError("a rule names no DataFrame")));
  const given: ReadonlyMap<string, Relation> = rows ? new Map([[ROWS_NAME, relationOf(rows)]]) : new Map();
  const { sql, schema } = queryOf((await step.query(text, given)).relation);
  return { sql: `(${sql})`, schema };
}

function relationOf({ sql, schema }: { readonly sql: string; readonly schema: StructType }): Relation {
  return {
    sql,
    output: schema.fields.map(({ name, dataType, nullable }) => ({
      name,
      dataType,
      nullable,
      engineName: name,
      qualifiers: [],
    })),
  };
}

async function rowsBefore(
  runtime: Runtime,
  table: SessionTable,
  before: TableBefore,
): Promise<ReferencedRows | undefined> {
  const known = typeof before === "function" ? await before() : before;
  if (known === null) return undefined;
  const log = runtime.log(table.location);
  const snapshot = known ?? ((await log.exists()) ? await log.snapshot() : undefined);
  if (snapshot === undefined) return undefined;
  const { sql } = await scanSnapshot(runtime, snapshot, { withFile: false, qualifiers: [] });
  return { sql, schema: snapshot.schema };
}

/** Runs that failed, by this check or by another, do not count: what they measured was never published. */
async function earlierValues(
  runtime: Runtime,
  table: SessionTable,
  check: string,
  runs: number,
): Promise<readonly number[]> {
  const log = runtime.log(tableBeside(runtime, table, METRICS).location);
  if (!(await log.exists())) return [];
  const { sql } = await scanSnapshot(runtime, await log.snapshot(), { withFile: false, qualifiers: [] });
  const own = `"table_name" = ${engineString(table.name)}`;
  const failed = `SELECT "write_id" FROM ${sql} AS "f" WHERE ${own} AND "status" = 'FAILED' AND "write_id" IS NOT NULL`;
  const { rows } = await runtime.engine.run(
    `SELECT ${engineName("metric_value")} FROM ${sql} AS "m" WHERE ${own} AND "check_name" = ${engineString(check)} AND "status" <> 'FAILED' AND coalesce("write_id", '') NOT IN (${failed}) AND "metric_value" IS NOT NULL ORDER BY "timestamp" DESC LIMIT ${runs}`,
  );
  return rows.map((row) => Number(row[0]));
}
