/** A profile as cards, one a column: nulls, distinct values, range, distribution. */
import type { ColumnProfile } from "../../quality/profile/table-profile.js";
import { escapeHtml } from "../html/html-text.js";
import type { KeptProfile } from "./quality-report.js";
import { countOf, figureText, momentText, percentText, rowsText } from "./report-words.js";
import { barChart } from "./svg-chart.js";

/** Of a table with more columns the cards are closed at first. */
const OPEN_COLUMNS = 12;

export function profileHtml({ at, version, rows, columns, rowsOverTime }: KeptProfile): string {
  const growth = rowsOverTime.map((one) => ({
    value: one.rows,
    tone: "bin",
    label: `${momentText(one.at)}: ${rowsText(one.rows)}`,
  }));
  const isOpen = columns.length <= OPEN_COLUMNS ? " open" : "";
  return `<details${isOpen}><summary>Profile of ${countOf(columns.length)} columns, ${rowsText(rows)}</summary>
<p class="note">version ${version}, ${momentText(at)} UTC; distinct values and percentiles are approximate</p>
${growth.length < 2 ? "" : `<p class="note">rows of the last ${growth.length} profiles</p>${`<div class="growth">${barChart(growth, "rows over time")}</div>`}`}
<div class="columns">${columns.map((one) => columnHtml(one, rows)).join("\n")}</div></details>`;
}

function columnHtml(one: ColumnProfile, rows: number): string {
  const facts = columnFacts(one, rows).map(
    ([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`,
  );
  return `<article class="column"><h4>${escapeHtml(one.column)} <small>${escapeHtml(one.type)}</small></h4>
<dl>${facts.join("")}</dl>${histogramHtml(one)}${topsHtml(one, rows - one.nulls)}</article>`;
}

/** What is said of a column, in the terminal too. */
export function columnFacts(one: ColumnProfile, rows: number): readonly (readonly [name: string, value: string])[] {
  const { nulls, distinct, min, max, minLength, maxLength, mean, stddev, quantiles } = one;
  const [low, , middle, , high] = quantiles;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["nulls", nulls === 0 ? "none" : `${countOf(nulls)} (${percentText(rows === 0 ? 0 : nulls / rows)})`],
    ["distinct", distinct === undefined ? undefined : `≈ ${countOf(distinct)}`],
    ["min", boundText(min, one)],
    ["max", boundText(max, one)],
    [
      "mean ± stddev",
      mean === undefined ? undefined : `${figureText(mean)}${stddev === undefined ? "" : ` ± ${figureText(stddev)}`}`,
    ],
    ["median", middle === undefined ? undefined : figureText(middle)],
    ["5 % to 95 %", low === undefined || high === undefined ? undefined : `${figureText(low)} to ${figureText(high)}`],
    ["length", minLength === undefined || maxLength === undefined ? undefined : lengths(minLength, maxLength)],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

/** Of binary fractions the digits that matter; all others are exact. */
function boundText(value: string | undefined, { type }: ColumnProfile): string | undefined {
  return value !== undefined && (type === "double" || type === "float") ? figureText(Number(value)) : value;
}

function lengths(min: number, max: number): string {
  return min === max ? countOf(min) : `${countOf(min)} to ${countOf(max)}`;
}

function histogramHtml({ column, histogram, min, max }: ColumnProfile): string {
  if (histogram.length === 0) return "";
  const bars = histogram.map((value, i) => ({
    value,
    tone: "bin",
    label: `${rowsText(value)} in part ${i + 1} of ${histogram.length}, from ${min ?? ""} to ${max ?? ""}`,
  }));
  return barChart(bars, `distribution of ${column}`);
}

/** Where there is a histogram, single values say little more. */
function topsHtml({ topValues, histogram, distinct }: ColumnProfile, present: number): string {
  if (topValues.length === 0 || (histogram.length > 0 && (distinct ?? 0) > 20)) return "";
  const items = topValues.map(
    ({ value, count }) =>
      `<li style="--share: ${present <= 0 ? "0" : ((count / present) * 100).toFixed(1)}%"><span>${escapeHtml(value === "" ? "(empty)" : value)}</span><span>${countOf(count)}</span></li>`,
  );
  return `<ul class="tops">${items.join("")}</ul>`;
}
