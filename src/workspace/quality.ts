/** `lakelet quality`: what is known of the quality of the project's tables, checks of a file, suggestions from a profile. */
import { existsSync, readdirSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";
import { LakeletError } from "../errors/lakelet-error.js";
import { qualityHtml } from "../history/quality/quality-html.js";
import type { QualityReport } from "../history/quality/quality-report.js";
import { readQuality } from "../history/quality/read-quality.js";
import { type CheckSuggestion, suggestChecks } from "../history/quality/suggest-checks.js";
import type { ExpectationResult } from "../quality/expectation.js";
import { forCheck, readExpectations } from "../quality/expectation-file.js";
import { describeResult, QualityGateFailed } from "../quality/gate-failed.js";
import { HIDDEN_COLUMNS } from "../quality/hidden-columns.js";
import type { TableProfile } from "../quality/profile/table-profile.js";
import type { LocalSession } from "../session/local-session.js";
import { writeExport } from "./export-notebook.js";
import type { Project } from "./project-defaults.js";
import { projectHere } from "./project-here.js";
import { openSqlSession } from "./run-sql.js";

export { columnFacts } from "../history/quality/profile-section.js";
export type {
  CheckHistory,
  CheckStatus,
  FlowAccount,
  QualityReport,
  TableQuality,
} from "../history/quality/quality-report.js";
export { countsByStatus, lastPoint, newestAccounts } from "../history/quality/quality-report.js";
export * from "../history/quality/report-words.js";
export type { CheckSuggestion } from "../history/quality/suggest-checks.js";
export { suggestionText } from "../history/quality/suggestion-text.js";

export interface QualityOptions {
  readonly table?: string;
  /** Folder of the tables, instead of the project's. */
  readonly warehouse?: string;
  /** Results of a check that are looked back at. */
  readonly history: number;
  /** Bad rows that are shown of each kind. */
  readonly samples: number;
}

/** A page for others is written where a file is named. */
export function qualityReport(options: QualityOptions, html?: string): Promise<QualityReport> {
  return atTables(options.warehouse, async (spark, warehouse, project) => {
    const report = await readQuality(spark, {
      warehouse,
      history: options.history,
      sampleRows: options.samples,
      ...(options.table !== undefined && { table: options.table }),
    });
    if (html !== undefined) writeExport(html, qualityHtml(report, options.table ?? basename(project.root)));
    return report;
  });
}

export interface Suggestions {
  readonly table: string;
  readonly profile: TableProfile;
  readonly checks: readonly CheckSuggestion[];
}

/** Profiles the table, and says what has held so far. */
export function suggestedChecks(table: string, warehouse?: string): Promise<Suggestions> {
  return atTables(warehouse, async (spark) => {
    const profile = await spark.profileTable(table);
    return { table, profile, checks: await suggestChecks(spark, table, profile) };
  });
}

/** @throws TABLE_OR_VIEW_NOT_FOUND */
export function profileOf(table: string, warehouse?: string): Promise<TableProfile> {
  return atTables(warehouse, (spark) => spark.profileTable(table));
}

/** What the expectations of a file gave. */
export interface CheckedTable {
  readonly table: string;
  readonly file: string;
  readonly failed: boolean;
  readonly results: readonly {
    readonly check: string;
    readonly status: "PASSED" | "WARNED" | "DROPPED" | "FAILED";
    readonly violations: number;
    readonly value: number;
    /** In words. */
    readonly told: string;
  }[];
}

/**
 * Evaluates the expectations of a file, or of all in the project's folder `quality`, on the tables as they stand.
 *
 * @param table instead of the file's own; without either the table is called as the file
 */
export function checkFiles(file?: string, table?: string, warehouse?: string): Promise<readonly CheckedTable[]> {
  return atTables(warehouse, async (spark, _, project) => {
    const checked: CheckedTable[] = [];
    for (const path of file === undefined ? filesOf(join(project.root, "quality")) : [file]) {
      checked.push(await checkFile(spark, path, table));
    }
    return checked;
  });
}

async function checkFile(spark: LocalSession, file: string, asked: string | undefined): Promise<CheckedTable> {
  const { table: own, expectations } = await readExpectations(file);
  const table = asked ?? own ?? basename(file, extname(file));
  let results: readonly ExpectationResult[];
  try {
    results = await spark.checkTable(table, forCheck(expectations));
  } catch (error) {
    if (!(error instanceof QualityGateFailed)) throw error;
    results = error.results;
  }
  const told = results.map((one) => ({
    check: one.expectation.name,
    status: one.status,
    violations: Number(one.violations),
    value: one.value,
    told: describeResult(one),
  }));
  return { table, file, failed: told.some(({ status }) => status === "FAILED"), results: told };
}

function filesOf(folder: string): readonly string[] {
  const found = existsSync(folder) ? readdirSync(folder).filter((one) => /\.(ya?ml|json)$/.test(one)) : [];
  if (found.length > 0) return found.sort().map((one) => join(folder, one));
  throw new LakeletError({
    condition: "INVALID_PATH",
    sqlState: "42K03",
    problem: `There is no file of expectations in ${folder}.`,
    cure: "Name one: lakelet quality --check <file>; or write quality/<table>.yml, as `lakelet quality <table> --suggest yaml` prints it.",
  });
}

async function atTables<Result>(
  warehouse: string | undefined,
  work: (spark: LocalSession, warehouse: string, project: Project) => Promise<Result>,
): Promise<Result> {
  const project = await projectHere();
  const spark = await openSqlSession(project, warehouse);
  if (project.hiddenColumns) spark.conf.set(HIDDEN_COLUMNS, project.hiddenColumns.join(","));
  try {
    return await work(spark, warehouse === undefined ? project.warehouse : resolve(warehouse), project);
  } finally {
    await spark.stop();
  }
}
