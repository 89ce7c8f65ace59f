/** A notebook's run as one page of HTML: it needs nothing else, asks nothing of the network, and runs no script. */
import { basename } from "node:path";
import { htmlPage } from "../html/html-page.js";
import { escapeHtml, printedHtml } from "../html/html-text.js";
import { markdownHtml } from "./markdown-html.js";
import type { CellOutput, CellRun, NotebookRun } from "./notebook-run.js";
import { PAGE_STYLE } from "./page-style.js";
import { tableHtml } from "./table-html.js";

/** Also for the frames of displayHTML, which inherit it: whatever a cell shows, nothing is loaded and no script runs. */
const ALLOWED = "img-src data:; font-src data:; media-src data:";

const LABELS: Readonly<Record<CellRun["state"], string>> = {
  ran: "",
  failed: "failed",
  "not-run": "did not run",
  none: "",
};

/** @param facts what is said under the title: the run, its parameters */
export function notebookHtml(run: NotebookRun, facts: readonly string[]): string {
  const lost = run.failure !== undefined && !run.cells.some((cell) => cell.state === "failed");
  const state = run.failure ? "FAILED" : "SUCCESS";
  const lines = [`<span class="${state}">${state}</span>`, ...facts.map(escapeHtml)];
  const body = `<p class="facts">${lines.join("<br>\n")}</p>
${lost ? failureHtml(run) : ""}
${cellsHtml(run)}`;
  return htmlPage({ title: basename(run.file), style: PAGE_STYLE, allowed: ALLOWED, body });
}

function cellsHtml(run: NotebookRun): string {
  return run.cells.map((cell) => cellHtml(cell, run)).join("\n");
}

function cellHtml(cell: CellRun, run: NotebookRun): string {
  if (cell.language === "markdown") return `<section class="cell markdown">${markdownHtml(cell.source)}</section>`;
  const outputs = cell.outputs.map(outputHtml);
  if (cell.state === "failed") outputs.push(failureHtml(run));
  if (cell.exitValue !== undefined) {
    outputs.push(
      `<div class="output"><p class="note">Notebook exited:</p><pre>${printedHtml(cell.exitValue)}</pre></div>`,
    );
  }
  const source = cell.source === "" ? "" : `<pre class="source"><code>${escapeHtml(cell.source)}</code></pre>`;
  return `<section class="cell" id="cell-${cell.number}">
<div class="head">${headHtml(cell)}</div>
${source}
${outputs.join("\n")}
</section>`;
}

function headHtml({ number, title, language, state, durationMs }: CellRun): string {
  const parts = [
    `<span>${number}</span>`,
    title === "" ? "" : `<b>${escapeHtml(title)}</b>`,
    language === "typescript" ? "" : `<span>${language}</span>`,
    durationMs === undefined ? "" : `<span>${(durationMs / 1000).toFixed(durationMs < 10_000 ? 2 : 0)} s</span>`,
    LABELS[state] === "" ? "" : `<span class="${state}">${LABELS[state]}</span>`,
  ];
  return parts.filter((part) => part !== "").join("");
}

function outputHtml(output: CellOutput): string {
  switch (output.kind) {
    case "text":
      return `<div class="output"><pre class="${output.stream}">${printedHtml(output.text)}</pre></div>`;
    case "table":
      return `<div class="output">${tableHtml(output)}</div>`;
    case "html":
      return `<div class="output"><iframe sandbox="" title="HTML output" srcdoc="${escapeHtml(output.html)}"></iframe></div>`;
    case "notebook-run":
      return `<details class="output"><summary>${escapeHtml(output.path)}</summary>${cellsHtml(output.run).replaceAll(' id="cell-', ' data-cell="')}</details>`;
  }
}

function failureHtml({ failure }: NotebookRun): string {
  if (!failure) return "";
  const { message, location, frame } = failure;
  const place = location && `${location.file}${location.line === undefined ? "" : `:${location.line}`}`;
  return `<div class="output error"><pre class="failed">${printedHtml(message)}</pre>
${place === undefined ? "" : `<p class="note">${escapeHtml(place)}</p>`}${frame === undefined ? "" : `<pre>${printedHtml(frame)}</pre>`}</div>`;
}
