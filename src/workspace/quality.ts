/** `lakelet quality`: what is known of the quality of the project's tables, checks of a file, suggestions from a profile. */
import { basename, resolve } from "node:path";
import { qualityHtml } from "../history/quality/quality-html.js";
import type { QualityReport } from "../history/quality/quality-report.js";
import { readQuality } from "../history/quality/read-quality.js";
import { type CheckSuggestion, suggestChecks } from "../history/quality/suggest-checks.js";
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
export { countsByStatus, lastPoint } from "../history/quality/quality-report.js";
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

async function atTables<Result>(
  warehouse: string | undefined,
  work: (spark: LocalSession, warehouse: string, project: Project) => Promise<Result>,
): Promise<Result> {
  const project = await projectHere();
  const spark = await openSqlSession(project, warehouse);
  try {
    return await work(spark, warehouse === undefined ? project.warehouse : resolve(warehouse), project);
  } finally {
    await spark.stop();
  }
}
