/** What a plan means, as text: equal for plans of the same steps over the same sources. */
import type { Plan } from "./plan.js";

/** Ids are left out; references to the columns of a plan mean the same plan in both. */
export function sameMeaning(plan: Plan): string {
  const seen = new Map<string, number>();
  const text = JSON.stringify(plan, (key, value: unknown) => {
    if (key === "id") return undefined;
    return typeof value === "bigint" ? `${value}n` : value;
  });
  return text.replace(/`#(\d+)`/g, (_, id: string) => {
    if (!seen.has(id)) seen.set(id, seen.size);
    return `\`#${seen.get(id)}\``;
  });
}
