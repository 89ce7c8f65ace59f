/** The part of the report about one table: its checks over time, its bad rows, its profile. */
import { escapeHtml } from "../html/html-text.js";
import { profileHtml } from "./profile-section.js";
import type { BadRows, CheckHistory, CheckPoint, Quarantine, SampleRows, TableQuality } from "./quality-report.js";
import { lastPoint } from "./quality-report.js";
import { actionText, countOf, momentText, resultText, rowsText } from "./report-words.js";
import { barChart } from "./svg-chart.js";

/** @param anchor id of the part in the page */
export function tableHtml(table: TableQuality, anchor: string): string {
  const { name, rows, status, checks, profile, quarantine, samples } = table;
  const facts = rows === undefined ? "there is no such table now" : rowsText(rows);
  return `<section class="table" id="${anchor}">
<h2>${escapeHtml(name)} ${pill(status)} <small>${facts}</small></h2>
${checks.length === 0 ? '<p class="note">No checks.</p>' : `<ul class="checks">${[...checks].sort(byBadness).map(checkHtml).join("\n")}</ul>`}
${quarantine ? quarantineHtml(quarantine) : ""}
${samples.map(badRowsHtml).join("\n")}
${profile ? profileHtml(profile) : ""}
</section>`;
}

export function pill(status: string | undefined): string {
  const known = status ?? "NO CHECKS";
  return `<span class="pill ${status ?? "NONE"}">${escapeHtml(known)}</span>`;
}

const ORDER = ["FAILED", "DROPPED", "WARNED", "PASSED"];

function byBadness(a: CheckHistory, b: CheckHistory): number {
  const place = (one: CheckHistory) => ORDER.indexOf(lastPoint(one)?.status ?? "PASSED");
  return place(a) - place(b) || a.check.localeCompare(b.check);
}

function checkHtml(check: CheckHistory): string {
  const last = lastPoint(check);
  if (!last) return "";
  const { check: name, expression, type, description, owner, tags, source } = check;
  const facts = [
    actionText(check),
    source === "lakelet" ? "" : source,
    owner === undefined ? "" : `owner ${owner}`,
    ...tags.map((one) => `#${one}`),
  ].filter((one) => one !== "");
  const when = [momentText(last.at), last.by ?? ""].filter((one) => one !== "").join(", ");
  return `<li><div>
<p>${pill(last.status)} <b>${escapeHtml(name)}</b> <span class="dim">${escapeHtml(facts.join(" · "))}</span></p>
${description === undefined ? "" : `<p class="dim">${escapeHtml(description)}</p>`}
<p class="rule">${escapeHtml(expression ?? type)}</p>
</div><div class="plots">
<p>${escapeHtml(resultText(check, last))}</p>
${historyChart(check)}
<p class="dim">${escapeHtml(when)}</p>
</div></li>`;
}

/** A bar for each time that it was evaluated: how much broke the rule, or what was measured. */
function historyChart(check: CheckHistory): string {
  if (check.points.length < 2) return "";
  const bars = check.points.map((point) => ({
    value: heightOf(point),
    tone: point.status,
    label: `${momentText(point.at)}: ${point.status}, ${resultText(check, point)}${point.by === undefined ? "" : `, ${point.by}`}`,
  }));
  return barChart(bars, `${check.check}, ${countOf(bars.length)} results`);
}

function heightOf({ violations, totalRows, value }: CheckPoint): number {
  if (value !== undefined && value !== violations) return value;
  return totalRows ? violations / totalRows : violations;
}

function quarantineHtml({ table, rows, reasons, sample }: Quarantine): string {
  const bars = reasons.map(
    (one) =>
      `<li style="--share: ${share(one.rows, rows)}"><span>${escapeHtml(one.reason)}</span><span>${countOf(one.rows)}</span></li>`,
  );
  return `<h3>In quarantine: ${rowsText(rows)}</h3>
<p class="note">${escapeHtml(table)}, by what they broke</p>
<ul class="tops">${bars.join("")}</ul>
${sampleHtml(sample, "the newest")}`;
}

function badRowsHtml({ check, where, sample }: BadRows): string {
  const told =
    where === "published"
      ? "They are in the table: this rule only warns."
      : "They are nowhere else: the gate stopped the write that they were in.";
  return `<h3>Rows that break “${escapeHtml(check)}”</h3>
<p class="note">${told}</p>
${sampleHtml(sample, "some of them")}`;
}

function sampleHtml({ columns, rows }: SampleRows, which: string): string {
  if (rows.length === 0) return "";
  const head = columns.map((one) => `<th>${escapeHtml(one)}</th>`);
  const body = rows.map((row) => `<tr>${row.map((one) => `<td>${valueHtml(one)}</td>`).join("")}</tr>`);
  return `<div class="scroll" tabindex="0" role="region" aria-label="rows, ${which}"><table><thead><tr>${head.join("")}</tr></thead><tbody>${body.join("\n")}</tbody></table></div>`;
}

function valueHtml(value: string | null): string {
  return value === null ? '<span class="null">NULL</span>' : escapeHtml(value);
}

/** As CSS has it. */
function share(part: number, whole: number): string {
  return whole <= 0 ? "0%" : `${Math.min(100, (part / whole) * 100).toFixed(1)}%`;
}
