/** The report as one page of HTML: it needs nothing else, asks nothing of the network, and runs no script. */
import { htmlPage } from "../html/html-page.js";
import { escapeHtml } from "../html/html-text.js";
import { flowsHtml } from "./flow-section.js";
import { lineageSvg } from "./lineage-svg.js";
import {
  type ColumnLineage,
  countsByStatus,
  lastPoint,
  type QualityReport,
  type TableQuality,
} from "./quality-report.js";
import { QUALITY_STYLE } from "./quality-style.js";
import { countOf, momentText, resultText } from "./report-words.js";
import { pill, tableHtml } from "./table-section.js";

/** @param title what the page is about, e.g. the project's folder */
export function qualityHtml(report: QualityReport, title: string): string {
  const anchors = new Map(report.tables.map(({ name }, i) => [name, `table-${i + 1}`]));
  const body = `<p class="facts">Data quality, ${momentText(report.at)} UTC</p>
${tilesHtml(report)}
${troubleHtml(report, anchors)}
${flowsHtml(report.flows)}
${lineageHtml(report, anchors)}
${report.tables.map((table) => tableHtml(table, anchors.get(table.name) ?? "")).join("\n")}
${report.tables.length === 0 ? '<p class="note">Nothing is known yet: no write had expectations, and no table was profiled. Look at one: <code>lakelet quality &lt;table&gt; --profile</code></p>' : ""}`;
  return htmlPage({ title, style: QUALITY_STYLE, body });
}

function tilesHtml({ tables }: QualityReport): string {
  const counts = countsByStatus(tables);
  const quarantined = tables.reduce((sum, one) => sum + (one.quarantine?.rows ?? 0), 0);
  const tiles: readonly (readonly [count: number, what: string, tone: string])[] = [
    [tables.length, "tables", ""],
    [counts.PASSED, "checks passed", counts.PASSED > 0 ? "PASSED" : ""],
    [counts.WARNED, "warned", counts.WARNED > 0 ? "WARNED" : ""],
    [counts.DROPPED, "dropped rows", counts.DROPPED > 0 ? "DROPPED" : ""],
    [counts.FAILED, "failed", counts.FAILED > 0 ? "FAILED" : ""],
    [quarantined, "rows in quarantine", quarantined > 0 ? "DROPPED" : ""],
  ];
  const items = tiles.map(([count, what, tone]) => `<li><b class="${tone}">${countOf(count)}</b>${what}</li>`);
  return `<ul class="tiles">${items.join("")}</ul>`;
}

/** Checks that failed last time, worst first, with the way to their table. */
function troubleHtml({ tables }: QualityReport, anchors: ReadonlyMap<string, string>): string {
  const items = tables.flatMap((table) => failuresOf(table, anchors.get(table.name) ?? ""));
  return items.length === 0 ? "" : `<h2>To look at</h2>\n<ul>${items.join("\n")}</ul>`;
}

function failuresOf({ name, checks }: TableQuality, anchor: string): readonly string[] {
  return checks.flatMap((check) => {
    const last = lastPoint(check);
    if (last?.status !== "FAILED") return [];
    const told = `<b>${escapeHtml(check.check)}</b> on <a href="#${anchor}">${escapeHtml(name)}</a>: ${escapeHtml(resultText(check, last))}`;
    return [`<li>${pill("FAILED")} ${told}</li>`];
  });
}

function lineageHtml({ lineage, tables }: QualityReport, anchors: ReadonlyMap<string, string>): string {
  if (lineage === undefined || lineage.nodes.length === 0) return "";
  const status = new Map(tables.map((one) => [one.name, one.status]));
  const drawn = lineageSvg(
    lineage,
    (id) => anchors.get(id),
    (id) => status.get(id) ?? "NONE",
  );
  return `<h2 id="lineage">What is made of what</h2>
<div class="scroll" tabindex="0" role="region" aria-label="lineage">${drawn}</div>${allColumnsHtml(lineage.columns ?? [])}`;
}

function allColumnsHtml(columns: readonly ColumnLineage[]): string {
  if (columns.length === 0) return "";
  return `<details><summary>What their columns are made of</summary>\n${columns.map(columnsHtml).join("\n")}</details>`;
}

/** Folded: what each column of the one is made of, of the other. */
function columnsHtml({ from, to, by, columns }: ColumnLineage): string {
  const rows = columns.map(
    (one) => `<tr><td>${escapeHtml(one.column)}</td><td>${escapeHtml(one.from.join(", "))}</td></tr>`,
  );
  const what = `${escapeHtml(to)} of ${escapeHtml(from)}${by === undefined ? "" : `, by ${escapeHtml(by)}`}`;
  return `<details><summary>${what}: ${countOf(columns.length)} columns</summary>
<div class="scroll"><table><thead><tr><th>column</th><th>made of</th></tr></thead><tbody>${rows.join("\n")}</tbody></table></div></details>`;
}
