/** How figures of quality are said, in the terminal and in the page. */
import type { CheckHistory, CheckPoint, FlowAccount } from "./quality-report.js";
import { isIdle, unaccounted } from "./quality-report.js";

/** `1,234,567` */
export function countOf(count: number): string {
  return String(count).replace(/(?<=^-?\d+)(?=(?:\d{3})+$)/g, ",");
}

/** @example rowsText(1) // "1 row" */
export function rowsText(count: number): string {
  return `${countOf(count)} ${count === 1 ? "row" : "rows"}`;
}

/** At most four digits that matter. */
export function figureText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return countOf(value);
  return String(Number(value.toPrecision(4)));
}

/** @example percentText(0.0042) // "0.42 %" */
export function percentText(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.01) return "< 0.01 %";
  if (percent < 100 && percent > 99.99) return "> 99.99 %";
  return `${Number(percent.toFixed(2))} %`;
}

/** `2026-11-23 15:04` in UTC. */
export function momentText(at: number): string {
  return Number.isFinite(at) ? new Date(at).toISOString().slice(0, 16).replace("T", " ") : "";
}

/** What a check gave, in a few words: `12 rows (0.4 %)`, `all 3,000 rows`, `5.2 (allowed 5)`. */
export function resultText({ type }: Pick<CheckHistory, "type">, point: CheckPoint): string {
  const { status, violations, totalRows, value, threshold } = point;
  const isMeasure = value !== undefined && value !== violations;
  if (isMeasure) {
    const allowed = threshold === undefined ? "" : ` (limit ${figureText(threshold)})`;
    return `${figureText(value)}${allowed}`;
  }
  if (type === "dbt_test") return status === "PASSED" ? "no failure" : `${countOf(violations)} failing`;
  if (violations === 0 && status === "PASSED") {
    return totalRows === undefined ? "no violation" : totalRows === 1 ? "1 row" : `all ${rowsText(totalRows)}`;
  }
  const share = totalRows ? ` (${percentText(violations / totalRows)})` : "";
  return `${rowsText(violations)}${share}`;
}

/** What becomes of a violation, where it is lakelet that checks. */
export function actionText({ onViolation, severity }: CheckHistory): string {
  const action = { warn: "warns", drop: "drops the row", fail: "fails the write" }[onViolation ?? ""];
  const usual = onViolation === "fail" ? "error" : "warn";
  return [action, severity === usual ? undefined : severity].filter((one) => one !== undefined).join(", ");
}

/** @example accountText(flow) // "1,000 read = 900 published + 60 quarantined + 40 filtered" */
export function accountText(flow: FlowAccount): string {
  const { read, published, quarantined, filtered, malformed } = flow;
  const parts = [
    published === undefined ? undefined : `${countOf(published)} published`,
    quarantined ? `${countOf(quarantined)} quarantined` : undefined,
    filtered ? `${countOf(filtered)} filtered` : undefined,
  ].filter((one) => one !== undefined);
  const lost = unaccounted(flow);
  const sign = lost === 0 ? "=" : lost === undefined ? "→" : "≠";
  if (isIdle(flow)) return "nothing new";
  const sum = parts.join(" + ");
  const way = read === undefined ? sum : sum === "" ? `${countOf(read)} read` : `${countOf(read)} read ${sign} ${sum}`;
  const lines = malformed ? `${countOf(malformed)} malformed ${malformed === 1 ? "line" : "lines"}` : "";
  return [way, lines].filter((one) => one !== "").join(", and ");
}
