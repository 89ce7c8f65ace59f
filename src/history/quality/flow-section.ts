/** Where the rows of flows went: read = published + quarantined + filtered, the newest run of each flow. */
import { escapeHtml } from "../html/html-text.js";
import type { FlowAccount } from "./quality-report.js";
import { newestAccounts, unaccounted } from "./quality-report.js";
import { accountText, momentText, rowsText } from "./report-words.js";
import { shareBar } from "./svg-chart.js";

/** What a page shows without being asked. */
const MOST_AT_ONCE = 12;

export function flowsHtml(flows: readonly FlowAccount[]): string {
  if (flows.length === 0) return "";
  const told = newestAccounts(flows).toReversed();
  const [first, rest] = [told.filter(isTrouble), told.filter((one) => !isTrouble(one))];
  const all = [...first, ...rest].map(flowHtml);
  const more =
    all.length > MOST_AT_ONCE
      ? `<details><summary>${all.length - MOST_AT_ONCE} more flows</summary><ul class="checks">${all.slice(MOST_AT_ONCE).join("\n")}</ul></details>`
      : "";
  return `<h2 id="flows">Where the rows went</h2>
<p class="note"><span class="key published"></span>published <span class="key quarantined"></span>quarantined <span class="key filtered"></span>filtered by the query <span class="key missing"></span>not accounted for</p>
<ul class="checks">${all.slice(0, MOST_AT_ONCE).join("\n")}</ul>${more}`;
}

/** Failed, or rows are missing: told first. */
function isTrouble(flow: FlowAccount): boolean {
  return flow.status === "FAILED" || (unaccounted(flow) ?? 0) !== 0;
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
  // Most flows are called as the table that they fill.
  const target = flow.target === flow.flow || flow.target.endsWith(`.${flow.flow}`) ? undefined : `→ ${flow.target}`;
  const about = [target, flow.technique].filter((one) => one !== undefined).join(" · ");
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
<p><span class="pill ${tone}">${escapeHtml(flow.status)}</span> <b>${escapeHtml(flow.flow)}</b> <span class="dim">${escapeHtml(about)}</span></p>
<p>${escapeHtml(accountText(flow))}</p>
</div><div class="plots">${bar}
<p class="dim">${escapeHtml(`${flow.pipeline}, ${momentText(flow.at)}`)}</p>
</div></li>`;
}
