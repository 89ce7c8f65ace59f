/** Puts FILTER and OVER behind the engine's calls of an aggregate or window function. */
import type { AggregateCall } from "../typed.js";

/**
 * The engine SQL of the whole call.
 * @param filter `FILTER (WHERE ...)` of the user, or ""
 * @param over `OVER (...)` or `OVER name`, or ""
 */
export function aggregateSql({ call, further = [], around, where }: AggregateCall, filter = "", over = ""): string {
  const behind = [where === undefined ? filter : withCondition(filter, where), over].filter(Boolean).join(" ");
  const calls = [call, ...further].map((one) => (behind ? `${one} ${behind}` : one));
  return around.replaceAll(/\{call(\d*)\}/g, (mark, index: string) => calls[Number(index)] ?? mark);
}

function withCondition(filter: string, where: string): string {
  const condition = /^FILTER \(WHERE ([\s\S]*)\)$/i.exec(filter.trim())?.[1];
  return `FILTER (WHERE ${condition === undefined ? where : `(${condition}) AND (${where})`})`;
}
