/** The report of a table, or of all that have checks, profiles or quarantined rows. */
import { nameParts } from "../../dataframe/column.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { quoteIfNeeded } from "../../schema/type-text.js";
import type { SparkSession } from "../../session/contract.js";
import { readBadRows, readQuarantine } from "./bad-rows.js";
import { type KeptPlace, placesOf, quarantinedTables } from "./kept-table.js";
import { lastPoint, type QualityReport, type TableQuality, worstStatus } from "./quality-report.js";
import { METRICS_TABLE, readChecks } from "./read-checks.js";
import { readFlows } from "./read-flows.js";
import { withRecordedLineage } from "./read-lineage.js";
import { PROFILES_TABLE, readProfiles } from "./read-profiles.js";

export interface QualityQuestion {
  /** All that anything is known of where absent. */
  readonly table?: string;
  /** Absolute folder of the managed tables. */
  readonly warehouse: string;
  /** Points of a check, profiles and runs of a flow that are looked back at. */
  readonly history: number;
  /** Bad rows of each kind that are shown. */
  readonly sampleRows: number;
}

/** Throws TABLE_OR_VIEW_NOT_FOUND for a table that is not there and that nothing was kept about. */
export async function readQuality(spark: SparkSession, question: QualityQuestion): Promise<QualityReport> {
  const wanted = question.table === undefined ? undefined : qualified(spark, question.table);
  const places = wanted ? [wanted.place] : await allPlaces(spark);
  const tables: TableQuality[] = [];
  for (const place of places) tables.push(...(await tablesOf(spark, place, question, wanted?.name)));
  if (wanted && tables.length === 0) throw notFound(wanted.name);
  const { flows, lineage: declared } = await readFlows(spark, question.warehouse, question.history);
  const lineage = await withRecordedLineage(spark, declared);
  const about = (name: string) => wanted === undefined || name.toLowerCase() === wanted.name.toLowerCase();
  return { at: Date.now(), tables, flows: flows.filter((one) => about(one.target)), lineage };
}

async function allPlaces(spark: SparkSession): Promise<readonly KeptPlace[]> {
  const places = [
    ...(await placesOf(spark, METRICS_TABLE)),
    ...(await placesOf(spark, PROFILES_TABLE)),
    ...(await quarantinedTables(spark)),
  ];
  return [...new Map(places.map((one) => [`${one.catalog}.${one.schema}`, one])).values()];
}

async function tablesOf(
  spark: SparkSession,
  place: KeptPlace,
  { history, sampleRows }: QualityQuestion,
  table: string | undefined,
): Promise<readonly TableQuality[]> {
  const checksOf = await readChecks(spark, place, history, table);
  const profiles = await readProfiles(spark, place, history, table);
  const names = new Set([...checksOf.keys(), ...profiles.keys()]);
  if (table === undefined) for (const one of await quarantinedTables(spark, place)) names.add(one.name);
  if (table !== undefined && (await spark.catalog.tableExists(table))) names.add(table);
  const found: TableQuality[] = [];
  for (const name of [...names].sort()) {
    const checks = checksOf.get(name) ?? [];
    found.push({
      name,
      rows: await rowsOf(spark, name),
      status: worstStatus(checks.flatMap((one) => lastPoint(one)?.status ?? [])),
      checks,
      profile: profiles.get(name),
      quarantine: await readQuarantine(spark, name, { rows: sampleRows }),
      samples: await readBadRows(spark, place, name, checks, { rows: sampleRows }),
    });
  }
  return found;
}

async function rowsOf(spark: SparkSession, name: string): Promise<number | undefined> {
  if (!(await spark.catalog.tableExists(name))) return undefined;
  const { rows } = await spark.execute(`SELECT count(*) FROM ${name}`);
  return Number(rows[0]?.[0] ?? 0);
}

function qualified(spark: SparkSession, text: string): { readonly name: string; readonly place: KeptPlace } {
  const parts = nameParts(text);
  const [table = text, schema = spark.catalog.currentDatabase(), catalog = spark.catalog.currentCatalog()] = [
    ...parts,
  ].reverse();
  return { name: [catalog, schema, table].map(quoteIfNeeded).join("."), place: { catalog, schema } };
}

function notFound(name: string): LakeletError {
  return new LakeletError({
    condition: "TABLE_OR_VIEW_NOT_FOUND",
    sqlState: "42P01",
    problem: `There is no table ${name}, and nothing was kept about one.`,
    cure: "See SHOW TABLES for the names that there are.",
    parameters: { relationName: name },
  });
}
