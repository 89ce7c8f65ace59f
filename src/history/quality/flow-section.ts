/** Where the rows of flows went: read = published + quarantined + filtered, the newest run of each flow. */
import { escapeHtml } from "../notebook/html-text.js";
import type { FlowAccount } from "./quality-report.js";
import { unaccounted } from "./quality-report.js";
import { accountText, momentText, rowsText } from "./report-words.js";
import { shareBar } from "./svg-chart.js";

export function flowsHtml(flows: readonly FlowAccount[]): string {
  if (flows.length === 0) return "";
  const newest = new Map<string, FlowAccount>();
  for (const flow of flows)
    if (!newest.has(`${flow.pipeline}/${flow.flow}`)) newest.set(`${flow.pipeline}/${flow.flow}`, flow);
  return `<h2 id="flows">Where the rows went</h2>
<p class="note"><span class="key published"></span>published <span class="key quarantined"></span>quarantined <span class="key filtered"></span>filtered by the query <span class="key missing"></span>not accounted for</p>
<ul class="checks">${[...newest.values()].reverse().map(flowHtml).join("\n")}</ul>`;
}

function flowHtml(flow: FlowAccount): string {
  const lost = unaccounted(flow);
  const tone =
    flow.status === "COMPLETED" || flow.status === "IDLE" ? "PASSED" : flow.status === "FAILED" ? "FAILED" : "NONE";
  const part = (value: number | undefined, name: string, as = name) => ({
    value: value ?? 0,
    tone: as,
    label: `${rowsText(value ?? 0)} ${name}`,
  });
  const bar = shareBar(
    [
      part(flow.published, "published"),
      part(flow.quarantined, "quarantined"),
      part(flow.filtered, "filtered"),
      part(Math.abs(lost ?? 0), "not accounted for", "missing"),
    ],
    `rows of ${flow.flow}`,
  );
  return `<li><div>
<p><span class="pill ${tone}">${escapeHtml(flow.status)}</span> <b>${escapeHtml(flow.flow)}</b> <span class="dim">→ ${escapeHtml(flow.target)}${flow.technique === undefined ? "" : ` · ${escapeHtml(flow.technique)}`}</span></p>
<p>${escapeHtml(accountText(flow))}</p>
</div><div class="plots">${bar}
<p class="dim">${escapeHtml(`${flow.pipeline}, ${momentText(flow.at)}`)}</p>
</div></li>`;
}
